import { expect, it } from 'vitest';
import { type LeakEvidence, weighLeak } from './weigh-leak.ts';

const found = (evidence: Partial<LeakEvidence> & Pick<LeakEvidence, 'kind'>): string =>
  weighLeak({ covered: 0, auc: 0, speaksOfOutcome: false, ...evidence });

it.each<[Partial<LeakEvidence> & Pick<LeakEvidence, 'kind'>, string]>([
  [{ kind: 'copy-of-target', covered: 1 }, 'leave-out'],
  [{ kind: 'named-after-outcome' }, 'leave-out'],
  [{ kind: 'value-of-leavers', covered: 37 / 5000 }, 'warn'],
  [{ kind: 'value-of-leavers', covered: 0.4 }, 'warn'],
  [{ kind: 'value-of-leavers', covered: 0.95 }, 'leave-out'],
  [{ kind: 'value-of-leavers', covered: 37 / 5000, speaksOfOutcome: true }, 'leave-out'],
  [{ kind: 'ranks-too-well', auc: 0.999 }, 'leave-out'],
  [{ kind: 'ranks-too-well', auc: 0.985 }, 'warn'],
  [{ kind: 'filled-after-leaving', covered: 0.3 }, 'leave-out'],
  [{ kind: 'filled-after-leaving', covered: 0.01 }, 'warn'],
  [{ kind: 'filled-for-leavers', covered: 0.1 }, 'warn'],
  [{ kind: 'empty-for-leavers', covered: 0.5 }, 'leave-out'],
  [{ kind: 'empty-for-all-leavers', covered: 0.1 }, 'warn'],
])('%j: %s', (evidence, verdict) => expect(found(evidence)).toBe(verdict));
