/** Courses of a deployed model under several rules of alarm, on the same clients for all of them. */
import { createRandom } from '../src/base/random.ts';
import type { AlarmRule } from './alarms-rules.ts';
import {
  type DeployedModel,
  drawClients,
  type Population,
  thresholdOf,
  UNCHANGED,
  type World,
} from './alarms-worlds.ts';
import { median } from './measure.ts';
import { percent } from './tables.ts';

export interface Course {
  readonly population: Population;
  readonly model: DeployedModel;
  /** Rows that the model was scored on before it went live. */
  readonly heldOut: number;
  /** The world of a week, counted from 1. */
  readonly world: (week: number) => World;
  readonly weeks: number;
  readonly streams: number;
  readonly seed: number;
  readonly rhythm: Rhythm;
}

/** Labelled rows a look, and days from one look to the next. */
export interface Rhythm {
  readonly rows: number;
  readonly days: number;
}

export const WEEKLY: Rhythm = { rows: 200, days: 7 };

export interface StreamResult {
  /** Weeks to the first alarm, rounded up; null: none. */
  readonly alarm: number | null;
  /** What the rule says has changed, at its alarm. */
  readonly change: string | null;
  /** The most evidence that there was. */
  readonly most: number;
}

/** Follows each stream until every rule has alarmed, or to its end where a rule has no level yet; results by rule. */
export function follow(
  course: Course,
  rules: readonly AlarmRule[],
): ReadonlyMap<string, readonly StreamResult[]> {
  const results = new Map<string, StreamResult[]>(rules.map(({ name }) => [name, []]));
  for (let stream = 0; stream < course.streams; stream++) {
    for (const [name, result] of followStream(course, rules, stream)) results.get(name)?.push(result);
  }
  return results;
}

function followStream(
  course: Course,
  rules: readonly AlarmRule[],
  stream: number,
): ReadonlyMap<string, StreamResult> {
  const { population, model, rhythm } = course;
  const random = createRandom(course.seed, stream);
  const heldOut = drawClients(course.heldOut, population, UNCHANGED, model, random);
  const threshold = thresholdOf(population, model);
  const watches = rules.map((rule) => ({ rule, watch: rule.start(heldOut, threshold) }));
  const results = new Map<string, StreamResult>(
    rules.map(({ name }) => [name, { alarm: null, change: null, most: Number.NEGATIVE_INFINITY }]),
  );
  for (let look = 1; look * rhythm.days <= course.weeks * 7 + 1e-6; look++) {
    const week = Math.ceil((look * rhythm.days) / 7 - 1e-6);
    const rows = drawClients(rhythm.rows, population, course.world(week), model, random);
    let isOpen = false;
    for (const { rule, watch } of watches) {
      const before = results.get(rule.name);
      if (before === undefined || before.alarm !== null) continue;
      const evidence = watch.look(rows, rhythm.days);
      const most = Math.max(before.most, evidence);
      const isAlarm = rule.level !== null && evidence >= rule.level;
      const change = isAlarm ? (watch.change?.() ?? null) : null;
      results.set(rule.name, { alarm: isAlarm ? week : null, change, most });
      isOpen ||= !isAlarm;
    }
    if (!isOpen) break;
  }
  return results;
}

/** "4 / 10 (100 %)": median and 90 % of the weeks to the alarm, and how many alarm at all. */
export function delays(results: readonly StreamResult[]): string {
  const weeks = results.map(({ alarm }) => alarm ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const say = (value: number): string => (Number.isFinite(value) ? String(Math.ceil(value)) : 'never');
  const most = weeks[Math.ceil(weeks.length * 0.9) - 1] ?? Number.POSITIVE_INFINITY;
  const alarmed = weeks.filter(Number.isFinite).length;
  return `${say(median(weeks))} / ${say(most)} (${Math.round((100 * alarmed) / weeks.length)} %)`;
}

/** "4.9 % (3.7 to 6.4)": the share of streams with an alarm. */
export function shareAlarmed(results: readonly StreamResult[]): string {
  return percent(results.filter(({ alarm }) => alarm !== null).length, results.length);
}

/** "92 %": of the streams that alarmed, how many name this change. */
export function shareNamed(results: readonly StreamResult[], change: string): string {
  const alarmed = results.filter(({ alarm }) => alarm !== null);
  if (alarmed.length === 0) return '-';
  const named = alarmed.filter((result) => result.change === change).length;
  return `${Math.round((100 * named) / alarmed.length)} %`;
}
