/** Reads the quarantine of an input file a part at a time, however large it is. */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fieldText } from '../csv/header.ts';
import { LF, RecordReader } from '../csv/record-reader.ts';
import { QUARANTINE_ENDING, quarantinePath } from './quarantine.ts';

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
  /** First line of the input file. */
  readonly header: string;
  readonly rows: readonly QuarantinedRow[];
  /** Where the next page begins; null: this was the last one. */
  readonly next: number | null;
}

/** file, line, column, reason and the raw line. */
const FIELDS = 5;
const WINDOW_BYTES = 1 << 18;

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
 * At most `limit` rows of an input file from byte `after` of its quarantine on (0, or the `next` of a page). Reads
 * what it needs alone. Errors of the file system pass through.
 */
export function readQuarantine(
  folder: string,
  inputName: string,
  { limit, after }: { readonly limit: number; readonly after: number },
): QuarantinePage {
  const handle = openSync(quarantinePath(folder, inputName), 'r');
  try {
    const size = fstatSync(handle).size;
    const records = recordsFrom(handle, 0, size);
    const first = records.next().value;
    const header = first?.fields[FIELDS - 1] ?? '';
    const start = Math.max(after, first?.end ?? 0);
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

function* recordsFrom(handle: number, start: number, size: number): Generator<PlacedRecord, undefined> {
  const reader = new RecordReader(FIELDS);
  let window = new Uint8Array(WINDOW_BYTES + 1);
  let [from, held, place] = [0, 0, start];
  while (place + held < size || held > 0) {
    // The rest goes to the front; a record larger than the window makes it grow.
    window.copyWithin(0, from, from + held);
    from = 0;
    if (held > window.length / 2) {
      const larger = new Uint8Array(window.length * 2);
      larger.set(window.subarray(0, held));
      window = larger;
    }
    held += readSync(handle, window, held, window.length - 1 - held, place + held);
    window[held] = LF;
    const isLast = place + held >= size;
    let at = 0;
    while (at < held && reader.read(window, at, held, isLast)) {
      const fields = Array.from({ length: Math.min(reader.fields, FIELDS) }, (_, k) =>
        fieldText(window, reader, k),
      );
      yield { fields, end: place + reader.next };
      at = reader.next;
    }
    if (isLast && at >= held) return;
    from = at;
    held -= at;
    place += at;
    if (isLast && held > 0 && at === 0) return;
  }
}
