/** Reads the sheet of an Excel workbook that is meant as rows of the contract. */
import { statSync } from 'node:fs';
import { sha256File } from '../../base/hash.ts';
import type { ReadTableOptions, TableSummary } from '../csv/read-csv-table.ts';
import { readTypedTable } from '../csv/read-typed-table.ts';
import { chooseSheet } from './choose-sheet.ts';
import { SheetSource } from './sheet-source.ts';
import { openWorkbook } from './workbook.ts';

/**
 * In constant memory but for the texts that cells share (256 MiB at most). The number of a line is that of the row in the
 * sheet. Cells in columns that the header has no name for, and that none of the first rows fills, are passed over.
 * @throws as readTable.
 */
export async function readWorkbookTable(path: string, options: ReadTableOptions): Promise<TableSummary> {
  const { contract, targetOptional, onHeader } = options;
  const workbook = await openWorkbook(path, options);
  const chosen = await chooseSheet(workbook, { contract, targetOptional }).catch(async (error: unknown) => {
    await workbook.close();
    throw error;
  });
  const { sheet, others } = chosen;
  const source = new SheetSource(workbook, chosen);
  await readTypedTable(
    path,
    { ...options, onHeader: (header) => onHeader({ ...header, sheet: { name: sheet.name, others } }) },
    { source, count: source.count, descriptionLines: contract.reading?.descriptionLines ?? 0 },
  );
  return { bytes: statSync(path).size, sha256: await sha256File(path), reading: null };
}
