/** Reads one file of rows, CSV or NDJSON as its name says, plain or gzip, as rows of the contract. */
import { type ReadTableOptions, readCsvTable, type TableSummary } from './csv/read-csv-table.ts';
import { isNdjson } from './ndjson/is-ndjson.ts';
import { readNdjsonTable } from './ndjson/read-ndjson-table.ts';

/**
 * @throws FileRefused with a reason in plain words; TidewatchError for what is not the file's fault (a full disk
 * in `onRow`, rows that do not add up).
 */
export function readTable(path: string, options: ReadTableOptions): Promise<TableSummary> {
  return isNdjson(path) ? readNdjsonTable(path, options) : readCsvTable(path, options);
}
