/** Keys and places of the rows of a table: the part of both that is the same for every engine. */
import { TidewatchError } from '../../base/errors.ts';
import { createRowHasher } from '../../core/statistics/row-hasher.ts';
import type { Table } from '../port.ts';

/** `Table.keys`, over the table's own stream. Error `column-missing`. */
export async function rowKeys(
  table: Pick<Table, 'rows' | 'stream'>,
  columns: readonly string[],
): Promise<BigUint64Array> {
  const keys = new BigUint64Array(table.rows);
  for await (const batch of table.stream(columns)) {
    const hasher = createRowHasher(batch.rows);
    for (const column of batch.columns) hasher.add(column);
    keys.set(hasher.finish(), batch.offset);
  }
  return keys;
}

/** Throws where places of rows do not ascend or lie outside a table of `rows` rows. */
export function checkPlaces(places: Uint32Array, rows: number): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    if (place < rows && (i === 0 || place > (places[i - 1] as number))) continue;
    throw new TidewatchError(
      'internal',
      `Place ${place}, number ${i + 1} of those to select, is not above the one before it and below ${rows}.`,
    );
  }
}
