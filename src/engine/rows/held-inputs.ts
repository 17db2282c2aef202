/** Holds values of a model's inputs, one place a client or a row that was asked for, so that they can be taken in any order. */
import type { SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import type { Table } from '../port.ts';

/** Bytes that a value takes while it is held. */
export const VALUE_BYTES = 8;

/** Values at places, filled batch by batch in any order; all batches are of one stream, as levels of the last count. */
export interface HeldInputs {
  put(batch: SourceBatch, places: Uint32Array): void;
  /** What was put, one row a place; not to be put to again. */
  held(): SourceBatch;
}

export function createHeldInputs(places: number): HeldInputs {
  let columns: SourceColumn[] = [];
  return {
    put(batch, at) {
      columns = batch.columns.map((column, k) => put(column, at, columns[k] ?? emptyLike(column, places)));
    },
    held: () => ({ rows: places, columns }),
  };
}

function emptyLike(column: SourceColumn, places: number): SourceColumn {
  if (column.kind === 'numeric')
    return { kind: 'numeric', values: new Float64Array(places).fill(Number.NaN) };
  if (column.kind === 'text') return { kind: 'text', values: new Array<string | null>(places).fill(null) };
  return { kind: 'categorical', codes: new Int32Array(places).fill(-1), levels: column.levels };
}

function put(column: SourceColumn, at: Uint32Array, into: SourceColumn): SourceColumn {
  if (column.kind === 'numeric' && into.kind === 'numeric') {
    for (let k = 0; k < at.length; k++) into.values[at[k] as number] = column.values[k] as number;
    return into;
  }
  if (column.kind === 'categorical' && into.kind === 'categorical') {
    for (let k = 0; k < at.length; k++) into.codes[at[k] as number] = column.codes[k] as number;
    return { ...into, levels: column.levels };
  }
  const values = into.kind === 'text' ? [...into.values] : [];
  if (column.kind === 'text') {
    for (let k = 0; k < at.length; k++) values[at[k] as number] = column.values[k] ?? null;
  }
  return { kind: 'text', values };
}

/**
 * The values of inputs in some rows of a table, in the order of `rows`. Reads the table no further than it must, and
 * holds `rows.length * names.length` values.
 */
export async function readInputs(
  table: Table,
  names: readonly string[],
  rows: Uint32Array,
): Promise<SourceBatch> {
  const ascending = Uint32Array.from(rows.keys()).sort((a, b) => (rows[a] as number) - (rows[b] as number));
  const inputs = createHeldInputs(rows.length);
  let next = 0;
  for await (const { offset, columns, ...batch } of rows.length === 0 ? [] : table.stream(names)) {
    const from = next;
    while (next < rows.length && (rows[ascending[next] as number] as number) < offset + batch.rows) next++;
    const places = ascending.subarray(from, next);
    const inside = places.map((place) => (rows[place] as number) - offset);
    if (places.length > 0) inputs.put(takeRows({ rows: batch.rows, columns }, inside), places);
    if (next === rows.length) break;
  }
  return inputs.held();
}
