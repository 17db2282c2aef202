/** Reads and writes the rows of a table as they are, some at a time, in the order of a key, by few plain statements. */
import { hash } from 'node:crypto';
import { CompiledQuery, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** By the names that the columns have in the database. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Text in one INSERT, in characters: well under what MariaDB takes in a packet. */
const INSERT_CHARACTERS = 2_000_000;
/** Values in one INSERT: SQLite takes 32,766, and all are the quicker the shorter the statement. */
const INSERT_VALUES = 2000;

export interface TableRows {
  /** The next `limit` rows after the one given, by the key; from the first where null is given. */
  after(row: Row | null, limit: number): Promise<readonly Row[]>;
  insert(rows: readonly Row[]): Promise<void>;
  count(): Promise<number>;
}

/** The rows of a table of a database. `table` and `key` are names as in the database. */
export function tableRows(db: Kysely<Tables>, table: string, key: readonly string[]): TableRows {
  const plain = db.withoutPlugins();
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const insertOf = insertStatements(plain, table);
  return {
    after: async (row, limit) => {
      const beyond = row === null ? sql<SqlBool>`1 = 1` : isBeyond(key, row);
      const { rows } = await sql<Row>`
        select * from ${sql.table(table)} where ${beyond} order by ${columns} limit ${limit}`.execute(plain);
      return rows;
    },
    insert: async (rows) => {
      const names = Object.keys(rows[0] ?? {});
      for (const part of portions(rows, Math.floor(INSERT_VALUES / names.length))) {
        const values = part.flatMap((each) => names.map((name) => each[name] ?? null));
        await plain.executeQuery(CompiledQuery.raw(insertOf(names, part.length), values));
      }
    },
    count: async () => {
      const { rows } = await sql<{ rows: number }>`
        select count(*) as ${sql.ref('rows')} from ${sql.table(table)}`.execute(plain);
      return Number(rows[0]?.rows);
    },
  };
}

/**
 * The rows after one, said twice: the comparison of all columns at once is what PostgreSQL and SQLite find in an
 * index, that of one column after the other is what MySQL does.
 */
function isBeyond(key: readonly string[], row: Row): RawBuilder<SqlBool> {
  const [first, ...others] = key.map((column) => ({ name: sql.ref(column), value: row[column] ?? null }));
  if (first === undefined) return sql<SqlBool>`1 = 0`;
  if (others.length === 0) return sql<SqlBool>`${first.name} > ${first.value}`;
  const all = [first, ...others];
  const stepwise = all.reduceRight<RawBuilder<SqlBool>>(
    (rest, { name, value }) => sql`(${name} > ${value} or (${name} = ${value} and ${rest}))`,
    sql`1 = 0`,
  );
  const names = sql.join(all.map(({ name }) => name));
  return sql<SqlBool>`(${names}) > (${sql.join(all.map(({ value }) => value))}) and ${stepwise}`;
}

/** The text of an INSERT of so many rows, made once for each number of rows. */
function insertStatements(
  db: Kysely<Tables>,
  table: string,
): (columns: readonly string[], rows: number) => string {
  const made = new Map<number, string>();
  return (columns, rows) => {
    const known = made.get(rows);
    if (known !== undefined) return known;
    const row = sql`(${sql.join(columns.map(() => sql`${null}`))})`;
    const { sql: text } = sql`
      insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(Array(rows).fill(row))}`.compile(db);
    made.set(rows, text);
    return text;
  };
}

/** The rows in parts that an INSERT takes. */
function* portions(rows: readonly Row[], most: number): Generator<readonly Row[]> {
  let part: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    let own = 0;
    for (const value of Object.values(row)) own += typeof value === 'string' ? value.length : 8;
    if (part.length > 0 && (characters + own > INSERT_CHARACTERS || part.length === most)) {
      yield part;
      [part, characters] = [[], 0];
    }
    part.push(row);
    characters += own;
  }
  if (part.length > 0) yield part;
}

/** A row as text: the same for equal rows, in whatever order their columns come. */
export function rowTexts(rows: readonly Row[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {}).sort();
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column])));
}

/** The first 128 bits of the SHA-256 of a text. */
export function hashOf(text: string): bigint {
  return BigInt(`0x${hash('sha256', text, 'hex').slice(0, 32)}`);
}
