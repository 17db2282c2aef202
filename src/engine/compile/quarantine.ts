/** The rows that were not accepted, each with its place, the reason and the raw line, in a file that can be mended. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { guardFormula } from '../csv/formula-guard.ts';
import { renderRecord } from '../csv/header.ts';

const FLUSH_BYTES = 1 << 20;
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

  constructor(folder: string, inputName: string, header: string) {
    this.path = quarantinePath(folder, inputName);
    this.name = inputName;
    this.header = header;
    this.temporary = temporaryName(this.path);
  }

  /** `raw` is copied, bytes as they are, line ending left out. */
  add(line: number, columns: readonly string[], reasons: readonly string[], raw: Uint8Array): void {
    if (this.rows === 0) {
      this.put(Buffer.from(`file,line,column,reason,${renderRecord([guardFormula(this.header)])}\n`));
    }
    this.rows++;
    const texts = [this.name, String(line), columns.join(', '), reasons.join('; ')];
    const place = renderRecord(texts.map(guardFormula));
    this.put(Buffer.from(`${place},"`), quotedField(raw), Buffer.from('"\n'));
    if (this.held > FLUSH_BYTES) this.flush();
  }

  /** Gives the file its name; returns its path, or null where no row was added. */
  commit(): string | null {
    if (this.rows === 0) return null;
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
    }
  }

  private flush(): void {
    if (this.handle === null) {
      mkdirSync(dirname(this.path), { recursive: true });
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
