/** The port to a database that belongs to someone else: clients are read from it, and scores are written to it. */

/** What a column holds, as far as it matters for text: bytes have none; `any` may hold all but bytes. */
export type ExternalKind = 'number' | 'truth' | 'time' | 'text' | 'bytes' | 'any';

export interface ExternalColumn {
  readonly name: string;
  /** The database's own word for the type. */
  readonly type: string;
  readonly kind: ExternalKind;
  /** SQL that gives the value so that its text is the whole of it. */
  readonly sql: string;
  /** SQL to filter and to sort by, where that is another. */
  readonly key?: string;
}

/** A value as text that says all of it; missing is null. Truth is 1 or 0, a time is in ISO 8601 and, with a zone, in UTC. */
export type ExternalRow = readonly (string | null)[];

/** Runs a statement; a `?` stands for each value. */
export type ExternalRun = (sql: string, values?: readonly (string | number | null)[]) => Promise<void>;

export interface ExternalDatabase {
  /** Where it is, as messages may say it. */
  readonly place: string;
  /** Its words for the types of columns: `key` is text that can be part of an index. */
  readonly types: {
    readonly key: string;
    readonly text: string;
    readonly double: string;
    readonly time: string;
  };
  /** The name of a table, of one or more parts with dots, quoted for SQL. */
  quote(table: string): string;
  /** The columns of what may stand after FROM. */
  describe(from: string): Promise<readonly ExternalColumn[]>;
  /**
   * Streams the rows of a query in batches through a cursor of the server, inside a transaction that only reads and
   * sees one state. Constant memory.
   */
  read(query: string): AsyncIterable<readonly ExternalRow[]>;
  /** Does `work` in one transaction, all of it or nothing; MySQL commits at once what makes a table. */
  write(work: (run: ExternalRun) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface ExternalOptions {
  /** How messages name what the database is for, such as `The source "crm"`. */
  readonly what: string;
  /** How long a statement may take; PostgreSQL counts each batch. */
  readonly timeoutMs: number;
}

/** A name in the quotes of a database. */
export function quoteName(name: string, mark: '"' | '`'): string {
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}

/** The name of a table: each of its parts in quotes. */
export function quoteTable(table: string, mark: '"' | '`'): string {
  return table
    .split('.')
    .map((part) => quoteName(part, mark))
    .join('.');
}

/** How long a connection may take to be made. */
export const CONNECT_MS = 10_000;
/** Rows of a batch. */
export const BATCH_ROWS = 5000;
