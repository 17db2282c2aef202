/** Files of the input folder that hold what people said became of clients: rows with the label that was told. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { sha256 } from '../base/hash.ts';
import { fieldText, renderRecord } from './csv/header.ts';
import { readRecords } from './csv/read-records.ts';

const NAME = /^outcomes-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.csv$/;
const MAX_COLUMNS = 10_000;

/** Such a file is read after all others, since what it tells was said of rows that were there. */
export function isOutcomeFile(name: string): boolean {
  return NAME.test(name);
}

export interface OutcomeRows {
  readonly columns: readonly string[];
  readonly targetColumn: string;
  /** A text a column. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Puts rows into a file of their own and returns its name: equal rows of a day are one file. What such files said of
 * the same rows before, which differ in the target alone, is taken out of them, so that the last word counts.
 * @param day as in 2026-03-01.
 */
export async function writeOutcomes(folder: string, day: string, told: OutcomeRows): Promise<string> {
  const text = textOf(told.columns, told.rows);
  const name = `outcomes-${day}-${sha256(text).slice(0, 8)}.csv`;
  writeFileAtomic(join(folder, name), text);
  for (const other of readdirSync(folder).filter(isOutcomeFile)) {
    if (other !== name) await takeBack(join(folder, other), told);
  }
  return name;
}

function textOf(columns: readonly string[], rows: OutcomeRows['rows']): string {
  return `${[columns, ...rows].map(renderRecord).join('\n')}\n`;
}

async function takeBack(path: string, told: OutcomeRows): Promise<void> {
  const [columns = [], ...rows] = await readRows(path);
  const without = (row: readonly string[], target: number) => renderRecord(row.toSpliced(target, 1));
  const target = columns.indexOf(told.targetColumn);
  if (target < 0 || columns.join('\n') !== told.columns.join('\n')) return;
  const said = new Set(told.rows.map((row) => without(row, target)));
  const kept = rows.filter((row) => !said.has(without(row, target)));
  if (kept.length === rows.length) return;
  if (kept.length === 0) rmSync(path);
  else writeFileAtomic(path, textOf(columns, kept));
}

async function readRows(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  await readRecords(path, {
    capacity: MAX_COLUMNS,
    onRecord: (bytes, reader) => {
      rows.push(Array.from({ length: reader.fields }, (_, field) => fieldText(bytes, reader, field)));
    },
  });
  return rows;
}
