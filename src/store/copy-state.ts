/** Copies the state from one database into another, empty one, and proves that both hold the same. */
import { createHash } from 'node:crypto';
import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import { COPIED_NAMES, COPIED_TABLES, type CopiedTable } from './copied-tables.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** What a table holds: two with the same are equal, whatever the order of their rows. */
export interface TableContent {
  readonly table: CopiedTable;
  readonly rows: number;
  /** Sum of the SHA-256 of the rows modulo 2^128, in hexadecimal digits. */
  readonly hash: string;
}

/** Text in one INSERT, in characters: well under what MariaDB takes in a packet. */
const INSERT_CHARACTERS = 2_000_000;
const INSERT_ROWS = 500;

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Copies every table in one transaction of the target, after one moment of the source, reads the target again, and
 * keeps it only if each table has the rows and the hash of its source. The tables of both have to be this version's.
 * `workspace-exists` where the target holds anything; whatever fails leaves it empty.
 */
export async function copyState(
  from: Database,
  to: Database,
  progress: Progress,
): Promise<readonly TableContent[]> {
  await refuseFilled(to);
  // SQLite has one kind of transaction, in which nobody else writes.
  return await from.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((source) =>
      to.db.transaction().execute(async (target) => {
        const contents: TableContent[] = [];
        for (const table of COPIED_NAMES) {
          contents.push(await copyTable(source, target, table, to, progress));
        }
        return contents;
      }),
    );
}

async function refuseFilled({ db, place }: Database): Promise<void> {
  for (const table of COPIED_NAMES) {
    const row = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (row.rows.length === 0) continue;
    throw new TidewatchError(
      'workspace-exists',
      `The state store ${place} holds records already (in the table of ${table}), and nothing was copied. ` +
        'Name an empty database.',
      { details: { place, table } },
    );
  }
}

async function copyTable(
  source: Transaction<Tables>,
  target: Transaction<Tables>,
  table: CopiedTable,
  to: Database,
  progress: Progress,
): Promise<TableContent> {
  const content = createContent(table);
  for await (const rows of readTable(source, table)) {
    for (const part of portions(rows)) await insert(target, table, part);
    content.add(rows);
    progress({ label: `copying ${table}`, done: content.rows(), unit: 'rows' });
  }
  if (COPIED_TABLES[table].key[0] === 'seq') await to.dialect.resumeSequence(target, table);
  const [read, kept] = [content.get(), await contentOf(target, table)];
  if (read.rows === kept.rows && read.hash === kept.hash) return kept;
  throw new TidewatchError(
    'internal',
    `The copy of ${table} in ${to.place} has ${kept.rows} rows with the hash ${kept.hash}; expected ${read.rows} with ` +
      `${read.hash}. Nothing was kept; the state is where it was.`,
    { details: { table, read, kept } },
  );
}

/** What a table of a database holds. */
export async function contentOf(db: Kysely<Tables>, table: CopiedTable): Promise<TableContent> {
  const content = createContent(table);
  for await (const rows of readTable(db, table)) content.add(rows);
  return content.get();
}

/** Every row of a table in the order of its key, some at a time. */
async function* readTable(db: Kysely<Tables>, table: CopiedTable): AsyncIterable<readonly Row[]> {
  const { key, batch } = COPIED_TABLES[table];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let after = sql<SqlBool>`1 = 1`;
  for (;;) {
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} where ${after} order by ${columns} limit ${batch}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = sql<SqlBool>`(${columns}) > (${sql.join(key.map((column) => last[column] ?? null))})`;
  }
}

async function insert(db: Kysely<Tables>, table: CopiedTable, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`);
  await sql`
    insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(values)}`.execute(db);
}

/** The rows in parts that an INSERT takes. */
function* portions(rows: readonly Row[]): Generator<readonly Row[]> {
  let part: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    const own = Object.values(row).reduce<number>((sum, value) => sum + String(value).length, 0);
    if (part.length > 0 && (characters + own > INSERT_CHARACTERS || part.length === INSERT_ROWS)) {
      yield part;
      [part, characters] = [[], 0];
    }
    part.push(row);
    characters += own;
  }
  if (part.length > 0) yield part;
}

/** Adds up rows. */
function createContent(table: CopiedTable): {
  add(rows: readonly Row[]): void;
  rows(): number;
  get(): TableContent;
} {
  let count = 0;
  let sum = 0n;
  return {
    add: (rows) => {
      count += rows.length;
      for (const row of rows) sum = BigInt.asUintN(128, sum + hashOf(row));
    },
    rows: () => count,
    get: () => ({ table, rows: count, hash: sum.toString(16).padStart(32, '0') }),
  };
}

function hashOf(row: Row): bigint {
  const values = Object.keys(row)
    .sort()
    .map((column) => row[column]);
  const digest = createHash('sha256').update(JSON.stringify(values)).digest('hex');
  return BigInt(`0x${digest.slice(0, 32)}`);
}
