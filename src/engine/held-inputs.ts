/** Holds the values of a model's inputs in some rows of a table, so that they can be taken again in any order. */
import type { SourceBatch } from '../core/features/source-column.ts';
import { concatBatches, takeRows } from '../core/features/take-rows.ts';
import type { Table } from './port.ts';

/** Bytes that a value takes while it is held. */
export const VALUE_BYTES = 8;

export interface HeldInputs {
  /** The values in rows of the table that are held, in the order asked for. */
  take(rows: Uint32Array): SourceBatch;
}

/** Reads the table once; holds `rows.length * names.length` values and, for a moment, twice as many. */
export async function holdInputs(
  table: Table,
  names: readonly string[],
  rows: Uint32Array,
): Promise<HeldInputs> {
  const isWanted = new Uint8Array(table.rows);
  for (const row of rows) isWanted[row] = 1;
  const places = new Uint32Array(table.rows);
  const parts: SourceBatch[] = [];
  let count = 0;
  for await (const batch of table.stream(names)) {
    const inside = new Uint32Array(batch.rows);
    let found = 0;
    for (let k = 0; k < batch.rows; k++) {
      if (isWanted[batch.offset + k] !== 1) continue;
      places[batch.offset + k] = count + found;
      inside[found++] = k;
    }
    if (found > 0) parts.push(takeRows(batch, inside.subarray(0, found)));
    count += found;
  }
  const held = concatBatches(parts);
  return {
    take: (some) =>
      takeRows(
        held,
        some.map((row) => places[row] as number),
      ),
  };
}
