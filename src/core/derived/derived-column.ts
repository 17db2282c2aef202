/** Columns that are made of other columns of the same row: which kinds there are, and the value of one. */

export const DERIVED_KINDS = ['days_since', 'days_until', 'month', 'ratio', 'difference'] as const;
export type DerivedKind = (typeof DERIVED_KINDS)[number];

/** How a number is made of the raw columns of a row. */
export interface DerivedColumn {
  readonly kind: DerivedKind;
  /**
   * The raw columns: the date and the time of the row (`days_since`, `days_until`), the date (`month`), or two numbers
   * in the order in which they are divided or subtracted.
   */
  readonly from: readonly string[];
}

/** How many raw columns a kind takes. */
export const RAW_COLUMNS: Readonly<Record<DerivedKind, 1 | 2>> = {
  days_since: 2,
  days_until: 2,
  month: 1,
  ratio: 2,
  difference: 2,
};

const DAY_MS = 86_400_000;

/** Whether its raw columns hold dates; else they hold numbers. */
export function isMadeOfDates(kind: DerivedKind): boolean {
  return kind !== 'ratio' && kind !== 'difference';
}

/** Name of the raw column with the time of the row, or null. */
export function rowTimeOf({ kind, from }: DerivedColumn): string | null {
  return kind === 'days_since' || kind === 'days_until' ? (from[1] ?? null) : null;
}

/** The day in UTC of a moment in milliseconds since 1970, as days since 1970; NaN for NaN. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/**
 * The value of a derived column, NaN where it is missing: where a raw value is, and where the divisor is 0.
 * - `days_since`, `days_until`: whole days of the calendar in UTC, negative where the date lies on the other side.
 * - `month`: 1 to 12, in UTC.
 * - `ratio`, `difference`: the double that is nearest; it may be beyond the largest number that is taken.
 * @param raw one a raw column: a number, or the day of a date as `dayOf`; NaN is missing. -0 never comes back.
 */
export function derive(kind: DerivedKind, raw: readonly number[]): number {
  const [first = Number.NaN, second = Number.NaN] = raw;
  switch (kind) {
    case 'days_since':
      return withoutSign(second - first);
    case 'days_until':
      return withoutSign(first - second);
    case 'month':
      return new Date(first * DAY_MS).getUTCMonth() + 1;
    case 'ratio':
      return second === 0 ? Number.NaN : withoutSign(first / second);
    case 'difference':
      return withoutSign(first - second);
  }
}

/** 0 for -0, as numbers are stored. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value;
}

/** Whether two are made alike. */
export function isSameDerived(a: DerivedColumn | undefined, b: DerivedColumn | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.kind === b.kind && a.from.length === b.from.length && a.from.every((name, k) => name === b.from[k])
  );
}

/** How it is made, as a person would say it: "days from last_login to the time of the row (as_of)". */
export function derivedWords({ kind, from }: DerivedColumn): string {
  const [first = '', second = ''] = from;
  switch (kind) {
    case 'days_since':
      return `days from ${first} to the time of the row (${second})`;
    case 'days_until':
      return `days from the time of the row (${second}) to ${first}`;
    case 'month':
      return `month of ${first}, 1 to 12`;
    case 'ratio':
      return `${first} divided by ${second}`;
    case 'difference':
      return `${first} less ${second}`;
  }
}
