/** Reads the rows to train on as typed arrays. */
import { TidewatchError } from '../../base/errors.ts';
import { createTextIndex, type IndexedTexts } from '../../core/clients/text-index.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../../core/columns/source-column.ts';
import { concatBatches } from '../../core/columns/take-rows.ts';
import type { Table } from '../../engine/port.ts';
import { timesOf } from '../../engine/rows/times.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import { modelInputsOf } from '../../formats/contract/model-inputs.ts';

export interface Training {
  readonly inputs: readonly ModelInput[];
  /** In the order of the snapshot. */
  readonly batches: readonly SourceBatch[];
  /** 1 (left) or 0 (stayed), one array a batch. */
  readonly labels: readonly Float64Array[];
  /** Milliseconds since 1970, one a row; null without a time column. */
  readonly times: Float64Array | null;
  /** Money at stake, one a row, NaN where not known; null without a value column. */
  readonly values: Float64Array | null;
  /** The client of each row, numbered in the order of their first rows; null without an id column, or not asked for. */
  readonly clients: Int32Array | null;
  /** Ids of the clients by their number; null where `clients` is. */
  readonly ids: IndexedTexts | null;
  readonly rows: number;
  readonly positives: number;
}

export interface ReadOptions {
  /** Gives the arrays that numbers are put in; new ones unless given. */
  readonly allocate?: ((length: number) => Float64Array) | undefined;
  /** Whether the ids are read. */
  readonly clients: boolean;
  /** Is told how many rows are in. */
  readonly onRows?: (done: number) => void;
}

/** Error `too-few-rows` where the table has no row. */
export async function readTraining(
  table: Table,
  { allocate, clients: withClients, onRows }: ReadOptions,
): Promise<Training> {
  const { contract } = table;
  const inputs = modelInputsOf(contract);
  const [target, time, value] = (['target', 'time', 'value'] as const).map((role) =>
    columnOf(contract, role),
  );
  const id = withClients ? columnOf(contract, 'id') : null;
  const extras = [target, time, value].filter((name) => name !== null && name !== undefined);
  const batches: SourceBatch[] = [];
  const rest = new Map<string, SourceColumn[]>(extras.map((name) => [name, []]));
  const ids = id === null ? null : createTextIndex();
  const clients = ids === null ? null : new Int32Array(table.rows);
  const names = [...inputs.map((input) => input.name), ...extras, ...(id === null ? [] : [id])];
  for await (const batch of table.stream(names, allocate)) {
    batches.push({ rows: batch.rows, columns: batch.columns.slice(0, inputs.length) });
    for (const [index, name] of extras.entries()) {
      rest.get(name)?.push(batch.columns[inputs.length + index] as SourceColumn);
    }
    if (ids !== null && clients !== null) clients.set(codesOf(batch.columns.at(-1), ids), batch.offset);
    onRows?.(batch.offset + batch.rows);
  }
  if (table.rows === 0) {
    throw new TidewatchError(
      'too-few-rows',
      'The snapshot has no rows, so there is nothing to train on. Add data and ingest.',
    );
  }
  const labels = (rest.get(target ?? '') ?? []).map(numbersOf);
  return {
    inputs,
    batches,
    labels,
    times: time === null || time === undefined ? null : joined((rest.get(time) ?? []).map(timesOf)),
    values: value === null || value === undefined ? null : joined((rest.get(value) ?? []).map(numbersOf)),
    clients,
    ids,
    rows: table.rows,
    positives: labels.reduce((sum, part) => sum + sumOf(part), 0),
  };
}

/** The clients of the rows at these ascending places; null without an id column. */
export async function readClients(
  table: Table,
  rows: Uint32Array,
): Promise<{ readonly codes: Int32Array; readonly ids: IndexedTexts } | null> {
  const id = columnOf(table.contract, 'id');
  if (id === null) return null;
  const ids = createTextIndex();
  const codes = new Int32Array(rows.length);
  const chosen = rows.length === table.rows ? table : await table.select(rows);
  try {
    for await (const { offset, columns } of chosen.stream([id])) codes.set(codesOf(columns[0], ids), offset);
  } finally {
    if (chosen !== table) await chosen.close();
  }
  return { codes, ids };
}

function codesOf(vector: SourceColumn | undefined, ids: ReturnType<typeof createTextIndex>): Int32Array {
  if (vector?.kind !== 'text') throw new TidewatchError('internal', 'The ids came as no texts.');
  return Int32Array.from(vector.values, (id) => ids.add(id ?? ''));
}

/** All rows as one batch, and all labels as one array. */
export interface WholeTraining {
  readonly batch: SourceBatch;
  readonly labels: Float64Array;
}

export function wholeOf(training: Training): WholeTraining {
  return { batch: concatBatches(training.batches), labels: joined(training.labels) };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0] as Float64Array;
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function numbersOf(vector: SourceColumn): Float64Array {
  if (vector.kind === 'numeric') return vector.values;
  throw new TidewatchError('internal', `A column of numbers came as ${vector.kind}.`);
}
