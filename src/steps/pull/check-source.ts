/** Looks at a source without taking anything: its columns against the contract, and what the newest row looks like. */
import type { ColumnRole, TableContract } from '../../engine/port.ts';
import type { ExternalDatabase, ExternalRow } from '../../store/external/external-database.ts';
import { listPulledFiles, watermarkOf } from './pulled-files.ts';
import { chooseColumns, fromClause, type SourceOptions, unmarkedSql } from './source-query.ts';

export interface SourceColumnCheck {
  readonly name: string;
  /** The database's own word for the type. */
  readonly type: string;
  /** What the contract takes it for; `watermark` where it is that and no more. */
  readonly role: ColumnRole | 'watermark';
  /** Its value in the newest row; null where that is missing, or there is no row. */
  readonly newest: string | null;
}

export interface SourceCheck {
  readonly name: string;
  /** Without a password. */
  readonly place: string;
  readonly columns: readonly SourceColumnCheck[];
  /** Columns that are left out. */
  readonly extraColumns: readonly string[];
  /** Rows that have no watermark and are never pulled. */
  readonly unmarked: number;
  /** How far it has been pulled; null: not at all. */
  readonly watermark: string | null;
}

/** @throws TidewatchError source-unavailable; column-missing; value-invalid for a column of bytes. */
export async function checkSource(
  { database }: { readonly database: Pick<ExternalDatabase, 'place' | 'quote' | 'describe' | 'read'> },
  {
    folder,
    contract,
    source,
  }: { readonly folder: string; readonly contract: TableContract; readonly source: SourceOptions },
): Promise<SourceCheck> {
  const from = fromClause(database, source);
  const found = await database.describe(from);
  const columns = chooseColumns(found, contract, source, database.place);
  const list = columns.map(({ sql }) => sql).join(', ');
  const [watermark] = columns;
  const newest = await firstOf(
    database,
    `select ${list} from ${from} where ${watermark?.sql ?? ''} is not null order by 1 desc limit 1`,
  );
  const unmarked = await firstOf(database, unmarkedSql(from, columns));
  const chosen = new Set(columns.map(({ name }) => name));
  return {
    name: source.name,
    place: database.place,
    columns: columns.map(({ name, type }, k) => ({
      name,
      type,
      role: contract.columns.find((column) => column.name === name)?.role ?? 'watermark',
      newest: newest?.[k] ?? null,
    })),
    extraColumns: found.map(({ name }) => name).filter((name) => !chosen.has(name)),
    unmarked: Number(unmarked?.[0] ?? 0),
    watermark: watermarkOf(listPulledFiles(folder), source.name),
  };
}

/** The first row of a query, or null. */
async function firstOf(database: Pick<ExternalDatabase, 'read'>, query: string): Promise<ExternalRow | null> {
  for await (const rows of database.read(query)) return rows[0] ?? null;
  return null;
}
