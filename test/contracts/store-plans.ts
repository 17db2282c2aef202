/** What a statement reads of which table, and by which index, as each database says it itself. */
import { CompiledQuery, sql } from 'kysely';
import { COPIED_NAMES } from '../../src/store/copy/copied-tables.ts';
import type { Database, Statement } from '../../src/store/databases/database.ts';

export interface TableRead {
  readonly table: string;
  /** null: the table itself in the order of its key, or all of it. */
  readonly index: string | null;
  /** True where all of the table is read, or of the index without an end. */
  readonly scan: boolean;
  /** Rows that were read, counted; null where the database does not count. */
  readonly rows: number | null;
}

/** Runs a SELECT once and gives what it read. */
export async function readsOf(database: Database, statement: Statement): Promise<readonly TableRead[]> {
  const { product } = database.dialect;
  if (product.startsWith('SQLite')) return sqliteReads(database, statement);
  if (product.startsWith('PostgreSQL')) return postgresReads(database, statement);
  return mariadbReads(database, statement);
}

/** Brings the statistics up to date by which the plans are made. */
export async function analyse(database: Database): Promise<void> {
  if (database.dialect.product.startsWith('MariaDB')) {
    for (const table of COPIED_NAMES) await sql`analyze table ${sql.table(table)}`.execute(database.db);
  } else await sql`analyze`.execute(database.db);
}

async function ask<T>({ db }: Database, text: string, statement: Statement): Promise<readonly T[]> {
  const query = CompiledQuery.raw(`${text} ${statement.sql}`, [...statement.parameters]);
  return (await db.withoutPlugins().executeQuery<T>(query)).rows;
}

/** A scan by rowid or of an index that a LIMIT ends is none where nothing has to be sorted afterwards. */
async function sqliteReads(database: Database, statement: Statement): Promise<readonly TableRead[]> {
  const lines = await ask<{ detail: string }>(database, 'explain query plan', statement);
  const sorted = lines.some(({ detail }) => detail.startsWith('USE TEMP B-TREE'));
  const ended = !sorted && /limit \?$|limit \? offset \?$/.test(statement.sql);
  return lines.flatMap(({ detail }) => {
    const [, verb, table, rest = ''] = /^(SCAN|SEARCH) (\S+)(.*)$/.exec(detail) ?? [];
    if (verb === undefined || table === undefined || table === 'CONSTANT') return [];
    const [, index = null] = /INDEX (\S+)/.exec(rest) ?? [];
    const key = rest.includes('PRIMARY KEY') ? 'primary key' : null;
    return [{ table, index: index ?? key, scan: verb === 'SCAN' && !ended, rows: null }];
  });
}

interface PostgresPlan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PostgresPlan[];
}

async function postgresReads(database: Database, statement: Statement): Promise<readonly TableRead[]> {
  const [row] = await ask<{ 'QUERY PLAN': readonly { readonly Plan: PostgresPlan }[] }>(
    database,
    'explain (analyze, format json)',
    statement,
  );
  return row?.['QUERY PLAN'].flatMap(({ Plan }) => postgresNode(Plan)) ?? [];
}

function postgresNode(plan: PostgresPlan): TableRead[] {
  const below = plan.Plans?.flatMap(postgresNode) ?? [];
  const table = plan['Relation Name'];
  if (table === undefined) return below;
  const rows = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  const inner = plan.Plans?.find((each) => each['Index Name'] !== undefined)?.['Index Name'];
  const index = plan['Index Name'] ?? inner ?? null;
  return [{ table, index, scan: plan['Node Type'] === 'Seq Scan', rows }, ...below];
}

/** `analyze format=json` has the tables somewhere inside, with the rows that were read of each at each loop. */
async function mariadbReads(database: Database, statement: Statement): Promise<readonly TableRead[]> {
  const [row] = await ask<{ ANALYZE: string }>(database, 'analyze format=json', statement);
  return mariadbNode(JSON.parse(row?.ANALYZE ?? '{}') as unknown);
}

interface MariadbTable {
  readonly table_name: string;
  readonly access_type: string;
  readonly key?: string;
  readonly r_rows?: number | null;
  readonly r_loops?: number;
}

function mariadbNode(node: unknown): TableRead[] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.values(node).flatMap(mariadbNode);
  if (!('table_name' in node) || !('access_type' in node)) return below;
  const { table_name, access_type, key, r_rows, r_loops } = node as MariadbTable;
  if (table_name.startsWith('<')) return below;
  const rows = Math.round((r_rows ?? 0) * (r_loops ?? 1));
  return [{ table: table_name, index: key ?? null, scan: access_type === 'ALL', rows }, ...below];
}
