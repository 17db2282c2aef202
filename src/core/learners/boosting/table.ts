/** A table of bins, filled block by block, that any number of fits may share. */
import { TidewatchError } from '../../../base/errors.ts';
import { interleave } from '../../kernels/interleave.ts';
import type { KernelMemory } from '../../kernels/memory.ts';
import { MISSING_BIN } from '../../statistics/number-encoder.ts';
import type { BoostingColumn, FeatureBins } from './binner.ts';
import { columnLength, encodeColumn, fitBinner, sampleColumn } from './binner.ts';

export interface BinnedTable {
  readonly features: readonly FeatureBins[];
  readonly rows: number;
  /** Bytes of a row in `matrix`: one a feature, padded to a multiple of 4. */
  readonly stride: number;
  /** Row after row. */
  readonly matrix: Uint8Array;
  /** The same bytes column after column, for parting the rows of a node. */
  readonly columns: Uint8Array;
  /** For each feature, whether no value was +Infinity. */
  readonly finite: readonly boolean[];
}

export interface BinnedTableBuilder {
  /** Bins the next rows: all columns of equal length, in the order of the features. */
  append(block: readonly BoostingColumn[]): void;
  /** The table. Throws `rows-do-not-add-up` unless as many rows were appended as were announced. */
  finish(): BinnedTable;
}

/** Opens a table of `rows` rows for features binned by `features`. */
export function createBinnedTable(
  features: readonly FeatureBins[],
  rows: number,
  memory: KernelMemory,
): BinnedTableBuilder {
  const stride = Math.ceil(features.length / 4) * 4;
  const columns = memory.allocate(rows * features.length);
  const matrix = memory.allocate(rows * stride);
  const finite = features.map(() => true);
  let filled = 0;
  const append = (block: readonly BoostingColumn[]): void => {
    const length = checkBlock(block, features.length);
    if (filled + length > rows) throw wrongCount(filled + length, rows);
    block.forEach((column, feature) => {
      const offset = feature * rows + filled;
      encodeColumn(column, features[feature] as FeatureBins, columns, offset);
      if (column.kind === 'numeric' && column.values.includes(Number.POSITIVE_INFINITY))
        finite[feature] = false;
    });
    interleave(columns, rows, features.length, matrix, stride, filled, filled + length);
    filled += length;
  };
  const finish = (): BinnedTable => {
    if (filled !== rows) throw wrongCount(filled, rows);
    return { features, rows, stride, matrix, columns, finite };
  };
  return { append, finish };
}

/** Bins columns that are all in memory: fits the bins on a sample of them, then fills a table. */
export function binColumns(
  columns: readonly BoostingColumn[],
  maxBins: number,
  memory: KernelMemory,
): BinnedTable {
  const rows = checkBlock(columns, columns.length);
  const builder = createBinnedTable(fitBinner(columns.map(sampleColumn), maxBins), rows, memory);
  builder.append(columns);
  return builder.finish();
}

function checkBlock(block: readonly BoostingColumn[], features: number): number {
  const length = block[0] === undefined ? 0 : columnLength(block[0]);
  if (block.length === features && features > 0 && block.every((column) => columnLength(column) === length)) {
    return length;
  }
  throw new TidewatchError(
    'value-invalid',
    `a block has ${block.length} columns of ${block.map(columnLength).join(', ')} rows; ` +
      `expected ${Math.max(features, 1)} columns of equal length`,
  );
}

function wrongCount(got: number, expected: number): TidewatchError {
  return new TidewatchError(
    'rows-do-not-add-up',
    `a table of bins was opened for ${expected} rows and got ${got}; open it with the number of rows to come`,
  );
}

/** Bin of a row and feature. */
export function binAt(table: BinnedTable, row: number, feature: number): number {
  return table.columns[feature * table.rows + row] ?? MISSING_BIN;
}
