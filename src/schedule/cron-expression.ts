/** Cron expressions of five fields, as text to value, with errors that say which field and why. */
import { TidewatchError } from '../base/errors.ts';

/** The values that each field lets through, ascending; weekdays from 0, Sunday, to 6. */
export interface CronExpression {
  /** The five fields, as every cron reads them. */
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  /** Whether the field is a star; where neither is, a day needs to fit only one of the two. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values from `from` on. */
  readonly names?: readonly string[];
}

const FIELDS = {
  minute: { name: 'minute', from: 0, to: 59 },
  hour: { name: 'hour', from: 0, to: 23 },
  day: { name: 'day of the month', from: 1, to: 31 },
  month: {
    name: 'month',
    from: 1,
    to: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekday: { name: 'weekday', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} as const satisfies Record<string, Field>;

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads `minute hour day-of-month month weekday` (numbers, names, `*`, ranges, lists and steps) or a nickname
 * such as `@daily`. Anything else, and a date that never comes, is a `usage` error.
 */
export function parseCronExpression(expression: string): CronExpression {
  const trimmed = expression.trim();
  const text = NICKNAMES[trimmed.toLowerCase()] ?? trimmed.split(/\s+/).join(' ');
  const parts = text.split(' ');
  const [minute, hour, day, month, weekday] = parts;
  if (
    parts.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  ) {
    throw invalid(expression, `it has ${trimmed === '' ? 'no' : parts.length} fields`, 'five');
  }
  const read = (field: Field, value: string) => parseField(expression, field, value);
  const parsed = {
    text,
    minutes: read(FIELDS.minute, minute),
    hours: read(FIELDS.hour, hour),
    days: read(FIELDS.day, day),
    months: read(FIELDS.month, month),
    weekdays: [...new Set(read(FIELDS.weekday, weekday).map((value) => value % 7))].sort(),
    anyDay: day === '*',
    anyWeekday: weekday === '*',
  };
  refuseNever(expression, parsed);
  return parsed;
}

/** A field as its values: a list of parts, each of which is a star, a value or a range, and maybe a step. */
function parseField(expression: string, field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|([a-z\d]+)(?:-([a-z\d]+))?)(?:\/(\d{1,4}))?$/i.exec(part);
    if (match === null) throw invalidPart(expression, field, part);
    const [, star, first, last, stepText] = match;
    if (stepText !== undefined && star === undefined && last === undefined) {
      throw invalidPart(expression, field, part);
    }
    const from = star === undefined ? parseValue(expression, field, first ?? '') : field.from;
    const to = star === undefined ? parseValue(expression, field, last ?? first ?? '') : field.to;
    const step = stepText === undefined ? 1 : Number(stepText);
    if (from > to || step < 1 || step > field.to) throw invalidPart(expression, field, part);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function parseValue(expression: string, field: Field, text: string): number {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.from && value <= field.to)) throw invalidPart(expression, field, text);
  return value;
}

function refuseNever(expression: string, parsed: CronExpression): void {
  if (!parsed.anyWeekday) return;
  const longest = Math.max(...parsed.months.map((month) => LONGEST_MONTHS[month - 1] ?? 31));
  const first = Math.min(...parsed.days);
  if (first > longest) {
    throw invalid(expression, `its day of the month ${first} never comes in its months`, 'a date that comes');
  }
}

function invalidPart(expression: string, field: Field, part: string): TidewatchError {
  const names = field.names === undefined ? '' : ` or ${field.names[0]} to ${field.names.at(-1)}`;
  return invalid(
    expression,
    `its ${field.name} is "${part}"`,
    `${field.from} to ${field.to}${names}, *, a range such as ${field.from}-${field.from + 3}, a step such as ` +
      '*/2, or a list of these with commas',
  );
}

function invalid(expression: string, got: string, expected: string): TidewatchError {
  return new TidewatchError(
    'usage',
    `The cron expression "${expression}" is not one: ${got}; expected ${expected}. Write it as ` +
      '"minute hour day-of-month month weekday", such as "*/10 * * * *" for every ten minutes.',
    { details: { expression } },
  );
}
