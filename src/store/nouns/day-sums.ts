/** What the measurements of one day add up to, by name, label and model. */
import type { MeasurementRow } from './measurement-row.ts';

export interface DayKey {
  readonly name: string;
  readonly label: string;
  /** `2026-03-04` in UTC. */
  readonly day: string;
  readonly modelVersion: string;
}

export interface DaySums extends DayKey {
  /** The Monday of the week, and the month such as `2026-03`. */
  readonly week: string;
  readonly month: string;
  /** Measurements with a number, their sum, the least and the greatest; null where there is none. */
  counted: number;
  total: number;
  lowest: number | null;
  highest: number | null;
  /** The time of the last of the list. */
  lastAt: string;
}

/** The sums of a list of measurements, a record for each name, label, day and model, in the order they come up. */
export function sumByDay(rows: readonly MeasurementRow[]): readonly DaySums[] {
  const all = new Map<string, DaySums>();
  for (const row of rows) {
    const day = dayOf(row.at);
    const key = JSON.stringify([row.name, row.label, day, row.modelVersion]);
    const sums = all.get(key) ?? emptySums(row, day);
    all.set(key, sums);
    sums.lastAt = row.at;
    if (row.value === null) continue;
    sums.counted += 1;
    sums.total += row.value;
    sums.lowest = Math.min(sums.lowest ?? row.value, row.value);
    sums.highest = Math.max(sums.highest ?? row.value, row.value);
  }
  return [...all.values()];
}

function emptySums({ name, label, modelVersion, at }: MeasurementRow, day: string): DaySums {
  return {
    name,
    label,
    day,
    modelVersion,
    week: mondayOf(day),
    month: day.slice(0, 7),
    counted: 0,
    total: 0,
    lowest: null,
    highest: null,
    lastAt: at,
  };
}

/** The day (UTC) of a time, such as `2026-03-04` of `2026-03-04T08:00:00.000Z`. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}

const DAY_MS = 86_400_000;

/** The Monday of the week that a day lies in, as ISO 8601 counts weeks. */
export function mondayOf(day: string): string {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  const sinceMonday = (new Date(time).getUTCDay() + 6) % 7;
  return new Date(time - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}
