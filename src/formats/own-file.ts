/** Tells the files of the input folder that this system wrote from those of others. */
import { basename } from 'node:path';
import type { TableContract } from './contract/table-contract.ts';
import { isParquet, isWorkbook } from './data-endings.ts';
import { isOutcomeFile } from './outcome-file.ts';

/** Name of a file with rows of a source: its number, the source, its greatest watermark and the begin of its hash. */
export const PULLED_NAME =
  /^source-(\d{6,})-([a-z][a-z0-9_]*)-to-([0-9TZ_=.+-]+)-([0-9a-f]{12})\.csv(?:\.gz)?$/;
/** Rows of such files that were put back, also under the name that the file has while it is written. */
const READMITTED_NAME = /^\.?readmitted-[0-9a-f]{16}-typed\.csv(?:$|\.)/;
/** Rows of Excel and Parquet that were put back. */
const CELLS_NAME = /^\.?readmitted-[0-9a-f]{16}-cells\.csv(?:$|\.)/;

/** Whether the name is that of rows of Excel or Parquet that were put back: a typed CSV, as `TypedRecordReader` has it. */
export function isCellsFile(path: string): boolean {
  return CELLS_NAME.test(basename(path));
}

/** Whether quarantined rows of the file are lines of a typed CSV. */
export function hasCells(path: string): boolean {
  return isWorkbook(path) || isParquet(path) || isCellsFile(path);
}

/**
 * Whether this system wrote the file, by its name: with commas, in UTF-8, numbers with a point and times in ISO 8601,
 * whatever `input` of the configuration says.
 */
export function isOwnFile(path: string): boolean {
  const name = basename(path);
  return isOutcomeFile(name) || PULLED_NAME.test(name) || READMITTED_NAME.test(name);
}

/** The contract for a file of that name: `input` of the configuration says how files of others are written. */
export function contractFor(path: string, contract: TableContract): TableContract {
  return isOwnFile(path) ? plainContract(contract) : contract;
}

/** The contract for a CSV with commas, in UTF-8 and with its header first. */
export function plainContract({ reading: _, ...contract }: TableContract): TableContract {
  return contract;
}
