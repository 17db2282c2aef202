/** Whether new data should have come by now, from the times at which it came before. */
import { dayText } from '../../report/content/time-text.ts';
import type { DeliveryFacts } from './facts.ts';
import { countOf } from './state-record.ts';

const DAY_MS = 86_400_000;
/** Deliveries from which a rhythm can be told. */
const FEWEST = 4;
/** Waits that the longest is looked for among. */
const MAX_WAITS = 10;
/** A wait is overdue from so many times the longest, and from so many days. */
const TIMES = 2;
const SHORTEST_DAYS = 2;

export interface Overdue {
  /** Since the newest delivery. */
  readonly days: number;
  /** When it became overdue, ISO 8601. */
  readonly since: string;
  /** What was to be expected, as a sentence. */
  readonly rhythm: string;
}

/** Null where nothing is overdue, or no rhythm can be told. `at`: now, ISO 8601. */
export function overdueOf({ times, overdueDays }: DeliveryFacts, at: string): Overdue | null {
  const [newest] = times;
  if (newest === undefined || overdueDays === 0) return null;
  const limit = overdueDays ?? limitOf(times);
  if (limit === null) return null;
  const days = daysBetween(newest, at);
  if (days <= limit) return null;
  const since = new Date(Date.parse(newest) + limit * DAY_MS).toISOString();
  const last = `The newest came on ${dayText(newest)}`;
  const rhythm =
    overdueDays === null
      ? `${last}; the longest wait before it, of the last ${Math.min(times.length - 1, MAX_WAITS)}, was ${waitText(longestOf(times))}.`
      : `${last}; after ${countOf(overdueDays, 'day')} the configuration calls that overdue.`;
  return { days, since, rhythm };
}

/** Days after which the next delivery is overdue; null: there were too few to tell. */
function limitOf(times: readonly string[]): number | null {
  return times.length < FEWEST ? null : Math.max(SHORTEST_DAYS, TIMES * longestOf(times));
}

/** Days of the longest wait; `times` are newest first. */
function longestOf(times: readonly string[]): number {
  const waits = times
    .slice(0, MAX_WAITS)
    .flatMap((time, k) => (times[k + 1] === undefined ? [] : [daysBetween(times[k + 1] ?? time, time)]));
  return Math.max(...waits);
}

function waitText(days: number): string {
  return days < 1 ? 'less than a day' : countOf(Number(days.toFixed(1)), 'day');
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}
