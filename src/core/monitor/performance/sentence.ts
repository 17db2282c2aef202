/** Plain words for what a watch says of a metric. */
import type { MetricReading } from './metric-reading.ts';

const NAMES = { f1: 'F1', brier: 'Brier score', profit: 'Profit a client' } as const;
const DAYS_A_YEAR = 365.25;

/**
 * A reading in words. `rowsPerDay`: labelled rows a day; null where it is not known.
 */
export function sentenceOf(
  reading: Omit<MetricReading, 'sentence'>,
  rowsPerFalseAlarm: number,
  rowsPerDay: number | null,
): string {
  const { promise, rows, metric } = reading;
  const name = NAMES[metric];
  if (promise.line === null) return nothingPromised(reading);
  const least = metric === 'brier' ? 'at most' : 'at least';
  const promised =
    `${name} is promised to be ${least} ${say(promise.line)}: ${say(promise.value)} on ${count(promise.rows)} ` +
    `held-out rows, allowing for what these leave open and a tolerance of ${say(promise.tolerance)}.`;
  if (rows === 0) return `${promised} No labelled row has come since.`;
  const raised =
    reading.shown === null || reading.shown === promise.line
      ? ''
      : ` Rows since allow to ask for ${least} ${say(reading.shown)}.`;
  return `${promised}${raised} ${verdictOf(reading)} ${promiseOfAlarms(rowsPerFalseAlarm, rowsPerDay)}`;
}

function nothingPromised({ promise, metric }: Omit<MetricReading, 'sentence'>): string {
  const name = NAMES[metric];
  if (promise.value === null) return `${name} is not defined on the held-out rows, so nothing is promised.`;
  if (promise.rowsNeeded === null) {
    return (
      `${name} is ${say(promise.value)} on ${count(promise.rows)} held-out rows: allowing for what these leave open ` +
      `and a tolerance of ${say(promise.tolerance)}, nothing is left to promise.`
    );
  }
  return (
    `${count(promise.rows)} held-out rows are too few baseline rows to promise anything of ${name}; about ` +
    `${count(promise.rowsNeeded)} would do.`
  );
}

function verdictOf(reading: Omit<MetricReading, 'sentence'>): string {
  const { rows, observed, low, high, alarm, alarmAt, worseThanPromised, worseAt } = reading;
  const seen =
    observed === null
      ? `${count(rows)} labelled rows since do not define it`
      : `${count(rows)} labelled rows since show ${say(observed)} (${say(low)} to ${say(high)})`;
  if (alarm) return `${seen}: ALARM at row ${count(alarmAt ?? 0)}, it has become worse.`;
  if (worseThanPromised) return `${seen}: worse than promised, as is sure since row ${count(worseAt ?? 0)}.`;
  return `${seen}: no alarm.`;
}

/** "At most one false alarm in 96 years at your rate of data (200 labelled rows a week), on average." */
export function promiseOfAlarms(rowsPerFalseAlarm: number, rowsPerDay: number | null): string {
  if (rowsPerDay === null || !(rowsPerDay > 0)) {
    return `At most one false alarm in ${count(rowsPerFalseAlarm)} labelled rows, on average.`;
  }
  const days = rowsPerFalseAlarm / rowsPerDay;
  const weekly = rowsPerDay >= 2 ? count(Math.round(rowsPerDay * 7)) : say(rowsPerDay * 7);
  return `At most one false alarm in ${spanOf(days)} at your rate of data (${weekly} labelled rows a week), on average.`;
}

function spanOf(days: number): string {
  if (days >= 2 * DAYS_A_YEAR) return `${count(Math.floor(days / DAYS_A_YEAR))} years`;
  if (days >= 60) return `${Math.floor((12 * days) / DAYS_A_YEAR)} months`;
  return days >= 2 ? `${Math.floor(days)} days` : `${Math.max(1, Math.floor(24 * days))} hours`;
}

function say(value: number | null): string {
  if (value === null) return 'nothing';
  return String(Number(value.toPrecision(3)));
}

function count(rows: number): string {
  return rows.toLocaleString('en-US');
}
