/** The rows that were not accepted, each with its place, the reason and the raw line, in a file that can be mended. */
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { guardFormula } from '../csv/formula-guard.ts';
import { renderRecord } from '../csv/header.ts';
import { MAX_RECORD_BYTES } from '../csv/record-reader.ts';

const FLUSH_BYTES = 1 << 20;
/** A quarantine takes so many times the bytes of its input file, at least MIN_BYTES and at most MAX_BYTES; then it only counts. */
const GROWTH = 8;
const MIN_BYTES = 1 << 20;
const MAX_BYTES = 1 << 28;
/** Of a line that is longer than any row may be so many bytes are kept. */
const LONG_BYTES = 1000;
/** Behind the part of a line that is kept: as bytes that are not UTF-8 it keeps the line from being taken for a whole one. */
const CUT = Buffer.from('\uFFFD');
/** Stands where a number of a line would, so that no reader takes the last record for a row. */
const NO_LINE = '-';
/** Folder of the quarantine files inside the output folder. */
export const QUARANTINE_FOLDER = 'quarantine';
/** What the name of a quarantine file has after that of its input file. */
export const QUARANTINE_ENDING = '.quarantine.csv';

/** Header of the raw lines of an input file whose format has no header. */
export const NO_HEADER = 'json';

/** Path of the quarantine file of an input file. */
export function quarantinePath(folder: string, inputName: string): string {
  return join(folder, `${inputName}${QUARANTINE_ENDING}`);
}

/**
 * Writes the quarantine of one input file: a CSV of file, line, column, reason and the raw line. The header of
 * the last column is the header of the input file (`json` where it is NDJSON), so that this column alone, mended, is an
 * input file again (without the apostrophes before what a spreadsheet would run as a formula).
 * It is bounded by the size of the input file, however much that unpacks to: what goes beyond is counted in a last
 * record, and of lines that are longer than any row the begin is kept.
 * Nothing is on the disk under the final name before `commit`; without a row there is no file at all.
 */
export class QuarantineWriter {
  rows = 0;
  readonly path: string;
  private readonly name: string;
  private readonly header: string;
  private readonly temporary: string;
  private handle: number | null = null;
  private parts: Buffer[] = [];
  private held = 0;
  /** Bytes that may still be written. */
  private room: number;
  /** Rows that had no room. */
  private left = 0;

  /** `bytes`: those of the input file; `header`: its first line. */
  constructor(folder: string, { name, bytes, header }: { name: string; bytes: number; header: string }) {
    this.path = quarantinePath(folder, name);
    this.name = name;
    this.header = header;
    this.room = Math.min(MAX_BYTES, Math.max(MIN_BYTES, GROWTH * bytes));
    this.temporary = temporaryName(this.path);
  }

  /** `raw` is copied, bytes as they are, line ending left out. */
  add(line: number, columns: readonly string[], reasons: readonly string[], raw: Uint8Array): void {
    if (this.rows === 0) {
      this.put(Buffer.from(`file,line,column,reason,${renderRecord([guardFormula(this.header)])}\n`));
    }
    this.rows++;
    if (this.room <= 0) {
      this.left++;
      return;
    }
    const isLong = raw.length > MAX_RECORD_BYTES;
    const reason = reasons.join('; ') + (isLong ? `; only its first ${LONG_BYTES} bytes are kept` : '');
    const place = renderRecord([this.name, String(line), columns.join(', '), reason].map(guardFormula));
    const kept = isLong ? [quotedField(raw.subarray(0, LONG_BYTES)), CUT] : [quotedField(raw)];
    this.put(Buffer.from(`${place},"`), ...kept, Buffer.from('"\n'));
    if (this.held > FLUSH_BYTES) this.flush();
  }

  /** Gives the file its name; returns its path, or null where no row was added. */
  commit(): string | null {
    if (this.rows === 0) return null;
    if (this.left > 0) {
      const reason = `and ${this.left} more rows, for which there is no room here`;
      this.put(Buffer.from(`${renderRecord([this.name, NO_LINE, '', reason, ''])}\n`));
    }
    this.flush();
    this.close();
    commitFile(this.temporary, this.path);
    return this.path;
  }

  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
  }

  private put(...parts: Buffer[]): void {
    for (const part of parts) {
      this.parts.push(part);
      this.held += part.length;
      this.room -= part.length;
    }
  }

  private flush(): void {
    if (this.handle === null) {
      makeFolder(dirname(this.path));
      this.handle = openSync(this.temporary, 'wx');
    }
    const bytes = Buffer.concat(this.parts);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
    this.parts = [];
    this.held = 0;
  }

  private close(): void {
    if (this.handle !== null) closeSync(this.handle);
    this.handle = null;
  }
}

/** Removes the quarantine of input files that have no bad row any more. */
export function removeStaleQuarantine(
  folder: string,
  inputNames: readonly string[],
  kept: ReadonlySet<string>,
): void {
  if (!existsSync(folder)) return;
  const present = new Set(readdirSync(folder));
  for (const name of inputNames) {
    const file = `${name}${QUARANTINE_ENDING}`;
    if (present.has(file) && !kept.has(join(folder, file))) rmSync(join(folder, file), { force: true });
  }
}

const QUOTES = 34;
/** With one of these a formula begins, or what is written like one. */
const GUARDED = new Set(Buffer.from(`'=+-@\t\r`));

/** Works on bytes, since a raw line need not be UTF-8. */
function quotedField(raw: Uint8Array): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (!bytes.includes(QUOTES) && !GUARDED.has(bytes[0] ?? 0)) return Buffer.from(bytes);
  return Buffer.from(guardFormula(bytes.toString('latin1')).replaceAll('"', '""'), 'latin1');
}
