/** Raw values for rows that tell what is derived alone, so that SQL over a table of raw columns can be tried. */

import type { StoredRow } from '../../columns/stored-rows.ts';
import { type DerivedColumn, dayOf, derive, isMadeOfDates } from '../../derived/derived-column.ts';
import type { ModelDocument } from '../../document/document.ts';
import { parseTimeText } from '../../values/iso-time.ts';

/** Times of rows, in each notation. */
const TIMES = [
  '2024-02-29',
  '2024-03-01T09:30:00Z',
  '2023-12-31 23:59:59.5',
  '2024-01-01T00:15:00+05:30',
  '2023-12-31T22:00-0300',
  '1969-12-31T23:00:00-02',
];
const DAY_MS = 86_400_000;
/** Days on either side of 1970 whose years have four digits. */
const MAX_DAYS = 700_000;

/**
 * The row with raw values of which its derived ones are made as far as several derived columns of one raw column can
 * be, and with what is derived of these raw values.
 * @param index which row it is; it chooses among the notations of times.
 */
export function withRawValues({ inputs }: ModelDocument, row: StoredRow, index: number): StoredRow {
  const made = inputs.flatMap(({ name, derived }) => (derived === undefined ? [] : [{ name, derived }]));
  const raw: Record<string, number | string | null> = {};
  for (const { name, derived } of made) {
    const known = new Set([...inputs.map((input) => input.name), ...Object.keys(raw)]);
    for (const [column, value] of rawValues(derived, numberIn(row[name]), { ...row, ...raw }, index)) {
      if (!known.has(column)) raw[column] = value;
    }
  }
  const whole = { ...row, ...raw };
  const derived = made.map(({ name, derived: { kind, from } }) => {
    const value = derive(
      kind,
      from.map((column) => readRaw(kind, whole[column])),
    );
    return [name, Number.isNaN(value) ? null : value];
  });
  return { ...whole, ...Object.fromEntries(derived) };
}

function rawValues(
  { kind, from }: DerivedColumn,
  value: number,
  row: StoredRow,
  index: number,
): readonly (readonly [string, number | string | null])[] {
  const [first = '', second = ''] = from;
  if (kind === 'month') {
    const month = Math.min(Math.max(Math.round(value), 1), 12);
    return [[first, Number.isNaN(value) ? null : `2023-${String(month).padStart(2, '0')}-15T12:00:00Z`]];
  }
  if (kind === 'ratio' || kind === 'difference') {
    const other = row[second] === undefined ? (kind === 'ratio' ? 2 : 3) : numberIn(row[second]);
    const exact = kind === 'ratio' ? value * other : value + other;
    return [
      [first, Number.isFinite(exact) ? exact : null],
      [second, other],
    ];
  }
  const time = row[second] === undefined ? (TIMES[index % TIMES.length] as string) : row[second];
  const days = Math.min(Math.max(Math.round(value), -MAX_DAYS), MAX_DAYS);
  const day = readRaw(kind, time) + (kind === 'days_since' ? -days : days);
  return [
    [second, time ?? null],
    [first, Number.isNaN(day) ? null : new Date(day * DAY_MS).toISOString().slice(0, 10)],
  ];
}

function readRaw(kind: DerivedColumn['kind'], value: StoredRow[string]): number {
  return isMadeOfDates(kind) ? dayOf(parseTimeText(String(value ?? ''))) : numberIn(value);
}

function numberIn(value: StoredRow[string]): number {
  return typeof value === 'number' ? value : Number.NaN;
}
