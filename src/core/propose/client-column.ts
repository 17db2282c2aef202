/** Finds the column that names the client: by its name, or by what its values are. */
import { TidewatchError } from '../../base/errors.ts';
import {
  idRank,
  isCodeName,
  isCounterName,
  isOtherKeyName,
  isPersonalName,
  roleRank,
} from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import { dateFormOf, isTimes } from './date-column.ts';
import type { TableTally } from './table-tally.ts';

/** What the person asked for, by name. */
interface ClientWishes {
  readonly id: string | null;
  readonly time: string | null;
  readonly use: readonly string[];
  readonly leaveOut: readonly string[];
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
}

export interface ClientColumn {
  readonly column: number;
  readonly why: string;
  /** Whether its values alone speak for it, and not its name. */
  readonly byValues?: boolean;
}

export interface ClientChoice {
  /** null: no column, or none for certain. */
  readonly id: ClientColumn | null;
  /** Columns that may name the client, where none does for certain. */
  readonly possible: readonly ClientColumn[];
}

const NEARLY_UNIQUE = 0.9;
/** Rows of which "each has its own value" says something. */
const ENOUGH_ROWS = 20;
/** Clients below which values that come again tell nothing. */
const ENOUGH_CLIENTS = 20;
/** Pairs of rows that chance alone would make equal where the values are not those of clients. */
const EXPECTED_PAIRS = 20;
const LONGEST_ID = 64;
/** Digits of numbers that are names: fewer are counted or measured. */
const CODE_DIGITS = 4;

/**
 * The column that names the client among those that nobody asked to be something else; one with ids that a
 * spreadsheet has shortened is none. Where no name says so: a column of texts without blanks in which each row has its
 * own value, of whole numbers that were given out one by one, or of texts of which none comes twice at one time; only
 * where there is one of them. Error `value-invalid` where a column with shortened ids was asked for.
 * @param target position of the target.
 */
export function chooseClient(tally: TableTally, target: number, wishes: ClientWishes): ClientChoice {
  if (wishes.id !== null) {
    const column = tally.names.indexOf(wishes.id);
    refuseShortened(wishes.id, tally.columns[column] as ColumnTally);
    return { id: { column, why: 'as asked' }, possible: [] };
  }
  const open = openColumns(tally, target, wishes);
  const named = open
    .map((column) => ({ column, merit: idMerit(tally.names[column] as string, columnAt(tally, column)) }))
    .filter(({ merit }) => merit > 0);
  const best = named.reduce<(typeof named)[number] | null>(
    (held, one) => (held === null || one.merit > held.merit ? one : held),
    null,
  );
  if (best !== null) {
    return { id: { column: best.column, why: describeNamed(columnAt(tally, best.column)) }, possible: [] };
  }
  const possible = open.flatMap((column) => byValues(tally, column, wishes));
  const [only] = possible;
  const isCertain =
    possible.length === 1 &&
    only !== undefined &&
    (isText(tally, only.column) || isAssigned(columnAt(tally, only.column)));
  return isCertain ? { id: { ...only, byValues: true }, possible: [] } : { id: null, possible };
}

function columnAt(tally: TableTally, column: number): ColumnTally {
  return tally.columns[column] as ColumnTally;
}

/** Columns with a name of their own that nobody asked to be something else. */
function openColumns(tally: TableTally, target: number, wishes: ClientWishes): number[] {
  const { use, leaveOut, numeric, categorical, time } = wishes;
  const taken = new Set([...use, ...leaveOut, ...numeric, ...categorical, ...(time === null ? [] : [time])]);
  return tally.names.flatMap((name, column) => {
    const isTwin = tally.names.indexOf(name) !== tally.names.lastIndexOf(name);
    return column === target || name === '' || taken.has(name) || isTwin ? [] : [column];
  });
}

/** 0: no id. Else the higher the better: by name first, then by how well it tells rows apart. */
function idMerit(name: string, own: ColumnTally): number {
  const share = own.rows === 0 ? 0 : own.distinct / own.rows;
  const rank = idRank(name);
  if (own.empty > 0.05 * own.rows || own.distinct < 2 || own.shortened > 0) return 0;
  if (own.numbers > 0 && !own.integers) return 0;
  if (rank === 2 && (share >= 0.5 || (own.distinct > 20 && share >= 0.05))) return 2 + share;
  if (share < NEARLY_UNIQUE) return 0;
  if (rank === 1) return 1 + share;
  return /^(?:customer|client|company|account)name$/.test(name.toLowerCase().replace(/[^a-z]/g, ''))
    ? share
    : 0;
}

/** The column where its values may be those of clients, as its name does not say. */
function byValues(tally: TableTally, column: number, wishes: ClientWishes): ClientColumn[] {
  const name = tally.names[column] as string;
  const own = columnAt(tally, column);
  if (own.empty > 0 || own.shortened > 0 || own.spaced || own.addressed || own.longest > LONGEST_ID)
    return [];
  if (isSomethingElse(name, own) || (own.numbers > 0 && !isCode(own) && !isAssigned(own))) return [];
  if (own.rows >= ENOUGH_ROWS && own.complete && own.distinct === own.rows) {
    return [{ column, why: 'each row has its own value, without blanks inside' }];
  }
  if (own.rows >= ENOUGH_ROWS && !own.complete && own.distinct >= 0.95 * own.rows) {
    return [{ column, why: `about ${own.distinct} values in ${own.rows} rows, without blanks inside` }];
  }
  const time = timeColumn(tally, wishes);
  if (time === null || !joinsWith(tally, column, time)) return [];
  const rows = (own.rows / own.distinct).toFixed(1);
  const about = own.complete ? '' : 'about ';
  return [
    {
      column,
      why: `no value of it comes twice at one "${tally.names[time]}" in ${tally.sample.length} rows compared; a client has ${about}${rows} rows on average`,
    },
  ];
}

function isSomethingElse(name: string, own: ColumnTally): boolean {
  return (
    isPersonalName(name) ||
    isCounterName(name) ||
    isOtherKeyName(name) ||
    isCodeName(name) ||
    own.counter ||
    own.times > 0 ||
    dateFormOf(name, own) !== null
  );
}

/** Whether the numbers of a column are all whole and equally long, as those that name things are. */
function isCode(own: ColumnTally): boolean {
  return own.integers && own.min >= 0 && own.shortest === own.longest && own.longest >= CODE_DIGITS;
}

/**
 * Whether whole numbers were given out one by one, as ids and numbers of accounts are, and not measured or counted: each
 * row has its own, although numbers drawn at random between the smallest and the largest would have been the same in
 * EXPECTED_PAIRS pairs of rows or more (measured ones in more, as they crowd). Times in seconds or milliseconds since
 * 1970 are none.
 */
function isAssigned(own: ColumnTally): boolean {
  const { rows, distinct, min, max } = own;
  if (!own.integers || own.numbers < rows || min < 0 || rows < ENOUGH_ROWS) return false;
  const isEpoch = (min >= 9e8 && max < 2.2e9) || (min >= 9e11 && max < 2.2e12);
  if (isEpoch || distinct < 0.95 * rows) return false;
  const levels = own.levels();
  const equalPairs = (rows * (rows - 1)) / 2 / (max - min + 1);
  return (
    equalPairs * Math.min(1, levels.length / distinct) >= EXPECTED_PAIRS &&
    levels.every((level) => level.rows === 1)
  );
}

/** Whether the values are no numbers, or numbers that begin with zeros. */
function isText(tally: TableTally, column: number): boolean {
  const own = columnAt(tally, column);
  return own.numbers < own.rows || own.leadingZeros;
}

/** The column that says when a row was taken: the one that was asked for, or else that of the best name. */
function timeColumn(tally: TableTally, wishes: ClientWishes): number | null {
  if (wishes.time !== null) return tally.names.indexOf(wishes.time);
  const ranked = tally.names
    .flatMap((name, column) => {
      const rank = roleRank(name, 'time');
      return rank !== null && isTimes(name, columnAt(tally, column)) ? [{ column, rank }] : [];
    })
    .sort((a, b) => a.rank - b.rank || a.column - b.column);
  return ranked[0]?.column ?? null;
}

/**
 * Whether no value of the column comes twice at one time in the sample, although chance would have it so often: with
 * values and times that know nothing of each other, the pairs of rows that share both are as the shares of each.
 */
function joinsWith(tally: TableTally, column: number, time: number): boolean {
  const own = columnAt(tally, column);
  if (own.distinct <= ENOUGH_CLIENTS || own.distinct === own.rows) return false;
  const both = new Set<string>();
  const values = new Map<string, number>();
  const times = new Map<string, number>();
  for (const row of tally.sample) {
    const [value, at] = [(row[column] as string).trim(), (row[time] as string).trim()];
    values.set(value, (values.get(value) ?? 0) + 1);
    times.set(at, (times.get(at) ?? 0) + 1);
    both.add(JSON.stringify([value, at]));
  }
  const rows = tally.sample.length;
  if (both.size < rows || values.size === rows || times.size < 2) return false;
  return (pairs(values) * pairs(times)) / ((rows * (rows - 1)) / 2) >= EXPECTED_PAIRS;
}

/** Pairs of rows with an equal value. */
function pairs(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += (count * (count - 1)) / 2;
  return sum;
}

function describeNamed(own: ColumnTally): string {
  const present = own.rows - own.empty;
  if (own.complete && own.distinct === own.rows) return 'named like the client, and each row has its own';
  const about = own.complete ? '' : 'about ';
  if (own.distinct >= NEARLY_UNIQUE * present)
    return `named like the client, ${about}${own.distinct} in ${own.rows} rows`;
  return `named like the client; a client has ${about}${(present / own.distinct).toFixed(1)} rows on average`;
}

function refuseShortened(name: string, { shortened, firstShortened }: ColumnTally): void {
  if (shortened === 0) return;
  throw new TidewatchError(
    'value-invalid',
    `"${name}" cannot be the id: ${describeShortened(shortened, firstShortened)}, so different clients may share one. ` +
      'Format the column as text and export the data again, or name another column with --id.',
    { details: { column: name, rows: shortened, value: firstShortened } },
  );
}

/** What a spreadsheet did to long numbers of a column. */
export function describeShortened(rows: number, example: string): string {
  const which = rows === 1 ? '1 row has' : `${rows} rows have`;
  return `${which} numbers that a spreadsheet has shortened, such as "${example}"`;
}

/** Columns that look like the id by their names but for ids that a spreadsheet has shortened. */
export function shortenedIds({ names, columns }: TableTally): number[] {
  return names.flatMap((name, column) =>
    idRank(name) > 0 && (columns[column] as ColumnTally).shortened > 0 ? [column] : [],
  );
}
