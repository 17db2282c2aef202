/** What one pass over a table of events keeps of its columns, in memory that does not grow with the rows. */

import { canonicalText } from '../columns/canonical-text.ts';
import { hashText } from '../values/hash-text.ts';
import { DistinctSketch } from './distinct-sketch.ts';

/** Texts of a column that are counted one by one; a column with more is no type. */
const MAX_TYPES = 200;

export interface EventsRules {
  /** The number that a text stands for, or NaN. */
  readonly parseNumber: (text: string) => number;
  /** Milliseconds since 1970, or NaN. */
  readonly parseTime: (text: string) => number;
  /** Ids of clients, as they are spelled. */
  readonly clients: ReadonlySet<string>;
  /** The one spelling of an id. */
  readonly spell: (text: string) => string;
}

export interface EventsColumnTally {
  readonly name: string;
  rows: number;
  empty: number;
  numbers: number;
  whole: number;
  times: number;
  /** Rows whose text is the id of a client. */
  joined: number;
  /** Milliseconds since 1970 of the first and the last time. */
  first: number;
  last: number;
  /** Rows by text, until there are too many; null then. */
  texts: Map<string, number> | null;
  readonly sketch: DistinctSketch;
}

/** Counts of every column. */
export class EventsTally {
  rows = 0;
  readonly columns: readonly EventsColumnTally[];
  private readonly rules: EventsRules;

  constructor(names: readonly string[], rules: EventsRules) {
    this.rules = rules;
    this.columns = names.map((name) => ({
      ...{ name, rows: 0, empty: 0, numbers: 0, whole: 0, times: 0, joined: 0 },
      ...{ first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
      ...{ texts: new Map(), sketch: new DistinctSketch() },
    }));
  }

  /** Adds a row: a text for each column. */
  add(fields: readonly string[]): void {
    this.rows++;
    for (const [k, column] of this.columns.entries()) addText(column, fields[k] ?? '', this.rules);
  }
}

function addText(column: EventsColumnTally, given: string, rules: EventsRules): void {
  const text = given.trim();
  column.rows++;
  if (text === '') {
    column.empty++;
    return;
  }
  column.sketch.add(hashText(text));
  const number = rules.parseNumber(text);
  if (!Number.isNaN(number)) {
    column.numbers++;
    if (Number.isInteger(number)) column.whole++;
  }
  const time = rules.parseTime(text);
  if (!Number.isNaN(time)) {
    column.times++;
    column.first = Math.min(column.first, time);
    column.last = Math.max(column.last, time);
  }
  if (rules.clients.has(rules.spell(text))) column.joined++;
  if (column.texts === null) return;
  const type = canonicalText(text);
  column.texts.set(type, (column.texts.get(type) ?? 0) + 1);
  if (column.texts.size > MAX_TYPES) column.texts = null;
}
