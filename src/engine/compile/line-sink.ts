/** Where accepted lines go: the set of rows, and the file that is to become finaldata.csv. */
import { FinalFile } from './final-file.ts';
import type { LineBlock, LineTotals } from './line-block.ts';
import { RowSet } from './row-set.ts';

export interface LineSinkOptions {
  /** Path of the file that is written; it must not exist. */
  readonly path: string;
  /** Its first line, without line ending. */
  readonly header: string;
}

export interface LineSink {
  /** Whether blocks are read in another thread. */
  readonly threaded: boolean;
  /** Prepares for about so many lines in all. */
  expect(rows: number): void;
  /** Takes in a block, whose arrays are the sink's from then on. Resolves to the totals at each of its marks. */
  put(block: LineBlock): Promise<LineTotals[]>;
  /** Ends the file; resolves to its hex SHA-256. */
  finish(): Promise<string>;
  /** Lets go of memory, file and thread. At any time, and more than once. */
  close(): Promise<void>;
}

/** A sink that works in the calling thread. */
export class LocalSink implements LineSink {
  readonly threaded = false;
  private readonly file: FinalFile;
  private readonly set: RowSet;

  constructor({ path, header }: LineSinkOptions) {
    this.file = new FinalFile(path);
    this.set = new RowSet((lines) => this.file.write(lines));
    this.file.write(Buffer.from(`${header}\n`));
  }

  expect(rows: number): void {
    this.set.expect(rows);
  }

  async put(block: LineBlock): Promise<LineTotals[]> {
    return this.set.take(block);
  }

  async finish(): Promise<string> {
    return this.file.finish();
  }

  async close(): Promise<void> {
    this.file.close();
  }
}
