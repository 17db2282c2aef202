/** The rows of a sheet as the bytes of a typed CSV; rows without cells, and those that are no rows of the table, are empty lines. */
import type { ByteSource } from '../csv/byte-source.ts';
import { MAX_RECORD_BYTES } from '../csv/record-reader.ts';
import { TOO_LONG } from '../csv/typed-record-reader.ts';
import type { ChosenSheet } from './choose-sheet.ts';
import { SheetRows } from './sheet-rows.ts';
import type { Workbook } from './workbook.ts';
import { createDecoder, XmlScanner } from './xml-scanner.ts';

/** Characters that a piece of XML may make; texts that cells share are short, so only a made-up file goes beyond. */
const MAX_PENDING = 1 << 25;

export class SheetSource implements ByteSource {
  /** Rows given so far, and those of them that are not empty: what the reader is held against. */
  readonly count = { lines: 0, records: 0, add: (): void => undefined, end: (): void => undefined };
  private readonly workbook: Workbook;
  private readonly chunks: AsyncGenerator<Uint8Array, void>;
  private readonly rows: SheetRows;
  private readonly scanner: XmlScanner;
  private readonly decoder = createDecoder();
  /** Rows above it are given empty. */
  private readonly header: number;
  private readonly fields: string[];
  private ended = false;
  private pending = '';
  private ready: Buffer = Buffer.alloc(0);

  /** Closes the workbook with itself. */
  constructor(workbook: Workbook, { sheet, header, width }: ChosenSheet) {
    this.workbook = workbook;
    this.header = header;
    this.fields = new Array<string>(width).fill('');
    this.chunks = workbook.zip.read(sheet.path);
    this.rows = new SheetRows(workbook, (row, fields) => this.put(row, fields));
    this.scanner = new XmlScanner(this.rows);
  }

  /** Packed bytes so far, of all parts of the workbook. */
  get bytesRead(): number {
    return Math.min(this.workbook.zip.bytesRead, this.workbook.zip.size);
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.ready.length === 0) {
      if (this.ended) return 0;
      const { value, done } = await this.chunks.next();
      this.scanner.write(done === true ? this.decoder.end() : this.decoder.write(value));
      if (done === true) {
        this.scanner.end();
        this.rows.end();
        this.ended = true;
      }
      this.ready = Buffer.from(this.pending);
      this.pending = '';
    }
    const part = this.ready.subarray(0, length);
    into.set(part, at);
    this.ready = this.ready.subarray(part.length);
    return part.length;
  }

  /** Empty: of a workbook the whole file is hashed, not what was read of it. */
  digest(): string {
    return '';
  }

  async close(): Promise<void> {
    await this.chunks.return();
    await this.workbook.close();
  }

  private put(row: number, fields: readonly (string | undefined)[]): void {
    const { count } = this;
    const line = row < this.header ? '' : this.lineOf(fields);
    if (line !== '') count.records++;
    this.pending += `${'\n'.repeat(row - 1 - count.lines)}${line}\n`;
    count.lines = row;
    if (this.pending.length > MAX_PENDING) throw this.workbook.zip.tooMuch();
  }

  private lineOf(given: readonly (string | undefined)[]): string {
    if (given[0] === TOO_LONG) return TOO_LONG;
    const { fields } = this;
    let isEmpty = true;
    for (let k = 0; k < fields.length; k++) {
      const field = given[k] ?? '';
      if (field !== '') isEmpty = false;
      fields[k] = field;
    }
    if (isEmpty) return '';
    const line = fields.join(',');
    const isLong = 3 * line.length > MAX_RECORD_BYTES && Buffer.byteLength(line) > MAX_RECORD_BYTES;
    return isLong ? TOO_LONG : line;
  }
}
