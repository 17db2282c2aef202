/**
 * Reads the rows of formats that tell texts from numbers (Excel, Parquet), written as CSV for this reader: texts stand in
 * quotes; numbers, `true`, `false`, dates and the errors of cells do not. So no number is read by the style of the
 * numbers of CSV files, and no text is taken for a number of its format.
 */
import { fieldText } from './header.ts';
import { BARE, RecordReader, TYPED } from './record-reader.ts';
import type { RowRefusal } from './record-view.ts';

/** Stands for a formula of which the workbook has no value. */
export const NO_VALUE = '#NO-VALUE';
/** Stands, alone, for a row that is longer than any may be. */
export const TOO_LONG = '#TOO-LONG';

const HASH = 35;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

export class TypedRecordReader extends RecordReader {
  /** Stored fields of the last record that are errors of cells. */
  readonly errors: number[] = [];
  private told: RowRefusal | null = null;
  private readonly isRowALine: boolean;

  /** `isRowALine`: a row counts as one line, however many its texts have. `capacity` as RecordReader. */
  constructor(capacity: number, isRowALine: boolean) {
    super(capacity);
    this.isRowALine = isRowALine;
  }

  override read(bytes: Uint8Array, at: number, limit: number, last: boolean): boolean {
    if (!super.read(bytes, at, limit, last)) return false;
    if (this.isRowALine) this.lines = 1;
    this.errors.length = 0;
    this.told = null;
    const { starts, ends, quoting } = this;
    const stored = Math.min(this.fields, quoting.length);
    for (let field = 0; field < stored; field++) {
      const start = starts[field] as number;
      if (quoting[field] !== BARE || start === ends[field]) continue;
      const c = bytes[start] as number;
      if (c === HASH) this.errors.push(field);
      else if ((c === MINUS || isDigit(c)) && !isText(bytes, start)) quoting[field] = TYPED;
    }
    return true;
  }

  override refusal(): RowRefusal {
    return this.told ?? super.refusal();
  }

  /** Makes the record a damaged one if a field of the contract is an error; other errors are empty fields from now on. */
  judge(
    bytes: Uint8Array,
    positions: readonly number[],
    columns: readonly { readonly name: string }[],
  ): void {
    for (const field of this.errors) {
      const error = fieldText(bytes, this, field);
      const column = positions.indexOf(field);
      if (error === TOO_LONG) this.tell(null, 'the row is longer than 2,000,000 bytes');
      else if (column >= 0) {
        this.tell(
          columns[column]?.name ?? null,
          error === NO_VALUE
            ? 'the cell has a formula whose value is not stored; open the workbook in Excel and save it'
            : `the cell has the error ${error}`,
        );
      } else this.ends[field] = this.starts[field] as number;
    }
  }

  private tell(column: string | null, reason: string): void {
    if (this.told !== null) return;
    this.damage = 'cell';
    this.told = { column, reason };
  }
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= NINE;
}

/** Whether four digits and a hyphen begin, or zeros before a digit, as no number that is written so does. */
function isText(bytes: Uint8Array, at: number): boolean {
  const isDate = bytes[at + 4] === MINUS && isDigit(bytes[at + 3] as number);
  return isDate || (bytes[at] === ZERO && isDigit(bytes[at + 1] ?? 0));
}
