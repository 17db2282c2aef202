/** Pull: takes what is new in a database into files of the input folder, each row exactly once. */

import { TidewatchError } from '../../base/errors.ts';
import type { Progress } from '../../base/progress.ts';
import { renderRecord } from '../../engine/csv/header.ts';
import type { TableContract } from '../../engine/port.ts';
import type { ExternalDatabase, ExternalRow } from '../../store/external/external-database.ts';
import { digestOf, readKnownRows } from './known-rows.ts';
import { PulledFileWriter } from './pulled-file-writer.ts';
import { listPulledFiles, removeUnfinishedPulls, watermarkOf } from './pulled-files.ts';
import { chooseColumns, fromClause, rowsSql, type SourceOptions, unmarkedSql } from './source-query.ts';
import { compareWatermarks, lowerBound, watermarkKind } from './watermark.ts';

export interface PullDeps {
  readonly database: Pick<ExternalDatabase, 'place' | 'quote' | 'describe' | 'read'>;
  readonly progress: Progress;
}

export interface PullOptions {
  /** Absolute path of the input folder. */
  readonly folder: string;
  readonly contract: TableContract;
  readonly source: SourceOptions;
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
}

/**
 * Writes the rows from the last watermark, less the overlap, on into new files, without those that are in a file
 * already. A file gets its name when it is whole, and its name is all that is remembered: a pull that is killed at any
 * point is as if it had not begun after the last file, and the next one goes on there. No new row, no file.
 * @throws TidewatchError source-unavailable, column-missing, value-invalid (bytes, or a watermark that is none),
 * config-invalid where an earlier pull had a watermark of another kind.
 */
export async function pull({ database, progress }: PullDeps, options: PullOptions): Promise<PullSummary> {
  const { folder, contract, source } = options;
  removeUnfinishedPulls(folder);
  const files = listPulledFiles(folder);
  const own = files.filter((file) => file.source === source.name);
  const last = watermarkOf(files, source.name);
  const from = last === null ? null : lowerBound(last, source.overlap);
  const relation = fromClause(database, source);
  const columns = chooseColumns(await database.describe(relation), contract, source, database.place);
  const taker = new RowTaker(options, {
    last,
    known: from === null ? new Set() : await readKnownRows(folder, own, from),
    header: renderRecord(columns.map(({ name }) => name)),
    number: (files.at(-1)?.number ?? 0) + 1,
  });
  try {
    for await (const rows of database.read(rowsSql(relation, columns, from))) {
      for (const row of rows) taker.take(row);
      progress({ label: `pulling ${source.name}`, done: taker.read, unit: 'rows' });
    }
    taker.finish();
  } finally {
    taker.discard();
  }
  const unmarked = await countOf(database, unmarkedSql(relation, columns));
  return { rows: taker.rows, known: taker.known, unmarked, files: taker.files, watermark: taker.watermark };
}

async function countOf(database: Pick<ExternalDatabase, 'read'>, query: string): Promise<number> {
  for await (const rows of database.read(query)) return Number(rows[0]?.[0]);
  return 0;
}

interface Start {
  /** How far the source had been pulled. */
  readonly last: string | null;
  readonly known: ReadonlySet<string>;
  readonly header: string;
  /** Number of the next file. */
  readonly number: number;
}

/** Takes rows in the order of their watermark, and puts the new ones into files. */
class RowTaker {
  read = 0;
  rows = 0;
  known = 0;
  watermark: string | null;
  readonly files: string[] = [];
  private readonly options: PullOptions;
  private readonly start: Start;
  private previous: string | null = null;
  /** The watermark of the last row that was put into a file. */
  private written: string | null = null;
  /** Whether the rows have got past the last watermark; they stay there. */
  private isBeyond = false;
  private writer: PulledFileWriter | null = null;

  constructor(options: PullOptions, start: Start) {
    this.options = options;
    this.start = start;
    this.watermark = start.last;
  }

  take(row: ExternalRow): void {
    this.read++;
    const watermark = this.checked(row[0] ?? '');
    const line = renderRecord(row.map((value) => value ?? ''));
    const { last, known } = this.start;
    this.isBeyond ||= last === null || compareWatermarks(watermark, last) > 0;
    if (!this.isBeyond && known.has(digestOf(line))) {
      this.known++;
      return;
    }
    if (this.isBeyond) this.watermark = watermark;
    this.put(line, watermark);
  }

  /** Gives the last file its name. */
  finish(): void {
    if (this.writer === null) return;
    this.files.push(this.writer.commit());
    this.writer = null;
  }

  /** Leaves nothing half-written. */
  discard(): void {
    this.writer?.discard();
    this.writer = null;
  }

  private put(line: string, watermark: string): void {
    const { folder, source } = this.options;
    // A file ends between two watermarks, so that one that is there is all of them that there were.
    const isFull = this.writer !== null && this.writer.rows >= source.rowsPerFile;
    if (isFull && watermark !== this.written) this.finish();
    this.writer ??= new PulledFileWriter(
      folder,
      this.start.number + this.files.length,
      source.name,
      this.start.header,
    );
    this.writer.add(line, watermark);
    this.written = watermark;
    this.rows++;
  }

  /** The watermark, where it is one, of the kind that was pulled before, and not below the one before it. */
  private checked(watermark: string): string {
    if (watermark === this.previous) return watermark;
    const before = this.previous ?? this.start.last;
    const kind = watermarkKind(watermark);
    const { source } = this.options;
    if (kind === null || (before !== null && kind !== watermarkKind(before))) {
      throw new TidewatchError(
        'value-invalid',
        `The watermark "${source.watermark}" of the source "${source.name}" is ${JSON.stringify(watermark)} in a row; expected ` +
          `${before === null ? 'a decimal number or a time in ISO 8601' : `a value like ${before}`}. Choose a column of numbers ` +
          'or times; a source whose watermark is another column now needs another name.',
        { details: { source: source.name, column: source.watermark, value: watermark } },
      );
    }
    if (this.previous !== null && compareWatermarks(watermark, this.previous) < 0) {
      throw new TidewatchError(
        'value-invalid',
        `The database put ${watermark} of "${source.watermark}" after ${this.previous} (source "${source.name}"); expected the ` +
          'order of numbers or of times. Give the column a type of numbers or times, or write it in one form.',
        { details: { source: source.name, column: source.watermark, value: watermark } },
      );
    }
    this.previous = watermark;
    return watermark;
  }
}
