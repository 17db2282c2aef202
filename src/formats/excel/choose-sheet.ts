/** Finds the sheet of a workbook that is meant, and the row of it that names the columns. */

import { quotedList } from '../../base/near-columns.ts';
import { nearestNames } from '../../base/nearest.ts';
import { quoted } from '../../base/shorten.ts';
import type { TableContract } from '../contract/table-contract.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { type HeaderAnswer, matchHeader } from '../csv/header.ts';
import { plainText } from './cell-text.ts';
import { SheetRows } from './sheet-rows.ts';
import type { SheetPlace, Workbook } from './workbook.ts';
import { scanXml } from './xml-scanner.ts';

/** The header is among so many rows. */
const HEADER_ROWS = 50;

export interface ChosenSheet {
  readonly sheet: SheetPlace;
  /** Row of the sheet with the names of columns, from 1. */
  readonly header: number;
  /** Columns of the table; cells behind them have no name. */
  readonly width: number;
  /** Other sheets that are seen and have a table too. */
  readonly others: readonly string[];
}

export interface SheetWishes {
  readonly contract: TableContract;
  readonly targetOptional: boolean;
}

interface FirstRow {
  readonly row: number;
  readonly fields: readonly (string | undefined)[];
}

/**
 * The sheet that the configuration names (`input.sheet`), or the one that has a row with the columns of the contract among
 * its first 50; without columns the first with a table. Hidden sheets are meant only by name.
 * @throws FileRefused where no sheet fits, or two do: rows of the other would be lost without a word.
 */
export async function chooseSheet(workbook: Workbook, wishes: SheetWishes): Promise<ChosenSheet> {
  const { reading } = wishes.contract;
  const sheets = candidates(workbook, reading?.sheet ?? null);
  const found: Omit<ChosenSheet, 'others'>[] = [];
  /** Without columns to go by: a sheet of a header, or a title, alone. */
  let empty: ChosenSheet | null = null;
  let nearest: { readonly sheet: SheetPlace; readonly row: number; readonly refusal: Refusal } | null = null;
  for (const sheet of sheets) {
    const rows = await firstRows(workbook, sheet, (reading?.skipLines ?? 0) + HEADER_ROWS);
    const header = findHeader(rows, wishes);
    if (header === null) continue;
    const { row, width, columns, refusal } = header;
    const isTable =
      wishes.contract.columns.length > 0 || (columns > 1 && rows.some((each) => each.row > row));
    if (refusal === null && isTable) found.push({ sheet, header: row, width });
    else if (refusal === null) empty ??= { sheet, header: row, width, others: [] };
    else if (nearest === null || refusal.found > nearest.refusal.found) nearest = { sheet, row, refusal };
  }
  const [first, ...others] = found;
  if (first !== undefined) {
    if (others.length > 0 && wishes.contract.columns.length > 0)
      throw twoFit(found.map(({ sheet }) => sheet));
    return { ...first, others: others.map(({ sheet }) => sheet.name) };
  }
  if (empty !== null) return empty;
  if (nearest === null) {
    throw new FileRefused(
      'input-unreadable',
      `${sheets.length === 1 ? `the sheet ${quoted(sheets[0]?.name ?? '')} has` : 'its sheets have'} no row of texts that could name columns; expected one among the first ${HEADER_ROWS} rows`,
    );
  }
  const { sheet, row, refusal } = nearest;
  throw new FileRefused(refusal.kind, `in row ${row} of the sheet ${quoted(sheet.name)} ${refusal.reason}`);
}

function candidates({ sheets }: Workbook, wanted: string | null): readonly SheetPlace[] {
  const seen = sheets.filter(({ isHidden }) => !isHidden);
  if (wanted === null) return seen.length > 0 ? seen : sheets;
  const named = sheets.find(({ name }) => name === wanted);
  if (named !== undefined) return [named];
  const names = sheets.map(({ name }) => name);
  const near = nearestNames(wanted, names, 3);
  throw new FileRefused(
    'input-unreadable',
    `the workbook has no sheet ${quoted(wanted)}, which "input": {"sheet": ...} in config.json names; it has ${quotedList(near.length > 0 ? near : names.slice(0, 10))}`,
  );
}

function twoFit(sheets: readonly SheetPlace[]): FileRefused {
  const names = sheets.map(({ name }) => name);
  return new FileRefused(
    'input-unreadable',
    `its sheets ${quotedList(names)} all have the columns; say which is meant with "input": {"sheet": ${JSON.stringify(names[0])}} in config.json, or save each as a file of its own`,
  );
}

/** Thrown to stop reading. */
class Enough extends Error {}

/** The first rows that have cells, none of them behind row `most`. */
async function firstRows(workbook: Workbook, sheet: SheetPlace, most: number): Promise<FirstRow[]> {
  const rows: FirstRow[] = [];
  const onRow = (row: number, fields: readonly (string | undefined)[]): void => {
    if (row > most) throw new Enough();
    rows.push({ row, fields });
  };
  try {
    await scanXml(workbook.zip.read(sheet.path), new SheetRows(workbook, onRow));
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return rows;
}

interface Refusal extends Extract<HeaderAnswer, { reason: string }> {
  /** How many columns of the contract the row names. */
  readonly found: number;
}

interface Header {
  readonly row: number;
  readonly width: number;
  /** Cells of it that are filled. */
  readonly columns: number;
  readonly refusal: Refusal | null;
}

/** The row that names the columns, or the one that comes nearest; null where there is none. */
function findHeader(rows: readonly FirstRow[], wishes: SheetWishes): Header | null {
  const { contract, targetOptional } = wishes;
  const skip = contract.reading?.skipLines ?? null;
  if (skip !== null) {
    const row = rows.find((each) => each.row > skip);
    const told = row === undefined ? null : judge(row, rows, wishes);
    // What is told may be meant for other files of the folder: a row that has the columns can be nothing else.
    if (told?.refusal === null || contract.columns.length === 0) return told;
  }
  const likely = likelyHeader(rows);
  if (contract.columns.length === 0) return likely === null ? null : judge(likely, rows, wishes);
  const wanted = new Set(contract.columns.map(({ name }) => name));
  let best: Header | null = null;
  for (const row of rows) {
    if (!namesOf(row.fields).some((name) => wanted.has(name)) && row !== likely) continue;
    const header = judge(row, rows, { contract, targetOptional });
    if (header.refusal === null) return header;
    if (best?.refusal == null || header.refusal.found > best.refusal.found) best = header;
  }
  return best;
}

function judge(
  { row, fields }: FirstRow,
  rows: readonly FirstRow[],
  { contract, targetOptional }: SheetWishes,
): Header {
  const names = namesOf(fields);
  const answer = matchHeader(names, names.join(', '), contract, targetOptional);
  const width = Math.max(...rows.filter((each) => each.row >= row).map((each) => each.fields.length));
  const columns = names.filter((name) => name !== '').length;
  if (!('reason' in answer)) return { row, width, columns, refusal: null };
  const wanted = new Set(contract.columns.map(({ name }) => name));
  return {
    row,
    width,
    columns,
    refusal: { ...answer, found: names.filter((name) => wanted.has(name)).length },
  };
}

function namesOf(fields: readonly (string | undefined)[]): string[] {
  return Array.from(fields, (field) => plainText(field ?? '').trim());
}

/**
 * The first row of texts alone that fills at least half of the columns: a title above it has fewer. Numbers are taken for
 * names, such as years, where no row has texts alone.
 */
function likelyHeader(rows: readonly FirstRow[]): FirstRow | null {
  const filled = (row: FirstRow): number => row.fields.filter((field) => field !== undefined).length;
  const most = Math.max(0, ...rows.map(filled));
  const wide = rows.filter((row) => filled(row) * 2 >= most);
  const isText = (field: string | undefined): boolean => field === undefined || field.startsWith('"');
  return wide.find((row) => Array.from(row.fields).every(isText)) ?? wide[0] ?? null;
}
