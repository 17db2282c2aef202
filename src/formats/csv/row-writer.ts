/** Turns the fields of a record into the one canonical line of finaldata.csv, or says why they are no row. */

import { quoted } from '../../base/shorten.ts';
import { isShortenedId, normalizeId } from '../../core/clients/client-id.ts';
import { canonicalText } from '../../core/columns/canonical-text.ts';
import { LARGEST_NUMBER } from '../../core/columns/number-limit.ts';
import { type DerivedKind, dayOf, derive } from '../../core/derived/derived-column.ts';
import { readAs } from '../../core/values/number-fault.ts';
import { isOutside, rangeText } from '../contract/number-range.ts';
import type { ColumnRole, NumberRange, TableContract } from '../contract/table-contract.ts';
import { allColumnsOf } from './columns-to-read.ts';
import { FileRefused } from './file-refused.ts';
import { otherStyle } from './file-style.ts';
import { fieldText, type HeaderMatch, renderRecord } from './header.ts';
import { type LabelTests, labelTests, otherLabel } from './label-text.ts';
import { NumberColumn, numberStyleOf } from './number-column.ts';
import { isExactInteger, renderNumber, typedNumberText } from './number-text.ts';
import { recordFault } from './record-fault.ts';
import { BARE, COMMA, CR, ESCAPED, LF, LOOSE, QUOTE, QUOTED, TYPED } from './record-reader.ts';
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
import { parseTimeText } from './time-text.ts';

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

/** A column that is made of others, given by their places among all columns. */
interface Making {
  readonly kind: DerivedKind;
  readonly from: readonly number[];
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
  /** Columns that are written; of `roles`, `kinds`, `names` and `ranges` those that are only read come after them. */
  private readonly columns: number;
  private readonly makings: readonly (Making | null)[];
  private readonly roles: readonly ColumnRole[];
  private readonly kinds: Uint8Array;
  private readonly names: readonly string[];
  private readonly ranges: readonly (NumberRange | undefined)[];
  /** How numbers and times are read; null where a column holds neither. */
  private readonly values: readonly (NumberColumn | TimeColumn | null)[];
  private readonly missingTexts: ReadonlySet<string>;
  private readonly positive: Buffer;
  private readonly negative: Buffer | null;
  private readonly label: LabelTests;
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
    const all = allColumnsOf(rules.contract);
    this.rules = rules;
    this.columns = columns.length;
    this.roles = all.map((column) => column.role);
    this.kinds = Uint8Array.from(all, (column) => KINDS[column.role]);
    this.names = all.map((column) => column.name);
    this.ranges = all.map((column) => column.range);
    this.values = all.map((column) => {
      const kind = KINDS[column.role];
      if (kind === NUMBER) return new NumberColumn(numberStyleOf(rules.contract, column));
      return kind === TIME ? new TimeColumn(column.dates ?? null) : null;
    });
    this.makings = columns.map(({ derived }) =>
      derived === undefined
        ? null
        : { kind: derived.kind, from: derived.from.map((name) => this.names.indexOf(name)) },
    );
    this.missingTexts = new Set(['', ...missingTexts]);
    this.positive = Buffer.from(positive);
    this.negative = rules.negative === null ? null : Buffer.from(rules.negative);
    this.label = labelTests(rules.contract, rules.negative);
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
    return (reader.end - reader.start) * growth + this.columns * (NUMBER_BYTES + 3) + this.labelBytes;
  }

  /**
   * Writes the line, LF included, at `out[to]` and returns its end; or returns -1 and sets `refusals`.
   */
  write(bytes: Uint8Array, reader: RecordView, out: Uint8Array, to: number): number {
    if (reader.damage !== null || reader.fields !== this.width || reader.beyondAscii) {
      const refusal = recordFault(bytes, reader, this.width);
      if (refusal !== null) {
        this.refusals = [refusal];
        return -1;
      }
    }
    const { positions, columns } = this;
    let p = to;
    let sound = true;
    for (let k = 0; k < columns; k++) {
      if (k > 0) out[p++] = COMMA;
      const field = positions[k] as number;
      const end =
        field < 0
          ? this.writeUnread(k, bytes, reader, out, p)
          : this.writeField(k, field, bytes, reader, out, p);
      if (end >= 0) {
        p = end;
        continue;
      }
      if (sound) this.refusals = [];
      sound = false;
      for (const refusal of this.refuse(k, field, bytes, reader)) this.addRefusal(refusal);
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

  /** A raw column that is a column of its own as well is refused once. */
  private addRefusal(refusal: RowRefusal): void {
    if (!this.refusals.some(({ column }) => column === refusal.column)) this.refusals.push(refusal);
  }

  /** A column that the file does not have: one that is derived, or one without values. */
  private writeUnread(k: number, bytes: Uint8Array, reader: RecordView, out: Uint8Array, p: number): number {
    const making = this.makings[k];
    if (making == null) return this.writeAbsent(k, p);
    const raw = making.from.map((place) => this.readRaw(place, bytes, reader));
    if (raw.includes(null)) return -1;
    const value = derive(making.kind, raw as number[]);
    return Number.isNaN(value) ? this.writeAbsent(k, p) : this.putNumber(k, value, out, p);
  }

  /** The number in a raw column, or the day of its date; NaN where it is missing, null where it cannot be read. */
  private readRaw(place: number, bytes: Uint8Array, reader: RecordView): number | null {
    const text = fieldText(bytes, reader, this.positions[place] as number);
    const trimmed = text.trim();
    if (this.missingTexts.has(text) || this.missingTexts.has(trimmed)) return Number.NaN;
    const column = this.values[place];
    if (column instanceof TimeColumn) {
      const time = column.read(trimmed);
      return time === null ? null : dayOf(parseTimeText(time));
    }
    const typed = this.isTyped(reader.quoting[this.positions[place] as number] as number);
    const value = column?.parse(trimmed, typed) ?? Number.NaN;
    return !(Math.abs(value) <= LARGEST_NUMBER) || isOutside(value, this.ranges[place]) ? null : value;
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
    return this.putNumber(k, column.parse(trimmed, typed), out, p);
  }

  /** Refuses what is not a number, too. */
  private putNumber(k: number, value: number, out: Uint8Array, p: number): number {
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
    if (this.label.isPositive(label)) return this.putText(positive, out, p);
    const isMissing = this.targetOptional && label !== negative && this.missingTexts.has(label);
    if (isMissing || this.label.isOpen(label)) {
      this.rowMissing.push(k);
      return p;
    }
    if (negative === null) {
      const other = otherLabel(label, positive);
      this.rowLabel = other;
      return this.putText(other, out, p);
    }
    return this.label.isNegative(label) ? this.putText(negative, out, p) : -1;
  }

  private putText(text: string, out: Uint8Array, p: number): number {
    return p + Buffer.from(out.buffer, out.byteOffset).write(renderRecord([text]), p, 'utf8');
  }

  private refuse(k: number, field: number, bytes: Uint8Array, reader: RecordView): RowRefusal[] {
    const making = this.makings[k];
    if (field < 0 && making != null) return this.refuseMade(k, making, bytes, reader);
    const column = this.names[k] as string;
    const text = fieldText(bytes, reader, field);
    const typed = this.isTyped(reader.quoting[field] as number);
    return [{ column, reason: `${column}: ${this.describe(k, text, typed)}` }];
  }

  /** The raw columns that cannot be read, or what was made of them. */
  private refuseMade(k: number, { kind, from }: Making, bytes: Uint8Array, reader: RecordView): RowRefusal[] {
    const raw = from.map((place) => this.readRaw(place, bytes, reader));
    const unread = from.filter((_, i) => raw[i] === null);
    if (unread.length > 0) {
      return unread.flatMap((place) => this.refuse(place, this.positions[place] as number, bytes, reader));
    }
    const column = this.names[k] as string;
    const value = derive(kind, raw as number[]);
    const got = `got ${renderNumber(value)} of ${from.map((place) => this.names[place]).join(' and ')}`;
    return [{ column, reason: `${column}: ${got}, ${limitFault(value, this.ranges[k])}` }];
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
    const { positive: left, negative: stayed, open } = this.rules.contract.synonyms ?? NO_SYNONYMS;
    const known = [positive, ...left, ...(negative === null ? [] : [negative, ...stayed]), ...open].map(
      quoted,
    );
    const last = negative === null ? 'one other value' : (known.pop() as string);
    return `${known.join(', ')} or ${last}`;
  }
}

/** @throws FileRefused where the file whose records the writer got last is of another style. */
export function refuseMisread(writer: RowWriter): void {
  const reason = writer.misread;
  if (reason !== null) throw new FileRefused('input-unreadable', reason);
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
  return `${readAs(text, value)}, ${limitFault(value, range)}`;
}

function limitFault(value: number, range: NumberRange | undefined): string {
  if (Math.abs(value) > LARGEST_NUMBER)
    return `beyond ${Math.sign(value) * LARGEST_NUMBER}, the ${value < 0 ? 'least' : 'largest'} number that is taken`;
  return `expected a number ${range === undefined ? '' : rangeText(range)} (\`columns.ranges\` in config.json)`;
}

const NO_SYNONYMS = { positive: [], negative: [], open: [] };

/** Copies a text, in quotes only if it needs them. */
function writeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  quoting: number | undefined,
  out: Uint8Array,
  to: number,
): number {
  let p = to;
  const keep =
    quoting === ESCAPED || ((quoting === QUOTED || quoting === LOOSE) && needsQuotes(bytes, start, end));
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
