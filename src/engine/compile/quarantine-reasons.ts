/** Why most of the rows in quarantine were not accepted, for messages. */
import { basename, dirname } from 'node:path';
import { QUARANTINE_ENDING } from './quarantine.ts';
import { readQuarantine } from './quarantine-page.ts';

/** Looked at: of so many files the first rows, which tell enough. */
const FILES = 20;
const ROWS = 500;

/** The commonest reason with the row that first had it, as a sentence; empty where no row is in quarantine. */
export function commonestReason(quarantinePaths: readonly string[]): string {
  const reasons = new Map<string, { count: number; readonly example: string }>();
  for (const path of quarantinePaths.slice(0, FILES)) {
    const name = basename(path).slice(0, -QUARANTINE_ENDING.length);
    for (const { line, reason } of readQuarantine(dirname(path), name, { limit: ROWS, after: 0 }).rows) {
      // Values that differ are the same fault.
      const kind = reason.replace(/"(?:[^"\\]|\\.)*"?/g, '""');
      const known = reasons.get(kind);
      if (known === undefined) reasons.set(kind, { count: 1, example: `${reason} (${name}, line ${line})` });
      else known.count++;
    }
  }
  const [most] = [...reasons.values()].sort((a, b) => b.count - a.count);
  return most === undefined ? '' : `The commonest reason: ${most.example.slice(0, 400)}. `;
}
