/** Where accepted lines go: the set of rows, and the file that is to become finaldata.csv. */
import { existsSync } from 'node:fs';
import { type FinalBase, type FinalContent, FinalFile } from './final-file.ts';
import type { LineBlock, LineTotals } from './line-block.ts';
import { RowSet } from './row-set.ts';
import { RowTable, readRowTable, writeRowTable } from './row-table.ts';

export interface LineSinkOptions {
  /** Path of the file that is written; it must not exist. */
  readonly path: string;
  /** Its first line, without line ending. */
  readonly header: string;
  /** Path of the file that the table of rows is written to at the end; it must not exist. */
  readonly tablePath: string;
  /** Bytes that the table of rows may take in memory; `out-of-memory` beyond them. */
  readonly maxTableBytes: number;
  /** The finaldata.csv that lines are added to; null: none, and the file is all of it. */
  readonly base: SinkBase | null;
}

/** An earlier finaldata.csv, with its id and its table of rows. */
export interface SinkBase extends FinalBase {
  readonly id: string;
  readonly tablePath: string;
}

export interface LineSink {
  /** Whether blocks are read in another thread. */
  readonly threaded: boolean;
  /** Takes over the rows of the base; false where its table is not whole, and then the sink is of no use. */
  resume(): Promise<boolean>;
  /** Prepares for about so many lines in all. */
  expect(rows: number): void;
  /** Takes in a block, whose arrays are the sink's until then. Resolves to the totals at each of its marks. */
  put(block: LineBlock): Promise<LineTotals[]>;
  /** Ends the files. */
  finish(): Promise<FinalContent>;
  /** Lets go of memory, file and thread. At any time, and more than once. */
  close(): Promise<void>;
}

/** A sink that works in the calling thread. */
export class LocalSink implements LineSink {
  readonly threaded = false;
  private readonly options: LineSinkOptions;
  private readonly file: FinalFile;
  private set: RowSet;

  constructor(options: LineSinkOptions) {
    const { path, header, base, maxTableBytes } = options;
    this.options = options;
    this.file = new FinalFile(path, Buffer.from(`${header}\n`), base);
    this.set = new RowSet(this.file, new RowTable(maxTableBytes));
  }

  async resume(): Promise<boolean> {
    const { base, maxTableBytes } = this.options;
    if (base === null || !existsSync(base.tablePath)) return false;
    const table = readRowTable(base.tablePath, base.id, maxTableBytes);
    if (table === null) return false;
    this.set = new RowSet(this.file, table);
    return true;
  }

  expect(rows: number): void {
    this.set.expect(rows);
  }

  async put(block: LineBlock): Promise<LineTotals[]> {
    return this.set.take(block);
  }

  async finish(): Promise<FinalContent> {
    const content = this.file.finish();
    writeRowTable(this.options.tablePath, this.set.table, content.id);
    return content;
  }

  async close(): Promise<void> {
    this.file.close();
  }
}
