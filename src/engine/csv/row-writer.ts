/** Turns the fields of a record into the one canonical line of finaldata.csv, or says why they are no row. */

import { isUtf8 } from 'node:buffer';
import { quoted } from '../../base/shorten.ts';
import { isShortenedId, normalizeId } from '../../core/clients/client-id.ts';
import { canonicalText } from '../../core/features/canonical-text.ts';
import { LARGEST_NUMBER } from '../../core/features/number-limit.ts';
import { readAs } from '../../core/values/number-fault.ts';
import { isOutside, rangeText } from '../number-range.ts';
import type { ColumnRole, NumberRange, TableContract } from '../port.ts';
import { otherStyle } from './file-style.ts';
import { fieldText, type HeaderMatch, renderRecord } from './header.ts';
import { otherLabel, sameLabelAs } from './label-text.ts';
import { NumberColumn, numberStyleOf } from './number-column.ts';
import { isExactInteger, renderNumber, typedNumberText } from './number-text.ts';
import { BARE, COMMA, CR, ESCAPED, LF, QUOTE, QUOTED, TYPED } from './record-reader.ts';
import type { RecordView, RowRefusal } from './record-view.ts';
import {
  isComposed,
  isTrimmed,
  isWholeNumber,
  mayBeBoolean,
  mayBeShortened,
  mayEndInZeros,
} from './spelling-bytes.ts';
import { TimeColumn } from './time-column.ts';

/** Longest text of a double, with room to spare. */
const NUMBER_BYTES = 32;

/** How the text of a column is read. */
const NUMBER = 0;
const LABEL = 1;
const ID = 2;
const TIME = 3;
const TEXT = 4;
const KINDS: Record<ColumnRole, number> = {
  numeric: NUMBER,
  value: NUMBER,
  target: LABEL,
  id: ID,
  time: TIME,
  categorical: TEXT,
  segment: TEXT,
  owner: TEXT,
};

export interface RowRules {
  readonly contract: TableContract;
  /** The label that means "stayed"; null: any other than positive, and `labels` tells which there were. */
  readonly negative: string | null;
  /** Whether the target may be absent, empty, or a text that means "missing" and is no label. */
  readonly targetOptional: boolean;
}

/** What accepted rows showed of the columns. */
export interface ColumnsShown {
  readonly fractional: readonly boolean[];
  readonly missing: readonly number[];
  readonly labels: Iterable<readonly [string, number]>;
  readonly longestLine: number;
}

/**
 * Writes rows of one file. Numbers are written as the shortest text of their double, labels as the contract has
 * them, ids and texts in their one spelling (`normalizeId`, `canonicalText`), in quotes only where they need them;
 * missing is an empty field. So two rows are equal exactly when their lines are, and a line does not depend on the
 * file that it comes from.
 */
export class RowWriter implements ColumnsShown {
  /** What was wrong with the last record. */
  refusals: RowRefusal[] = [];
  /** For each column of the contract: whether a value so far was not a whole number. */
  readonly fractional: boolean[];
  /** For each column of the contract: rows so far without a value. */
  readonly missing: number[];
  /** Bytes of the longest line so far. */
  longestLine = 0;
  /** Labels other than positive, with their rows, where the contract leaves the negative label open. */
  readonly labels = new Map<string, number>();

  private readonly rules: RowRules;
  private readonly roles: readonly ColumnRole[];
  private readonly kinds: Uint8Array;
  private readonly names: readonly string[];
  private readonly ranges: readonly (NumberRange | undefined)[];
  /** How numbers and times are read; null where a column holds neither. */
  private readonly values: readonly (NumberColumn | TimeColumn | null)[];
  private readonly missingTexts: ReadonlySet<string>;
  private readonly positive: Buffer;
  private readonly negative: Buffer | null;
  private readonly isPositive: (label: string) => boolean;
  private readonly isNegative: (label: string) => boolean;
  /** Bytes that a label can take in quotes. */
  private readonly labelBytes: number;
  private positions: readonly number[] = [];
  private width = 0;
  private typed = false;
  /** Columns of the row at hand whose value is missing or not a whole number: counted if the row is accepted. */
  private readonly rowMissing: number[] = [];
  private readonly rowFractional: number[] = [];
  private rowLabel: string | null = null;

  constructor(rules: RowRules) {
    const { columns, positive, missingTexts } = rules.contract;
    this.rules = rules;
    this.roles = columns.map((column) => column.role);
    this.kinds = Uint8Array.from(columns, (column) => KINDS[column.role]);
    this.names = columns.map((column) => column.name);
    this.ranges = columns.map((column) => column.range);
    this.values = columns.map((column) => {
      const kind = KINDS[column.role];
      if (kind === NUMBER) return new NumberColumn(numberStyleOf(rules.contract, column));
      return kind === TIME ? new TimeColumn(column.dates ?? null) : null;
    });
    this.missingTexts = new Set(['', ...missingTexts]);
    this.positive = Buffer.from(positive);
    this.negative = rules.negative === null ? null : Buffer.from(rules.negative);
    this.isPositive = sameLabelAs(positive, rules.negative, rules.contract);
    this.isNegative = sameLabelAs(rules.negative ?? '', positive, rules.contract);
    this.labelBytes = 2 * (this.positive.length + (this.negative?.length ?? 0)) + 4;
    this.fractional = columns.map(() => false);
    this.missing = columns.map(() => 0);
  }

  /** Goes on from what the rows of an earlier writer showed. */
  resume(shown: ColumnsShown): void {
    for (const [k, fractional] of shown.fractional.entries()) this.fractional[k] = fractional;
    for (const [k, missing] of shown.missing.entries()) this.missing[k] = missing;
    for (const [label, rows] of shown.labels) this.labels.set(label, rows);
    this.longestLine = shown.longestLine;
  }

  get contract(): TableContract {
    return this.rules.contract;
  }

  get targetOptional(): boolean {
    return this.rules.targetOptional;
  }

  /**
   * Says where the columns are in the file whose records come next. `typed`: what stands in no quotes are values of a
   * format that has numbers and times, as in a CSV that was made of Parquet or of a database.
   */
  begin(header: HeaderMatch, typed = false): void {
    this.positions = header.positions;
    this.width = header.width;
    // Of NDJSON nothing but true, false and null stands in no quotes beside the numbers.
    this.typed = typed || header.raw === null;
    for (const column of this.values) column?.begin();
  }

  /** Why the file whose records came last must not be taken after all, or null: its values are of another style. */
  get misread(): string | null {
    return otherStyle(this.names, this.values);
  }

  /** Bytes that the line of this record can take at most. */
  room(reader: RecordView): number {
    // Composing a character can take three times its bytes, and a quote is doubled.
    const growth = reader.beyondAscii ? 4 : 2;
    return (reader.end - reader.start) * growth + this.names.length * (NUMBER_BYTES + 3) + this.labelBytes;
  }

  /**
   * Writes the line, LF included, at `out[to]` and returns its end; or returns -1 and sets `refusals`.
   */
  write(bytes: Uint8Array, reader: RecordView, out: Uint8Array, to: number): number {
    if (reader.damage !== null || reader.fields !== this.width || reader.beyondAscii) {
      const refusal = this.refuseRecord(bytes, reader);
      if (refusal !== null) {
        this.refusals = [refusal];
        return -1;
      }
    }
    const { positions } = this;
    const columns = positions.length;
    let p = to;
    let sound = true;
    for (let k = 0; k < columns; k++) {
      if (k > 0) out[p++] = COMMA;
      const field = positions[k] as number;
      const end = field < 0 ? this.writeAbsent(k, p) : this.writeField(k, field, bytes, reader, out, p);
      if (end >= 0) p = end;
      else if (sound) {
        sound = false;
        this.refusals = [this.refuse(k, field, bytes, reader)];
      } else this.refusals.push(this.refuse(k, field, bytes, reader));
    }
    if (p === to) {
      out[p++] = QUOTE;
      out[p++] = QUOTE;
    }
    out[p++] = LF;
    if (this.rowMissing.length > 0 || this.rowFractional.length > 0 || this.rowLabel !== null)
      this.settle(sound);
    if (p - to > this.longestLine) this.longestLine = p - to;
    return sound ? p : -1;
  }

  /** Counts what the row showed of its columns, if it is accepted. */
  private settle(sound: boolean): void {
    if (sound) {
      for (const k of this.rowMissing) this.missing[k] = (this.missing[k] as number) + 1;
      for (const k of this.rowFractional) this.fractional[k] = true;
      if (this.rowLabel !== null) this.labels.set(this.rowLabel, (this.labels.get(this.rowLabel) ?? 0) + 1);
    }
    this.rowMissing.length = 0;
    this.rowFractional.length = 0;
    this.rowLabel = null;
  }

  private writeAbsent(k: number, p: number): number {
    this.rowMissing.push(k);
    return p;
  }

  private writeField(
    k: number,
    field: number,
    bytes: Uint8Array,
    reader: RecordView,
    out: Uint8Array,
    p: number,
  ): number {
    const start = reader.starts[field] as number;
    const end = reader.ends[field] as number;
    const quoting = reader.quoting[field] as number;
    const kind = this.kinds[k] as number;
    if (kind === NUMBER) {
      const column = this.values[k] as NumberColumn;
      const typed = this.isTyped(quoting);
      // So few digits are within any limit but one of the column's own.
      const done = this.ranges[k] === undefined ? column.writeBytes(bytes, start, end, typed, out, p) : 0;
      if (done > 0) return done;
      if (done === 0) return this.writeNumber(k, column, fieldText(bytes, reader, field), typed, out, p);
      this.rowFractional.push(k);
      return -done;
    }
    if (kind === LABEL) {
      return this.isLabel(bytes, start, end, quoting)
        ? writeText(bytes, start, end, quoting, out, p)
        : this.writeLabel(k, fieldText(bytes, reader, field), out, p);
    }
    if (kind === TIME) {
      const time = fieldText(bytes, reader, field).trim();
      if (time === '') return this.writeAbsent(k, p);
      const iso = (this.values[k] as TimeColumn).read(time);
      if (iso === null) return -1;
      return iso.length === end - start && iso === time
        ? writeText(bytes, start, end, quoting, out, p)
        : this.putText(iso, out, p);
    }
    const spelled =
      quoting === TYPED
        ? isWholeNumber(bytes, start, end)
        : isSpelled(kind, bytes, start, end, reader.beyondAscii);
    if (spelled) {
      if (start === end) this.rowMissing.push(k);
      return writeText(bytes, start, end, quoting, out, p);
    }
    return this.writeSpelled(k, textOf(bytes, reader, field), quoting === TYPED, out, p);
  }

  private isTyped(quoting: number): boolean {
    return quoting === TYPED || (this.typed && quoting === BARE);
  }

  /** An id or a text that may not be in its one spelling. */
  private writeSpelled(k: number, text: string, typed: boolean, out: Uint8Array, p: number): number {
    if (this.kinds[k] === ID) {
      const id = normalizeId(text);
      return id === '' || (isShortenedId(id) && !typed) ? -1 : this.putText(id, out, p);
    }
    const spelled = canonicalText(text);
    return spelled === '' ? this.writeAbsent(k, p) : this.putText(spelled, out, p);
  }

  /** Whether the bytes are a label just as the contract writes it, which is nearly always so. */
  private isLabel(bytes: Uint8Array, start: number, end: number, quoting: number | undefined): boolean {
    if (quoting === ESCAPED) return false;
    if (equals(bytes, start, end, this.positive)) return true;
    return this.negative !== null && equals(bytes, start, end, this.negative);
  }

  private writeNumber(
    k: number,
    column: NumberColumn,
    text: string,
    typed: boolean,
    out: Uint8Array,
    p: number,
  ): number {
    const trimmed = text.trim();
    if (this.missingTexts.has(text) || this.missingTexts.has(trimmed)) {
      this.rowMissing.push(k);
      return p;
    }
    const value = column.parse(trimmed, typed);
    // Not a number, too.
    if (!(Math.abs(value) <= LARGEST_NUMBER) || isOutside(value, this.ranges[k])) return -1;
    if (!isExactInteger(value)) this.rowFractional.push(k);
    const written = renderNumber(value);
    for (let i = 0; i < written.length; i++) out[p + i] = written.charCodeAt(i);
    return p + written.length;
  }

  /** A label that is not written exactly as the contract has it. */
  private writeLabel(k: number, text: string, out: Uint8Array, p: number): number {
    const label = text.trim();
    const { positive } = this.rules.contract;
    const { negative } = this.rules;
    if (label === '' && !this.targetOptional) return -1;
    if (this.isPositive(label)) return this.putText(positive, out, p);
    if (this.targetOptional && label !== negative && this.missingTexts.has(label)) {
      this.rowMissing.push(k);
      return p;
    }
    if (negative === null) {
      const other = otherLabel(label, positive);
      this.rowLabel = other;
      return this.putText(other, out, p);
    }
    return this.isNegative(label) ? this.putText(negative, out, p) : -1;
  }

  private putText(text: string, out: Uint8Array, p: number): number {
    return p + Buffer.from(out.buffer, out.byteOffset).write(renderRecord([text]), p, 'utf8');
  }

  private refuseRecord(bytes: Uint8Array, reader: RecordView): RowRefusal | null {
    if (
      reader.damage !== null &&
      reader.damage !== 'too-long' &&
      !isUtf8(bytes.subarray(reader.start, reader.end))
    ) {
      return { column: null, reason: NOT_UTF8 };
    }
    if (reader.damage !== null) return reader.refusal();
    if (reader.fields !== this.width) {
      const few = reader.fields < this.width ? 'few' : 'many';
      return {
        column: null,
        reason: `too ${few} fields: got ${reader.fields}, expected ${this.width} as in the header`,
      };
    }
    return isUtf8(bytes.subarray(reader.start, reader.end)) ? null : { column: null, reason: NOT_UTF8 };
  }

  private refuse(k: number, field: number, bytes: Uint8Array, reader: RecordView): RowRefusal {
    const column = this.names[k] as string;
    const text = fieldText(bytes, reader, field);
    const typed = this.isTyped(reader.quoting[field] as number);
    return { column, reason: `${column}: ${this.describe(k, text, typed)}` };
  }

  private describe(k: number, text: string, typed: boolean): string {
    const values = this.values[k];
    switch (this.roles[k]) {
      case 'id':
        return isShortenedId(normalizeId(text))
          ? `got ${quoted(text.trim())}, a number that a spreadsheet has shortened, so different clients may share it; ` +
              'format the column as text and export again'
          : 'the name of the client is empty; expected a value that tells the client from others';
      case 'time':
        return `got ${quoted(text)}, ${(values as TimeColumn).expectation}`;
      case 'target':
        return text.trim() === ''
          ? `the label is missing; expected ${this.labelsText()}`
          : `got ${quoted(text)}, expected ${this.labelsText()}`;
      default:
        return `got ${quoted(text)}${numberFault(values as NumberColumn, text.trim(), typed, this.ranges[k])}`;
    }
  }

  private labelsText(): string {
    const { positive } = this.rules.contract;
    const { negative } = this.rules;
    return negative === null
      ? `${quoted(positive)} or one other value`
      : `${quoted(positive)} or ${quoted(negative)}`;
  }
}

/** The number that was read from the text, where the text does not show it, and what is wrong. */
function numberFault(
  column: NumberColumn,
  text: string,
  typed: boolean,
  range: NumberRange | undefined,
): string {
  const value = column.valueOf(text, typed);
  if (Number.isNaN(value)) return `, ${column.fault(text)}`;
  const got = readAs(text, value);
  if (Math.abs(value) > LARGEST_NUMBER)
    return `${got}, beyond ${Math.sign(value) * LARGEST_NUMBER}, the ${value < 0 ? 'least' : 'largest'} number that is taken`;
  return `${got}, expected a number ${range === undefined ? '' : rangeText(range)} (\`columns.ranges\` in config.json)`;
}

const NOT_UTF8 = 'the line has bytes that are not UTF-8; save the file as UTF-8';

/** Copies a text; one that stood in quotes keeps them only if it needs them. */
function writeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  quoting: number | undefined,
  out: Uint8Array,
  to: number,
): number {
  let p = to;
  const keep = quoting === ESCAPED || (quoting === QUOTED && needsQuotes(bytes, start, end));
  if (keep) out[p++] = QUOTE;
  for (let i = start; i < end; i++) out[p++] = bytes[i] as number;
  if (keep) out[p++] = QUOTE;
  return p;
}

function needsQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = bytes[i];
    if (c === COMMA || c === LF || c === CR) return true;
  }
  return false;
}

/** Whether the bytes of an id or a text are its one spelling for sure, which is nearly always so. */
function isSpelled(
  kind: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  beyondAscii: boolean,
): boolean {
  if (start === end) return kind !== ID;
  if (!isTrimmed(bytes, start, end) || (beyondAscii && !isComposed(bytes, start, end))) return false;
  if (kind === ID) return !mayBeShortened(bytes, start, end);
  return !mayBeBoolean(bytes, start, end) && !mayEndInZeros(bytes, start, end);
}

/** The text of a field; a number of a format that has numbers as all other formats write it. */
function textOf(bytes: Uint8Array, reader: RecordView, field: number): string {
  const text = fieldText(bytes, reader, field);
  return reader.quoting[field] === TYPED ? typedNumberText(text) : text;
}

function equals(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = start; i < end; i++) if (bytes[i] !== text[i - start]) return false;
  return true;
}
