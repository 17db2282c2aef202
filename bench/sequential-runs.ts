/** Generated courses of labelled rows, two years of weeks, for the benchmark of alarms. */
import { createRandom, type Random } from '../src/base/random.ts';
import type { MonitorRows } from '../src/core/monitor/performance/row-losses.ts';
import { median } from './measure.ts';
import { percent } from './tables.ts';

export const WEEK = 200;
export const WEEKS = 104;
/** Weeks before the change, where there is one. */
export const BEFORE = 26;

/** A population by its base rate, the share of leavers flagged and of stayers flagged (false alarms). */
export interface Population {
  readonly base: number;
  readonly recall: number;
  readonly fallOut: number;
}

/** A population of the given F1 whose flags of stayers stay as they are. */
export function withF1(base: number, flaggedStayers: number, f1: number): Population {
  const recall = (f1 * (base + flaggedStayers)) / (base * (2 - f1));
  return { base, recall, fallOut: flaggedStayers / (1 - base) };
}

/** Rows of one population after another. */
export function drawRows(parts: readonly (readonly [number, Population])[], random: Random): MonitorRows {
  const total = parts.reduce((sum, [rows]) => sum + rows, 0);
  const labels = new Float64Array(total);
  const probabilities = new Float64Array(total);
  let at = 0;
  for (const [rows, { base, recall, fallOut }] of parts) {
    for (const end = at + rows; at < end; at++) {
      const label = random.uniform() < base ? 1 : 0;
      labels[at] = label;
      probabilities[at] = random.uniform() < (label === 1 ? recall : fallOut) ? 0.7 : 0.2;
    }
  }
  return { labels, probabilities, threshold: 0.5 };
}

export function sliceRows(rows: MonitorRows, from: number, to: number): MonitorRows {
  const { labels, probabilities } = rows;
  return { ...rows, labels: labels.subarray(from, to), probabilities: probabilities.subarray(from, to) };
}

/** When rules first alarmed, in rows; null: never. One list a run. */
export type FirstAlarms = (number | null)[];

/** Runs a course with a stream of random numbers of its own, and gathers by rule when it first alarmed. */
export function simulate(
  runs: number,
  seed: number,
  course: (random: Random) => Readonly<Record<string, number | null>>,
): Map<string, FirstAlarms> {
  const found = new Map<string, FirstAlarms>();
  for (let run = 0; run < runs; run++) {
    for (const [rule, at] of Object.entries(course(createRandom(seed, run)))) {
      const alarms = found.get(rule) ?? [];
      alarms.push(at);
      found.set(rule, alarms);
    }
  }
  return found;
}

/** "4.9 % (3.7 to 6.4)": the share of runs with an alarm before row `until`. */
export function shareAlarmed(alarms: FirstAlarms, until = Number.POSITIVE_INFINITY): string {
  return percent(alarms.filter((at) => at !== null && at <= until).length, alarms.length);
}

/** Median weeks from the change to the alarm, of runs that had not alarmed before; "never" where most do not. */
export function delayWeeks(alarms: FirstAlarms): string {
  const change = BEFORE * WEEK;
  const after = alarms.filter((at) => at === null || at > change);
  if (after.length < alarms.length / 5) return 'alarmed before';
  const weeks = median(after.map((at) => (at === null ? Infinity : Math.ceil((at - change) / WEEK))));
  return Number.isFinite(weeks) ? String(weeks) : `not in ${WEEKS - BEFORE}`;
}

/** Share of runs without an earlier alarm that alarm in the weeks after the change. */
export function power(alarms: FirstAlarms): string {
  const after = alarms.filter((at) => at === null || at > BEFORE * WEEK);
  if (after.length < alarms.length / 5) return '-';
  return `${((100 * after.filter((at) => at !== null).length) / after.length).toFixed(0)} %`;
}
