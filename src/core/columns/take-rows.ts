/** Rows of source columns put together and picked out. */
import type { SourceBatch, SourceColumn } from './source-column.ts';

/** The batches as one, in order. Columns keep their kinds; levels of all batches are those of the last. */
export function concatBatches(batches: readonly SourceBatch[]): SourceBatch {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first ?? { rows: 0, columns: [] };
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const columns = first.columns.map((_, index) =>
    concatColumns(
      batches.map((batch) => batch.columns[index] as SourceColumn),
      rows,
    ),
  );
  return { rows, columns };
}

function concatColumns(parts: readonly SourceColumn[], rows: number): SourceColumn {
  const last = parts.at(-1) as SourceColumn;
  if (last.kind === 'text') {
    return { kind: 'text', values: parts.flatMap((part) => (part.kind === 'text' ? [...part.values] : [])) };
  }
  if (last.kind === 'numeric') {
    const values = new Float64Array(rows);
    fill(parts, (part, at) => part.kind === 'numeric' && values.set(part.values, at));
    return { kind: 'numeric', values };
  }
  const codes = new Int32Array(rows);
  fill(parts, (part, at) => part.kind === 'categorical' && codes.set(part.codes, at));
  return { kind: 'categorical', codes, levels: last.levels };
}

function fill(parts: readonly SourceColumn[], put: (part: SourceColumn, at: number) => unknown): void {
  let at = 0;
  for (const part of parts) {
    put(part, at);
    at += part.kind === 'categorical' ? part.codes.length : part.values.length;
  }
}

/** The rows at `indices`, in that order. */
export function takeRows(batch: SourceBatch, indices: Uint32Array): SourceBatch {
  return { rows: indices.length, columns: batch.columns.map((column) => takeColumn(column, indices)) };
}

function takeColumn(column: SourceColumn, indices: Uint32Array): SourceColumn {
  if (column.kind === 'numeric') return { kind: 'numeric', values: takeValues(column.values, indices) };
  if (column.kind === 'text') {
    return { kind: 'text', values: Array.from(indices, (row) => column.values[row] ?? null) };
  }
  return { kind: 'categorical', codes: takeCodes(column.codes, indices), levels: column.levels };
}

/** The codes at `indices`, in that order. */
export function takeCodes(codes: Int32Array, indices: Uint32Array): Int32Array {
  const taken = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) taken[i] = codes[indices[i] as number] as number;
  return taken;
}

/** The values at `indices`, in that order. */
export function takeValues(values: Float64Array, indices: Uint32Array): Float64Array {
  const taken = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) taken[i] = values[indices[i] as number] as number;
  return taken;
}
