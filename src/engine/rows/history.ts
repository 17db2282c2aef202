/** Reads what a table says of each client over time: its rows, what became of them, and which is the newest. */

import { TidewatchError } from '../../base/errors.ts';
import { createTextIndex, type IndexedTexts } from '../../core/clients/text-index.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import {
  type Observations,
  type Settlement,
  type SettleRule,
  settle,
  UNKNOWN,
} from '../../core/outcomes/settle.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { Table } from '../port.ts';
import { timesOf } from './times.ts';

/** When the outcome of a row is known. */
export interface OutcomeRule {
  /** Days after the row's time; 0: at once. */
  readonly horizonDays: number;
  /** What the target says of a row: what became of the client after it, or whether it had left by then. */
  readonly meaning: SettleRule['meaning'];
  readonly now: Date;
}

export interface History extends Settlement {
  readonly rows: number;
  readonly clients: number;
  /** The client of each row, from 0. */
  readonly codes: Int32Array;
  /** Names of the clients by their number; null: the table has no id column, and each row is a client of its own. */
  readonly ids: IndexedTexts | null;
  /** What the target says of each row: 1 left, 0 stayed, -1 nothing. */
  readonly labels: Int8Array;
}

/**
 * Streams id, time and target once, and all columns where a row may be the answer to another; some 20 bytes a row
 * and those of the ids. Without an id column a row that lacks a label, and one that has it and is the same in all
 * else, are one client.
 */
export async function readHistory(table: Table, rule: OutcomeRule): Promise<History> {
  const { ids, ...observations } = await readObservations(table);
  const settlement = settle(observations, {
    horizonDays: rule.horizonDays,
    meaning: rule.meaning,
    nowMs: rule.now.getTime(),
  });
  const { clients, codes, labels } = observations;
  return { rows: table.rows, clients, codes, ids, labels, ...settlement };
}

/** The rows of a table as observations of its clients, and the names of these; read as `readHistory` says. */
export async function readObservations(
  table: Table,
): Promise<Observations & { readonly ids: IndexedTexts | null }> {
  const { contract, rows } = table;
  const id = columnOf(contract, 'id');
  const time = columnOf(contract, 'time');
  const target = columnOf(contract, 'target');
  const index = id === null ? null : createTextIndex();
  const codes = new Int32Array(rows);
  const labels = new Int8Array(rows).fill(UNKNOWN);
  const times = time === null ? null : new Float64Array(rows);
  const names = [...new Set([id, time, target].filter((name) => name !== null))];
  for await (const { offset, columns } of table.stream(names)) {
    const vector = (name: string | null) => columns[names.indexOf(name ?? '')];
    if (index !== null) numberClients(vector(id), index, codes, offset);
    const told = vector(time);
    if (told !== undefined && times !== null) times.set(timesOf(told), offset);
    const label = vector(target);
    if (label?.kind === 'numeric') setLabels(labels, label.values, offset);
  }
  const isOpen = labels.includes(UNKNOWN) && (labels.includes(1) || labels.includes(0));
  const contents = isOpen && (index === null || times === null) ? await contentsOf(table) : null;
  const clients = index === null ? numberRows(codes, labels, contents) : index.length;
  return { ids: index, clients, codes, times, labels, contents };
}

function numberClients(
  vector: SourceColumn | undefined,
  index: ReturnType<typeof createTextIndex>,
  codes: Int32Array,
  offset: number,
): void {
  if (vector?.kind !== 'text') throw new TidewatchError('internal', 'The ids came as no texts.');
  for (let row = 0; row < vector.values.length; row++)
    codes[offset + row] = index.add(vector.values[row] ?? '');
}

function setLabels(labels: Int8Array, values: Float64Array, offset: number): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    labels[offset + row] = Number.isNaN(value) ? UNKNOWN : value;
  }
}

/** Keys of the rows without their labels. */
export async function contentsOf(table: Table): Promise<BigUint64Array> {
  const target = columnOf(table.contract, 'target');
  return table.keys(table.contract.columns.flatMap(({ name }) => (name === target ? [] : name)));
}

/** Numbers rows as clients, a row without a label as its answer where there is one; returns how many there are. */
function numberRows(codes: Int32Array, labels: Int8Array, contents: BigUint64Array | null): number {
  const answers = new Map<bigint, number>();
  let clients = 0;
  for (let row = 0; row < codes.length; row++) {
    if (contents !== null && labels[row] === UNKNOWN) continue;
    if (contents !== null) answers.set(contents[row] as bigint, clients);
    codes[row] = clients++;
  }
  if (contents === null) return clients;
  for (let row = 0; row < codes.length; row++) {
    if (labels[row] === UNKNOWN) codes[row] = answers.get(contents[row] as bigint) ?? clients++;
  }
  return clients;
}
