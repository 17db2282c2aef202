/** The duel of a challenger with the champion, as a challenge keeps it. */
import { z } from 'zod';
import { createCodec, shapeOf } from '../../base/codec.ts';
import type { DuelState } from '../../core/monitor/performance/duel.ts';
import { evidence, meanSequence, number } from './record-parts.ts';

const test = shapeOf<DuelState['f1']>({ better: evidence, worse: evidence, mean: meanSequence });

export const duelCodec = createCodec<DuelState>({
  name: 'duel',
  schema: shapeOf<DuelState>({
    alpha: number,
    decides: z.enum(['f1', 'brier']),
    f1Baseline: number,
    rows: number,
    f1: test,
    brier: test,
  }),
  upgrades: [(older) => older],
});
