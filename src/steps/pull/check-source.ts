/** Looks at a source without taking anything: its columns against the contract, and what the newest row looks like. */
import type { Clock } from '../../base/clock.ts';
import { readColumnsOf } from '../../formats/contract/contract.ts';
import type { ColumnRole, MatchedColumn, TableContract } from '../../formats/contract/table-contract.ts';
import { matchColumns } from '../../formats/csv/match-columns.ts';
import type { ExternalDatabase } from '../../store/external/external-database.ts';
import { listPulledFiles, watermarkOf } from './pulled-files.ts';
import { boundsOf, checkWatermark } from './source-bounds.ts';
import {
  chooseColumns,
  firstRow,
  fromClause,
  leftSql,
  newestSql,
  type SourceOptions,
} from './source-query.ts';
import { aheadOf, warnOf } from './source-warnings.ts';

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
  /** Columns that the source has under another name than the contract. */
  readonly matched: readonly MatchedColumn[];
  /** Rows that have no watermark and are never pulled. */
  readonly unmarked: number;
  /** How far it has been pulled; null: not at all. */
  readonly watermark: string | null;
  /** What is odd about it, and what to do. */
  readonly warnings: readonly string[];
}

/** @throws TidewatchError as `pull` does. */
export async function checkSource(
  {
    database,
    clock,
  }: {
    readonly database: Pick<ExternalDatabase, 'place' | 'quote' | 'describe' | 'read'>;
    readonly clock: Pick<Clock, 'now'>;
  },
  {
    folder,
    contract,
    source,
  }: { readonly folder: string; readonly contract: TableContract; readonly source: SourceOptions },
): Promise<SourceCheck> {
  const from = fromClause(database, source);
  const found = await database.describe(from);
  const columns = chooseColumns(found, contract, source, database.place);
  const newest = await firstRow(database, newestSql(from, columns));
  const last = watermarkOf(listPulledFiles(folder), source.name);
  if (newest !== null) checkWatermark(newest[0] ?? '', last, columns[0]?.kind ?? 'any', source);
  const ahead = aheadOf(clock.now());
  const bounds = boundsOf(columns, last, ahead, source);
  const [unmarked, rowsAhead] = (await firstRow(database, leftSql(from, columns, bounds))) ?? [];
  const chosen = new Set(columns.map(({ name }) => name));
  const matched = matchedIn(found, contract);
  const nameOf = (name: string): string => matched.find(({ column }) => column === name)?.as ?? name;
  return {
    name: source.name,
    place: database.place,
    columns: columns.map(({ name, type }, k) => ({
      name,
      type,
      role: readColumnsOf(contract).find((column) => column.name === nameOf(name))?.role ?? 'watermark',
      newest: newest?.[k] ?? null,
    })),
    extraColumns: found.map(({ name }) => name).filter((name) => !chosen.has(name)),
    matched,
    unmarked: Number(unmarked),
    watermark: last,
    warnings: warnOf({
      ...{ last, ahead, rowsAhead: Number(rowsAhead), newest: newest?.[0] ?? null },
      from: bounds.from,
      overlap: { taken: 0, same: 0, others: 0 },
    }),
  };
}

/** `chooseColumns` has refused what cannot be told apart. */
function matchedIn(
  found: readonly { readonly name: string }[],
  contract: TableContract,
): readonly MatchedColumn[] {
  const places = matchColumns(
    found.map(({ name }) => name),
    readColumnsOf(contract),
  );
  return 'reason' in places ? [] : places.matched;
}
