/** What a paired comparison says to the gate: may the challenger replace the champion? */
import type { PairedComparison } from './compare-paired.ts';

export interface PairedVerdict {
  readonly gate: 'not-worse' | 'better';
  readonly accepted: boolean;
  /** Whether the test tells the two apart at all. */
  readonly apart: boolean;
  readonly reason: string;
}

/**
 * F1 decides. `not-worse`: the challenger's is at least the champion's on these rows, however little apart.
 * `better`: it is higher and the paired test says that this is no chance (p below alpha). Where F1 is not defined
 * neither gate opens.
 */
export function judgePaired(comparison: PairedComparison, gate: 'not-worse' | 'better'): PairedVerdict {
  const { f1, rows, alpha } = comparison;
  if (f1 === null) {
    const reason = `The ${rows} labelled test rows do not define F1 of both, so the challenger is not accepted.`;
    return { gate, accepted: false, apart: false, reason };
  }
  const apart = f1.pValue < alpha;
  const accepted = gate === 'better' ? apart && f1.difference > 0 : f1.difference >= 0;
  const sign = f1.difference < 0 ? 'lower' : 'higher';
  const interval = f1.low === null || f1.high === null ? '' : ` (${say(f1.low)} to ${say(f1.high)})`;
  const seen =
    f1.difference === 0
      ? `F1 of the challenger equals that of the champion, ${say(f1.champion)}, on the same ${rows} rows`
      : `F1 of the challenger is ${say(f1.challenger)}, ${sign} than ${say(f1.champion)} of the champion on the ` +
        `same ${rows} rows by ${say(Math.abs(f1.difference))}${interval}`;
  const tested = apart ? 'more than chance explains' : 'not more than chance explains';
  const reason = `${seen}, ${tested} (p = ${f1.pValue.toPrecision(2)}): ${accepted ? 'accepted' : 'not accepted'}.`;
  return { gate, accepted, apart, reason };
}

function say(value: number): string {
  return String(Number(value.toFixed(4)));
}
