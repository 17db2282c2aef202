/** Reads the quarantine of an input file a part at a time, however large it is. */
import { closeSync, existsSync, fstatSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { openRegularFile, openRegularFileSync } from '../../base/regular-file.ts';
import { unguardFormula } from '../csv/formula-guard.ts';
import { LineCount } from '../csv/line-count.ts';
import { LF, MAX_RECORD_BYTES, QUOTE } from '../csv/record-reader.ts';
import { QUARANTINE_ENDING, quarantinePath } from './quarantine-file.ts';

export interface QuarantinedRow {
  /** Line in the input file. */
  readonly line: number;
  /** Columns at fault; none: the line as a whole. */
  readonly columns: readonly string[];
  readonly reason: string;
  /** The line as it was read; bytes that are not UTF-8 are U+FFFD. */
  readonly raw: string;
}

export interface QuarantinePage {
  /** First line of the input file; `json` where its lines are objects of JSON. */
  readonly header: string;
  readonly rows: readonly QuarantinedRow[];
  /** Where the next page begins; null: this was the last one. */
  readonly next: number | null;
}

/** file, line, column, reason and the raw line. */
const FIELDS = 5;
const WINDOW_BYTES = 1 << 18;
/** Read of a record at most: more than any line that could be accepted, every byte of it a doubled quote. */
const MAX_BYTES = 3 * MAX_RECORD_BYTES;

/** Input files that have a quarantine, by name. */
export function quarantinedFiles(folder: string): { readonly name: string; readonly bytes: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(QUARANTINE_ENDING) && !name.startsWith('.'))
    .sort()
    .map((name) => ({
      name: name.slice(0, -QUARANTINE_ENDING.length),
      bytes: statSync(join(folder, name)).size,
    }));
}

/**
 * Rows of an input file that its quarantine lists, and those that it only counts for want of room. Reads the whole file, in
 * constant memory. Errors of the file system pass through.
 */
export async function countQuarantine(folder: string, inputName: string): Promise<number> {
  const handle = await openRegularFile(quarantinePath(folder, inputName));
  try {
    const count = new LineCount();
    let last = Buffer.alloc(0);
    const window = Buffer.alloc(WINDOW_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(window, 0, WINDOW_BYTES, null);
      if (bytesRead === 0) break;
      count.add(window, 0, bytesRead);
      last = Buffer.concat([last, window.subarray(0, bytesRead)]).subarray(-LAST_BYTES);
    }
    count.end();
    const listed = Math.max(0, count.records - 1);
    const left = MORE.exec(last.toString('latin1'))?.[1];
    return left === undefined ? listed : listed - 1 + Number(left);
  } finally {
    await handle.close();
  }
}

/** Of the end of a quarantine: more than its last record has where that only counts. */
const LAST_BYTES = 4096;
/** The last record of a quarantine that has no room for more. */
const MORE = /,-,,"?and (\d+) more rows, for which there is no room here"?,"?"?\r?\n?$/;

/**
 * At most `limit` rows of an input file from byte `after` of its quarantine on (0, or the `next` of a page). Reads
 * what it needs alone. Error `request-invalid` where no row can begin at `after`; errors of the file system pass
 * through.
 */
export function readQuarantine(
  folder: string,
  inputName: string,
  { limit, after }: { readonly limit: number; readonly after: number },
): QuarantinePage {
  const handle = openRegularFileSync(quarantinePath(folder, inputName));
  try {
    const size = fstatSync(handle).size;
    const records = recordsFrom(handle, 0, size);
    const first = records.next().value;
    const header = first?.fields[FIELDS - 1] ?? '';
    const start = Math.max(after, first?.end ?? 0);
    checkStart(handle, start, size);
    const rows: QuarantinedRow[] = [];
    let next = start;
    for (const record of start >= size ? [] : recordsFrom(handle, start, size)) {
      if (rows.length === limit) break;
      next = record.end;
      const row = rowOf(record.fields);
      if (row !== null) rows.push(row);
    }
    return { header, rows, next: next < size ? next : null };
  } finally {
    closeSync(handle);
  }
}

/** Every row begins after a line feed. */
function checkStart(handle: number, start: number, size: number): void {
  const before = Buffer.alloc(1);
  if (start >= size || (readSync(handle, before, 0, 1, start - 1) === 1 && before[0] === LF)) return;
  throw new TidewatchError(
    'request-invalid',
    `after is ${start}, where no row begins. Give 0, or the "next" of the page before.`,
    { details: { path: 'after', expected: '0 or the next of a page' } },
  );
}

function rowOf([, line, columns, reason, raw]: readonly string[]): QuarantinedRow | null {
  const number = Number(line);
  if (!Number.isSafeInteger(number) || raw === undefined || reason === undefined) return null;
  return { line: number, columns: columns === '' ? [] : (columns ?? '').split(', '), reason, raw };
}

interface PlacedRecord {
  readonly fields: readonly string[];
  /** Byte after it. */
  readonly end: number;
}

/**
 * The records from byte `start` on, whatever bytes are in their raw lines: a record ends at the first line feed
 * that an even number of quotes comes before. Of a record longer than MAX_BYTES the first part is read alone.
 */
function* recordsFrom(handle: number, start: number, size: number): Generator<PlacedRecord, undefined> {
  const window = Buffer.alloc(WINDOW_BYTES);
  let parts: Buffer[] = [];
  let kept = 0;
  let isQuoted = false;
  const keep = (part: Buffer): void => {
    const bytes = Buffer.from(part.subarray(0, MAX_BYTES - kept));
    parts.push(bytes);
    kept += bytes.length;
  };
  const take = (end: number): PlacedRecord => {
    const record = { fields: fieldsOf(Buffer.concat(parts).toString('utf8')), end };
    [parts, kept, isQuoted] = [[], 0, false];
    return record;
  };
  for (let place = start; place < size; ) {
    const held = readSync(handle, window, 0, Math.min(WINDOW_BYTES, size - place), place);
    if (held === 0) break;
    let from = 0;
    for (let at = 0; at < held; at++) {
      const byte = window[at];
      if (byte === QUOTE) isQuoted = !isQuoted;
      if (byte !== LF || isQuoted) continue;
      keep(window.subarray(from, at));
      yield take(place + at + 1);
      from = at + 1;
    }
    keep(window.subarray(from, held));
    place += held;
  }
  if (kept > 0) yield take(size);
}

/** The fields of a record as QuarantineWriter writes it, or as a spreadsheet does, which ends it with CR. */
function fieldsOf(record: string): string[] {
  const text = record.endsWith('\r') ? record.slice(0, -1) : record;
  const fields: string[] = [];
  for (let at = 0; at <= text.length && fields.length < FIELDS; ) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? closingQuote(text, at + 1) : endOfBare(text, at);
    const written = isQuoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
    fields.push(unguardFormula(written));
    at = isQuoted ? end + 2 : end + 1;
  }
  return fields;
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

function endOfBare(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma < 0 ? text.length : comma;
}
