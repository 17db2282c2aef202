/** Why most of the rows in quarantine were not accepted, for messages. */
import { basename, dirname } from 'node:path';
import { QUARANTINE_ENDING } from '../../../formats/quarantine/quarantine-file.ts';
import { readQuarantine } from '../../../formats/quarantine/quarantine-page.ts';

/** Looked at: of so many files the first rows, which tell enough. */
const FILES = 20;
const ROWS = 5000;
/** Reasons that are told. */
const TOLD = 3;

interface Reason {
  rows: number;
  /** As the first row had it. */
  readonly text: string;
  readonly place: string;
}

/** The commonest reasons, each with its rows and the first of them, as a sentence; empty where no row is in quarantine. */
export function commonestReasons(quarantinePaths: readonly string[]): string {
  const reasons = new Map<string, Reason>();
  let isWhole = quarantinePaths.length <= FILES;
  for (const path of quarantinePaths.slice(0, FILES)) {
    const name = basename(path).slice(0, -QUARANTINE_ENDING.length);
    const page = readQuarantine(dirname(path), name, { limit: ROWS, after: 0 });
    if (page.next !== null) isWhole = false;
    for (const { line, columns, reason } of page.rows) {
      // Values that differ are the same fault.
      const kind = `${columns.join()}: ${reason.replace(/"(?:[^"\\]|\\.)*"?/g, '""')}`;
      const known = reasons.get(kind);
      if (known === undefined) reasons.set(kind, { rows: 1, text: reason, place: `${name}, line ${line}` });
      else known.rows++;
    }
  }
  const most = [...reasons.values()].sort((a, b) => b.rows - a.rows).slice(0, TOLD);
  if (most.length === 0) return '';
  const told = most.map(({ rows, text, place }) => {
    const count = `${rows} ${rows === 1 ? 'row' : 'rows'}${isWhole ? '' : ' of those looked at'}`;
    return `${text.slice(0, 400)} (${count}, first ${place})`;
  });
  return `The commonest reason${most.length === 1 ? '' : 's'}: ${told.join('; ')}. `;
}
