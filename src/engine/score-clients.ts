/** Scores and ranks the clients of a table, and learns how their values are spread. */
import { type RiskColumns, rankClients } from '../core/clients/rank-clients.ts';
import type { SourceBatch } from '../core/features/source-column.ts';
import { concatBatches, takeRows } from '../core/features/take-rows.ts';
import type { Scorer } from '../core/models/scorer.ts';
import { type ColumnSpread, createSpreads } from '../core/reasons/spread.ts';
import { VALUE_BYTES } from './held-inputs.ts';
import type { Table } from './port.ts';
import { type Clients, readClients } from './read-clients.ts';
import { checkInputs } from './score-table.ts';

/** Clients counted and what they stand for. */
export interface ClientTotals {
  readonly clients: number;
  /** Those with a probability above the model's threshold. */
  readonly flagged: number;
  /** Sum over the clients whose value is known; null where no column says. */
  readonly expectedLoss: number | null;
}

/** The clients of a table with their scores: typed arrays, some 45 bytes a row, the ids among them. */
export interface ScoredClients extends Clients {
  /** One a row. */
  readonly probabilities: Float64Array;
  /** One an input of the model, over the clients. */
  readonly spreads: readonly ColumnSpread[];
  /** Rows of the clients, the first to call first. */
  readonly order: Uint32Array;
  /** What `order` goes by. */
  readonly rankedBy: 'expected-loss' | 'risk';
  /** Of all clients. */
  readonly totals: ClientTotals;
  /** Values of the model's inputs in every row; null where they are too many to hold. */
  readonly inputs: SourceBatch | null;
}

/**
 * Streams the table twice: who the clients are, then their values, which are held where they take at most
 * `heldBytes`, so that reasons need no reading. Errors: `column-missing`.
 */
export async function scoreClients(table: Table, scorer: Scorer, heldBytes = 0): Promise<ScoredClients> {
  const names = scorer.inputs.map((input) => input.name);
  checkInputs(table, names);
  const clients = await readClients(table);
  const probabilities = new Float64Array(table.rows);
  const spreads = createSpreads(scorer.inputs, clients.clients, 0);
  const isHeld = table.rows * names.length * VALUE_BYTES <= heldBytes;
  const held: SourceBatch[] = [];
  for await (const batch of table.stream(names)) {
    if (isHeld) held.push(batch);
    const end = batch.offset + batch.rows;
    scorer.probabilityInto(batch, probabilities.subarray(batch.offset, end));
    spreads.add(batch, clients.current.subarray(batch.offset, end));
  }
  const rows = clientRows(clients);
  const { ids, codes, values } = clients;
  const order = rankClients(
    rows,
    { probabilities, values },
    (a, b) => ids?.compare(codes[a] as number, codes[b] as number) ?? 0,
  );
  const totals = totalsOf({ probabilities, values }, order, scorer);
  const rankedBy = values === null ? 'risk' : 'expected-loss';
  return {
    ...clients,
    probabilities,
    spreads: spreads.finish(),
    order,
    rankedBy,
    totals,
    inputs: isHeld ? concatBatches(held) : null,
  };
}

/** Rows of the clients, ascending. */
function clientRows({ current, clients }: Pick<Clients, 'current' | 'clients'>): Uint32Array {
  const rows = new Uint32Array(clients);
  let count = 0;
  for (let row = 0; row < current.length; row++) if (current[row] === 1) rows[count++] = row;
  return rows;
}

/** The same clients in the order of their risk; shares all but the order. */
export function rankedByRisk(scored: ScoredClients): ScoredClients {
  if (scored.rankedBy === 'risk') return scored;
  const { ids, codes, probabilities } = scored;
  const rows = clientRows(scored);
  const order = rankClients(
    rows,
    { probabilities, values: null },
    (a, b) => ids?.compare(codes[a] as number, codes[b] as number) ?? 0,
  );
  return { ...scored, order, rankedBy: 'risk' };
}

/** How many of the clients have a probability above each threshold. */
export function countAbove(
  { current, probabilities }: Pick<ScoredClients, 'current' | 'probabilities'>,
  thresholds: readonly number[],
): number[] {
  return thresholds.map((threshold) => {
    let count = 0;
    for (let row = 0; row < current.length; row++) {
      if (current[row] === 1 && (probabilities[row] as number) > threshold) count++;
    }
    return count;
  });
}

/** Totals of the clients in some rows. */
export function totalsOf(
  { probabilities, values }: RiskColumns,
  rows: Uint32Array,
  scorer: Pick<Scorer, 'classify'>,
): ClientTotals {
  let flagged = 0;
  let loss = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const probability = probabilities[row] as number;
    flagged += scorer.classify(probability);
    const each = values === null ? Number.NaN : probability * (values[row] as number);
    if (!Number.isNaN(each)) loss += each;
  }
  return { clients: rows.length, flagged, expectedLoss: values === null ? null : loss };
}

/** Values of the model's inputs in some rows, in the order of `rows`: those held, else read from the table. */
export async function inputsOf(
  scored: Pick<ScoredClients, 'inputs'>,
  table: () => Promise<Table>,
  scorer: Scorer,
  rows: readonly number[],
): Promise<SourceBatch> {
  if (scored.inputs !== null) return takeRows(scored.inputs, Uint32Array.from(rows));
  return readInputs(await table(), scorer, rows);
}

/** Reads no further than it must. */
async function readInputs(table: Table, scorer: Scorer, rows: readonly number[]): Promise<SourceBatch> {
  const ascending = [...new Set(rows)].sort((a, b) => a - b);
  const parts: SourceBatch[] = [];
  let next = 0;
  if (ascending.length > 0) {
    for await (const batch of table.stream(scorer.inputs.map((input) => input.name))) {
      const inside: number[] = [];
      while (next < ascending.length && (ascending[next] as number) < batch.offset + batch.rows) {
        inside.push((ascending[next++] as number) - batch.offset);
      }
      if (inside.length > 0) parts.push(takeRows(batch, Uint32Array.from(inside)));
      if (next === ascending.length) break;
    }
  }
  const places = new Map(ascending.map((row, place) => [row, place]));
  return takeRows(
    concatBatches(parts),
    Uint32Array.from(rows, (row) => places.get(row) ?? 0),
  );
}
