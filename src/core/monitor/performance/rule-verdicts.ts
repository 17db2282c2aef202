/** What every rule of drift says of a look at the deployed model. */
import type { DriftRuleName } from '../../../config/drift-rules.ts';
import type { ConfusionCounts } from '../../statistics/confusion.ts';
import { type DriftVerdict, rawFall } from './drift-verdict.ts';
import type { MetricView } from './metric-reading.ts';
import type { WatchedRisk } from './risk-watch.ts';
import { sequentialFall } from './sequential-fall.ts';
import { type SignificantOptions, type SignificantVerdict, significantFall } from './significant-fall.ts';

/** What the rules judge by. */
export interface RuleReading extends SignificantOptions {
  /** The deployed latestscore.txt. */
  readonly deployedScore: number;
  /** F1 on the new labelled rows; null where they do not define it. */
  readonly observed: number | null;
  /** New labelled rows. */
  readonly rows: number;
  /** Counts on the held-out rows of the deployed model, and on the new rows. */
  readonly heldOut: ConfusionCounts;
  readonly current: ConfusionCounts;
  /** The watch of the risks, or why they are not watched. */
  readonly risk: WatchedRisk | { readonly absent: string };
  /** F1 over all rows since the model went live. */
  readonly f1: Pick<MetricView, 'observed' | 'promise' | 'rows'>;
}

const VERDICTS = {
  raw: ({ observed, deployedScore, rows }: RuleReading): DriftVerdict =>
    rawFall(observed, deployedScore, rows),
  significant: (reading: RuleReading): SignificantVerdict =>
    significantFall(reading.heldOut, reading.current, reading),
  sequential: ({ risk, f1 }: RuleReading): DriftVerdict => sequentialFall(risk, f1),
} satisfies { readonly [Rule in DriftRuleName]: (reading: RuleReading) => DriftVerdict };

export type RuleVerdicts = { readonly [Rule in DriftRuleName]: ReturnType<(typeof VERDICTS)[Rule]> };

/** The verdict of each rule by its name. */
export function judgeByRules(reading: RuleReading): RuleVerdicts {
  const verdicts = Object.entries(VERDICTS).map(([rule, verdictOf]) => [rule, verdictOf(reading)]);
  return Object.fromEntries(verdicts) as RuleVerdicts;
}
