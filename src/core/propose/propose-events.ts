/** Proposes which column of a table of events is what, and which features are made of them. */
import { TidewatchError } from '../../base/errors.ts';
import type { Config } from '../../config/schema.ts';
import { compactName, idRank, isCounterName, isKeyName, nameWords, roleRank } from './column-names.ts';
import type { EventsColumnTally, EventsTally } from './events-tally.ts';

type Derived = Config['columns']['derived'];

export interface EventsProposal {
  readonly rows: number;
  readonly names: {
    readonly id: string;
    readonly time: string;
    readonly type: string | null;
    readonly amount: string | null;
    readonly key: string | null;
  };
  readonly derived: Derived;
  /** ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  /** Share of the events that are of clients of the table. */
  readonly known: number;
}

/** What is known of the table of clients. */
export interface EventsClients {
  readonly id: string;
  /** Names that are taken. */
  readonly names: readonly string[];
  /** Milliseconds since 1970 at which half of the rows are; NaN where their times cannot be read. */
  readonly medianTime: number;
}

const WINDOWS = [7, 30, 90, 365] as const;
const MAX_TYPES = 5;
const TYPE_DAYS = 30;
const DAY_MS = 86_400_000;
/** Share of the texts of a column that have to be what it is taken for. */
const NEARLY_ALL = 0.95;
/** Fewer events of known clients than this share, and the ids of two tables only happen to be alike. */
const JOINED = 0.02;
/** A type that fewer than one event in a hundred has tells little of a month. */
const FREQUENT = 0.01;

const AMOUNT =
  /amount|value|price|total|revenue|paid|payment|cost|sum|spend|spent|quantity|qty|duration|minutes|seconds|bytes|volume/;
const TYPE = /type|kind|event|action|category|name|status|channel/;

/**
 * Deterministic. Errors: `input-empty` without rows; `column-missing` where no column has ids of clients, or none has times.
 */
export function proposeEvents(tally: EventsTally, clients: EventsClients): EventsProposal {
  if (tally.rows === 0) {
    throw new TidewatchError(
      'input-empty',
      'The events have a header and no rows, so nothing can be told of them.',
    );
  }
  const id = idOf(tally, clients);
  const time = timeOf(tally, id);
  const others = tally.columns.filter((column) => column !== id && column !== time);
  const key = others.find((column) => isKeyName(column.name) && isDistinct(column)) ?? null;
  const free = others.filter((column) => column !== key);
  const amount = amountOf(free);
  const type = typeOf(free.filter((column) => column !== amount));
  const names = {
    id: id.name,
    time: time.name,
    type: type?.name ?? null,
    amount: amount?.name ?? null,
    key: key?.name ?? null,
  };
  return {
    rows: tally.rows,
    names,
    derived: derivedOf({ time, type, amount }, tally.rows, clients),
    first: new Date(time.first).toISOString(),
    last: new Date(time.last).toISOString(),
    known: id.joined / tally.rows,
  };
}

/** The column with ids of clients: the one of the same name first, then the one that names clients, then the fullest. */
function idOf({ columns, rows }: EventsTally, { id }: EventsClients): EventsColumnTally {
  const fits = columns.filter(({ joined }) => joined / rows >= JOINED);
  const rank = (column: EventsColumnTally) =>
    compactName(column.name) === compactName(id) ? 3 : idRank(column.name);
  const [best] = fits.toSorted((a, b) => rank(b) - rank(a) || b.joined - a.joined);
  if (best !== undefined) return best;
  throw new TidewatchError(
    'column-missing',
    `No column of the events holds the clients that "${id}" names: of ${rows} events next to none is of a known client ` +
      `in any of ${columns.map(({ name }) => name).join(', ')}. Check that both files name clients alike.`,
    { details: { columns: columns.map(({ name }) => name) } },
  );
}

function timeOf({ columns }: EventsTally, id: EventsColumnTally): EventsColumnTally {
  const fits = columns.filter((column) => column !== id && isNearlyAll(column, column.times));
  const rank = (column: EventsColumnTally) => roleRank(column.name, 'time') ?? 99;
  const [best] = fits.toSorted((a, b) => rank(a) - rank(b));
  if (best !== undefined) return best;
  throw new TidewatchError(
    'column-missing',
    `No column of the events holds times, such as 2026-03-31T14:30:00 (ISO 8601); its columns are ${columns.map(({ name }) => name).join(', ')}. ` +
      'Where one writes them otherwise, name the columns by hand as "tables.events" in config.json, and the format in `input.dates`: docs/events.md.',
    { details: { columns: columns.map(({ name }) => name) } },
  );
}

/** A number by its name; else the one column of numbers with fractions. */
function amountOf(columns: readonly EventsColumnTally[]): EventsColumnTally | null {
  const numbers = columns.filter(
    (column) => isNearlyAll(column, column.numbers) && !isKeyName(column.name) && !isCounterName(column.name),
  );
  const named = numbers.find(({ name }) => nameWords(name).some((word) => AMOUNT.test(word)));
  const fractional = numbers.filter(({ numbers: all, whole }) => whole < all);
  return named ?? (fractional.length === 1 ? (fractional[0] ?? null) : null);
}

function typeOf(columns: readonly EventsColumnTally[]): EventsColumnTally | null {
  const fits = columns.filter(
    (column) =>
      (column.texts?.size ?? 0) > 1 &&
      !isNearlyAll(column, column.times) &&
      !isNearlyAll(column, column.numbers),
  );
  const isNamed = ({ name }: EventsColumnTally) => nameWords(name).some((word) => TYPE.test(word));
  return fits.find(isNamed) ?? fits[0] ?? null;
}

function derivedOf(
  {
    time,
    type,
    amount,
  }: Record<'time', EventsColumnTally> & Record<'type' | 'amount', EventsColumnTally | null>,
  rows: number,
  { names, medianTime }: EventsClients,
): Derived {
  const taken = new Set(names);
  const derived: Record<string, Derived[string]> = {};
  const add = (name: string, made: Derived[string]): void => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
    taken.add(free);
    derived[free] = made;
  };
  // Half of the rows at least must know the whole of a window.
  const until = Number.isNaN(medianTime) ? (time.first + time.last) / 2 : medianTime;
  const windows = WINDOWS.filter((days) => until - days * DAY_MS >= time.first);
  for (const days of windows) add(`events_${days}d`, { events: 'count', days, type: null });
  if (amount !== null) {
    for (const days of windows) add(`${slug(amount.name)}_${days}d`, { events: 'sum', days, type: null });
  }
  add('days_since_event', { events: 'days_since_last', days: null, type: null });
  if (type !== null && windows.includes(TYPE_DAYS)) {
    const frequent = [...(type.texts ?? [])]
      .filter(([, count]) => count / rows >= FREQUENT)
      .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
      .slice(0, MAX_TYPES);
    for (const [text] of frequent)
      add(`${slug(text)}_${TYPE_DAYS}d`, { events: 'count', days: TYPE_DAYS, type: text });
  }
  return derived;
}

function isNearlyAll({ rows, empty }: EventsColumnTally, count: number): boolean {
  return rows > empty && count / (rows - empty) >= NEARLY_ALL;
}

/** Whether no two rows have the same text, as far as a sketch can tell. */
function isDistinct({ rows, empty, sketch }: EventsColumnTally): boolean {
  return empty === 0 && sketch.estimate() >= rows * NEARLY_ALL;
}

function slug(text: string): string {
  const words = nameWords(text).join('_');
  return words === '' ? 'other' : words.slice(0, 40);
}
