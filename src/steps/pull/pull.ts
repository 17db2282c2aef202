/** Pull: takes what is new in a database into files of the input folder, each row exactly once. */
import type { Clock } from '../../base/clock.ts';
import type { Progress } from '../../base/progress.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { renderRecord } from '../../formats/csv/header.ts';
import type { ExternalColumn, ExternalDatabase } from '../../store/external/external-database.ts';
import { readKnownRows } from './known-rows.ts';
import { listPulledFiles, removeUnfinishedPulls, watermarkOf } from './pulled-files.ts';
import { RowTaker } from './row-taker.ts';
import { boundsOf, checkWatermark } from './source-bounds.ts';
import {
  type Bounds,
  chooseColumns,
  countSql,
  firstRow,
  fromClause,
  leftSql,
  newestSql,
  rowsSql,
  type SourceOptions,
} from './source-query.ts';
import { aheadOf, warnOf } from './source-warnings.ts';

export interface PullDeps {
  readonly database: Pick<ExternalDatabase, 'place' | 'quote' | 'describe' | 'read'>;
  readonly progress: Progress;
  readonly clock: Pick<Clock, 'now'>;
}

export interface PullOptions {
  /** Absolute path of the input folder. */
  readonly folder: string;
  readonly contract: TableContract;
  readonly source: SourceOptions;
  /** Told of each new file as soon as it has its name. */
  readonly onFile?: (name: string, rows: number) => void;
}

export interface PullSummary {
  /** Rows put into files. */
  readonly rows: number;
  /** Rows of the overlap that had been pulled before. */
  readonly known: number;
  /** Rows in the database that have no watermark, and are left there. */
  readonly unmarked: number;
  /** Names of the new files. */
  readonly files: readonly string[];
  /** How far the source has been pulled now; null where it never had a row. */
  readonly watermark: string | null;
  /** What is odd about the source, and what to do. */
  readonly warnings: readonly string[];
}

/**
 * Writes the rows from the last watermark, less the overlap, on into new files, without those that are in a file
 * already. A file gets its name when it is whole, and its name is all that is remembered: a pull that is killed at any
 * point is as if it had not begun after the last file, and the next one goes on there. No new row, no file.
 * @throws TidewatchError source-unavailable, column-missing, value-invalid (bytes, or a watermark that is none, or of
 * another kind than the one of an earlier pull).
 */
export async function pull(deps: PullDeps, options: PullOptions): Promise<PullSummary> {
  const { database, clock } = deps;
  const { folder, contract, source } = options;
  removeUnfinishedPulls(folder);
  const files = listPulledFiles(folder);
  const last = watermarkOf(files, source.name);
  const relation = fromClause(database, source);
  const columns = chooseColumns(await database.describe(relation), contract, source, database.place);
  const bounds = boundsOf(columns, last, aheadOf(clock.now()), source);
  const own = files.filter((file) => file.source === source.name);
  const known = bounds.from === null ? new Set<string>() : await readKnownRows(folder, own, bounds.from);
  const kind = columns[0]?.kind ?? 'any';
  const taker = new RowTaker(
    { folder, source, onFile: options.onFile ?? (() => undefined) },
    {
      ...{ last, known, kind },
      header: renderRecord(columns.map(({ name }) => name)),
      number: (files.at(-1)?.number ?? 0) + 1,
    },
  );
  await takeRows(deps, source, taker, { relation, columns, bounds });
  const newest =
    taker.newest ??
    (last === null ? null : ((await firstRow(database, newestSql(relation, columns)))?.[0] ?? null));
  if (newest !== null) checkWatermark(newest, last, kind, source);
  const [unmarked, rowsAhead] = (await firstRow(database, leftSql(relation, columns, bounds))) ?? [];
  const warnings = warnOf({
    ...{ last, newest, from: bounds.from, ahead: aheadOf(clock.now()), rowsAhead: Number(rowsAhead) },
    overlap: { taken: known.size, same: taker.known, others: taker.late },
  });
  const { rows, files: names, watermark } = taker;
  return { rows, known: taker.known, unmarked: Number(unmarked), files: names, watermark, warnings };
}

interface Selection {
  readonly relation: string;
  readonly columns: readonly ExternalColumn[];
  readonly bounds: Bounds;
}

async function takeRows(
  { database, progress }: PullDeps,
  source: SourceOptions,
  taker: RowTaker,
  { relation, columns, bounds }: Selection,
): Promise<void> {
  // A query may take as long to count as to read.
  const total =
    source.table === null
      ? null
      : Number((await firstRow(database, countSql(relation, columns, bounds)))?.[0]);
  const tell = () =>
    progress({
      label: `pulling ${source.name}`,
      done: taker.read,
      unit: 'rows',
      ...(total === null ? {} : { total }),
    });
  tell();
  try {
    for await (const rows of database.read(rowsSql(relation, columns, bounds))) {
      for (const row of rows) taker.take(row);
      tell();
    }
    taker.finish();
  } finally {
    taker.discard();
  }
}
