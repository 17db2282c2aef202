/** The rule `sequential`: the alarm of the watch, whose false alarms are bounded however often it is looked at. */
import type { DriftVerdict } from './drift-verdict.ts';
import type { MetricView } from './metric-reading.ts';
import type { WatchedRisk } from './risk-watch.ts';

/**
 * The watch of the risks decides: drift once its detector has reached its level, until a new watch is started. F1 is
 * told beside it. `risk`: or why the risks are not watched.
 */
export function sequentialFall(
  risk: WatchedRisk | { readonly absent: string },
  f1: Pick<MetricView, 'observed' | 'promise' | 'rows'>,
): DriftVerdict {
  const verdict = { rule: 'sequential', observed: f1.observed, expected: f1.promise.value } as const;
  if ('absent' in risk) {
    const nothing = { drift: false, statistic: null, threshold: null, rowsNeeded: null };
    return { ...verdict, ...nothing, rows: f1.rows, reason: risk.absent };
  }
  return {
    ...verdict,
    drift: risk.alarm,
    statistic: risk.log10,
    threshold: risk.levelLog10,
    rows: risk.rows,
    rowsNeeded: risk.tooFew?.rowsNeeded ?? null,
    reason: risk.sentence,
  };
}
