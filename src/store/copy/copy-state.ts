/** Copies the state from one database into another, empty one, and proves that both hold the same. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { Progress } from '../../base/progress.ts';
import type { Database } from '../databases/database.ts';
import type { Tables } from '../tables.ts';
import { COPIED_NAMES, COPIED_TABLES, type CopiedTable } from './copied-tables.ts';
import { hashOf, type Row, rowTexts, type TableRows, tableRows } from './copy-rows.ts';

/** What a table holds: two with the same are equal, whatever the order of their rows. */
export interface TableContent {
  readonly table: CopiedTable;
  readonly rows: number;
  /** Sum of the SHA-256 of the rows modulo 2^128, in hexadecimal digits. */
  readonly hash: string;
}

/**
 * Copies every table in one transaction of the target, after one moment of the source, reads each row again from the
 * target, and keeps all only if each table has the rows and the hash of its source. The tables of both have to be this
 * version's. `workspace-exists` where the target holds anything. Whatever fails, and a process that ends, leaves the
 * target empty: the database undoes the transaction. Memory is that of some rows.
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
    .execute(async (source) => {
      const told = rowsReporter(progress, await countAll(source));
      return to.db.transaction().execute(async (target) => {
        const contents: TableContent[] = [];
        for (const table of COPIED_NAMES) {
          contents.push(
            await copyTable(rowsOf(source, table), rowsOf(target, table), { table, place: to.place }, told),
          );
          if (COPIED_TABLES[table].key[0] === 'seq')
            await to.dialect.resumeSequence(target, snakeCase(table));
        }
        return contents;
      });
    });
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

function rowsOf(db: Kysely<Tables>, table: CopiedTable): TableRows {
  return tableRows(db, snakeCase(table), COPIED_TABLES[table].key.map(snakeCase));
}

/** The name of a table or column in the database. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function countAll(db: Kysely<Tables>): Promise<number> {
  let total = 0;
  for (const table of COPIED_NAMES) total += await rowsOf(db, table).count();
  return total;
}

/** Tells how many rows of all tables are copied. */
function rowsReporter(progress: Progress, total: number): (table: CopiedTable, rows: number) => void {
  let done = 0;
  return (table, rows) => {
    done += rows;
    progress({ label: `copying ${table}`, done, total, unit: 'rows' });
  };
}

/** Each batch is read again right after it was written, while the target still has it at hand. */
async function copyTable(
  source: TableRows,
  target: TableRows,
  { table, place }: Copied,
  told: (table: CopiedTable, rows: number) => void,
): Promise<TableContent> {
  const { batch } = COPIED_TABLES[table];
  let count = 0;
  let sum = 0n;
  for (let last: Row | null = null; ; ) {
    const rows: readonly Row[] = await source.after(last, batch);
    const end: Row | undefined = rows.at(-1);
    if (end === undefined) break;
    await target.insert(rows);
    const texts = rowTexts(rows);
    checkSame(texts, rowTexts(await target.after(last, batch)), { table, place });
    for (const text of texts) sum += hashOf(text);
    sum = BigInt.asUintN(128, sum);
    count += rows.length;
    told(table, rows.length);
    last = end;
  }
  const kept = await target.count();
  if (kept !== count) throw notSame({ table, place }, `${kept} rows; expected ${count}`);
  return { table, rows: count, hash: sum.toString(16).padStart(32, '0') };
}

interface Copied {
  readonly table: CopiedTable;
  /** Of the target, as messages say it. */
  readonly place: string;
}

function checkSame(read: readonly string[], kept: readonly string[], copied: Copied): void {
  const index = read.findIndex((text, row) => text !== kept[row]);
  if (index < 0) return;
  throw notSame(copied, `the row ${shown(kept[index])}; expected ${shown(read[index])}`);
}

const SHOWN = 200;

function shown(text = 'nothing'): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

function notSame({ table, place }: Copied, what: string): TidewatchError {
  return new TidewatchError(
    'internal',
    `The copy of ${table} in ${place} has ${what}. Nothing was kept; the state is where it was.`,
    { details: { table } },
  );
}
