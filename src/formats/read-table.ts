/** Reads one file of rows, of the kind that its name says, as rows of the contract. */

import { type ReadTableOptions, readCsvTable, type TableSummary } from './csv/read-csv-table.ts';
import { readTypedTable } from './csv/read-typed-table.ts';
import { hasObjects, isWorkbook } from './data-endings.ts';
import { readWorkbookTable } from './excel/read-workbook-table.ts';
import { readNdjsonTable } from './ndjson/read-ndjson-table.ts';
import { isCellsFile } from './own-file.ts';

/**
 * @throws FileRefused with a reason in plain words; TidewatchError for what is not the file's fault (a full disk
 * in `onRow`, rows that do not add up).
 */
export function readTable(path: string, options: ReadTableOptions): Promise<TableSummary> {
  if (options.isTyped === true || isCellsFile(path)) return readTypedTable(path, options);
  if (isWorkbook(path)) return readWorkbookTable(path, options);
  if (hasObjects(path)) return readNdjsonTable(path, options);
  return readCsvTable(path, options);
}
