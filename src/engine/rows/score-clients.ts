/** Scores and ranks the clients of a table at their current state, and learns how the values of those listed are spread. */
import { CURRENT, LEFT, STATUS_UNKNOWN } from '../../core/clients/client-status.ts';
import { type RiskColumns, rankClients } from '../../core/clients/rank-clients.ts';
import type { SourceBatch } from '../../core/columns/source-column.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import { computedPhrase } from '../../core/reasons/computed-phrase.ts';
import type { ColumnPhrase } from '../../core/reasons/sentence.ts';
import { type ColumnSpread, createSpreads } from '../../core/reasons/spread.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import type { FoldModels } from '../kept/fold-models.ts';
import type { Table } from '../port.ts';
import { type ClientScorers, createClientScorers, scoreInto } from './client-scorers.ts';
import { createHeldInputs, readInputs, VALUE_BYTES } from './held-inputs.ts';
import { type Clients, clientOf, readClients, streamNewest } from './read-clients.ts';
import { checkInputs } from './score-table.ts';

/** Clients counted and what they stand for. */
export interface ClientTotals {
  readonly clients: number;
  /** Those with a probability above the model's threshold. */
  readonly flagged: number;
  /** Sum over the clients whose value is known; null where no column says. */
  readonly expectedLoss: number | null;
}

/** A client is on exactly one of the lists: that of those who have left, or that of all others. */
export type ListName = 'listed' | 'left';

export interface ClientList {
  /** Its clients, the first to call first. */
  readonly order: Uint32Array;
  readonly totals: ClientTotals;
}

/** What somebody said became of a client, since its newest row. */
export interface SaidOutcome {
  readonly outcome: 'left' | 'stayed';
  /** ISO 8601. */
  readonly at: string;
}

/** The clients of a table with their scores, one place a client: typed arrays, some 90 bytes a client, the ids among them. */
export interface ScoredClients extends Clients, ClientScorers {
  readonly probabilities: Float64Array;
  /** One an input of the model, over the clients that the table lists, or over all where it lists none. */
  readonly spreads: readonly ColumnSpread[];
  /** How columns are spoken of that have more to say than their name. */
  readonly phrases: ReadonlyMap<string, ColumnPhrase>;
  /** All clients, the first to call first. */
  readonly ranked: Uint32Array;
  /** What `ranked` goes by. */
  readonly rankedBy: 'expected-loss' | 'risk';
  readonly lists: Readonly<Record<ListName, ClientList>>;
  /** By the number of the client. */
  readonly said: ReadonlyMap<number, SaidOutcome>;
  /** Values of the model's inputs; null where they are too many to hold. */
  readonly inputs: SourceBatch | null;
}

export interface ScoreClientsOptions {
  /** Models for the clients that the model has learned from; null: it scores these too. */
  readonly folds: FoldModels | null;
  /** Values are held where they take at most this, so that reasons need no reading. */
  readonly heldBytes?: number;
}

/**
 * Streams the table three times: ids, times and labels, then who the clients are, then the values of their newest
 * rows, which alone are scored. Errors: `column-missing`.
 */
export async function scoreClients(
  table: Table,
  scorer: Scorer,
  { folds, heldBytes = 0 }: ScoreClientsOptions,
): Promise<ScoredClients> {
  const names = scorer.inputs.map((input) => input.name);
  checkInputs(table, scorer.inputs);
  const clients = await readClients(table);
  const scorers = await createClientScorers(table, clients, scorer, folds);
  const probabilities = new Float64Array(clients.clients);
  const isPeer = peersOf(clients.statuses);
  const spreads = createSpreads(
    scorer.inputs,
    isPeer.reduce((sum, flag) => sum + flag, 0),
    0,
  );
  const isHeld = clients.clients * names.length * VALUE_BYTES <= heldBytes;
  const held = createHeldInputs(clients.clients);
  for await (const batch of streamNewest(table, clients, names)) {
    if (isHeld) held.put(batch, batch.clients);
    scoreInto(scorers, batch, batch.clients, probabilities);
    spreads.add(
      batch,
      Uint8Array.from(batch.clients, (client) => isPeer[client] as number),
    );
  }
  const columns = { ...clients, ...scorers, probabilities };
  return {
    ...columns,
    ...rankedBy(columns, clients.values),
    spreads: spreads.finish(),
    phrases: new Map(
      table.contract.computed?.columns.map((column) => [column.name, computedPhrase(column)] as const),
    ),
    said: new Map(),
    inputs: isHeld && clients.clients > 0 ? held.held() : null,
  };
}

/** 1: counts among those whom a client is compared with. */
function peersOf(statuses: Uint8Array): Uint8Array {
  const isPeer = statuses.map((status) => (status === LEFT ? 0 : 1));
  return isPeer.includes(1) ? isPeer : isPeer.fill(1);
}

type Rankable = Clients & Pick<ClientScorers, 'deployed'> & Pick<ScoredClients, 'probabilities'>;

/** All clients in their order, by expected loss where there are values to go by, and the lists. */
function rankedBy(
  clients: Rankable,
  values: Float64Array | null,
): Pick<ScoredClients, 'ranked' | 'rankedBy' | 'lists'> {
  const { ids, newest, byRow, probabilities } = clients;
  const compare = (a: number, b: number) =>
    ids?.compare(a, b) ?? (newest[a] as number) - (newest[b] as number);
  const ranked = rankClients(byRow, { probabilities, values }, compare);
  const by = values === null ? 'risk' : 'expected-loss';
  return { ranked, rankedBy: by, lists: listsOf(clients, ranked) };
}

function listsOf(clients: Rankable, ranked: Uint32Array): ScoredClients['lists'] {
  const listed = new Uint32Array(ranked.length);
  const left = new Uint32Array(ranked.length);
  let [stay, gone] = [0, 0];
  for (let k = 0; k < ranked.length; k++) {
    const client = ranked[k] as number;
    if (clients.statuses[client] === LEFT) left[gone++] = client;
    else listed[stay++] = client;
  }
  const listOf = (order: Uint32Array) => ({ order, totals: totalsOf(clients, order, clients.deployed) });
  return { listed: listOf(listed.slice(0, stay)), left: listOf(left.slice(0, gone)) };
}

/** The same clients in the order of their risk; shares all but the orders. */
export function rankedByRisk(scored: ScoredClients): ScoredClients {
  return scored.rankedBy === 'risk' ? scored : { ...scored, ...rankedBy(scored, null) };
}

/**
 * The clients with what people said of them since: the last outcome of a client counts, but not where its newest row
 * is of a later time. Scores, order and spreads stay as they are; costs a walk over the clients.
 */
export function withOutcomes(
  scored: ScoredClients,
  outcomes: Iterable<SaidOutcome & { readonly clientId: string }>,
): ScoredClients {
  const said = new Map<number, SaidOutcome>();
  for (const { clientId, outcome, at } of outcomes) {
    const client = scored.ids === null ? -1 : clientOf(scored, clientId);
    if (client < 0) continue;
    if ((scored.times?.[client] ?? Number.NaN) > Date.parse(at)) said.delete(client);
    else said.set(client, { outcome, at });
  }
  if (said.size === 0) return scored;
  const statuses = scored.statuses.slice();
  for (const [client, { outcome }] of said) statuses[client] = outcome === 'left' ? LEFT : CURRENT;
  const clients = { ...scored, statuses };
  return { ...clients, said, lists: listsOf(clients, scored.ranked) };
}

/** How many clients are listed and how many have left; of those listed, how many have no outcome yet. */
export function countClients({ lists, statuses }: Pick<ScoredClients, 'lists' | 'statuses'>): {
  readonly listed: number;
  readonly left: number;
  readonly unknown: number;
} {
  let unknown = 0;
  for (let client = 0; client < statuses.length; client++) {
    if (statuses[client] === STATUS_UNKNOWN) unknown++;
  }
  return { listed: lists.listed.order.length, left: lists.left.order.length, unknown };
}

export function listOf({ statuses }: Pick<Clients, 'statuses'>, client: number): ListName {
  return statuses[client] === LEFT ? 'left' : 'listed';
}

/** How many of the clients listed have a probability above each threshold. */
export function countAbove(
  { lists, probabilities }: Pick<ScoredClients, 'lists' | 'probabilities'>,
  thresholds: readonly number[],
): number[] {
  const { order } = lists.listed;
  return thresholds.map((threshold) => {
    let count = 0;
    for (let k = 0; k < order.length; k++) {
      if ((probabilities[order[k] as number] as number) > threshold) count++;
    }
    return count;
  });
}

/** Totals of some clients. */
export function totalsOf(
  { probabilities, values }: RiskColumns,
  clients: Uint32Array,
  scorer: Pick<Scorer, 'classify'>,
): ClientTotals {
  let flagged = 0;
  let loss = 0;
  for (let k = 0; k < clients.length; k++) {
    const client = clients[k] as number;
    const probability = probabilities[client] as number;
    flagged += scorer.classify(probability);
    const each = values === null ? Number.NaN : probability * (values[client] as number);
    if (!Number.isNaN(each)) loss += each;
  }
  return { clients: clients.length, flagged, expectedLoss: values === null ? null : loss };
}

/** Values of the model's inputs of some clients, in the order given: those held, else read from the table. */
export async function inputsOf(
  scored: Pick<ScoredClients, 'inputs' | 'newest' | 'deployed'>,
  table: () => Promise<Table>,
  clients: Uint32Array,
): Promise<SourceBatch> {
  if (scored.inputs !== null) return takeRows(scored.inputs, clients);
  const names = scored.deployed.inputs.map(({ name }) => name);
  return readInputs(
    await table(),
    names,
    clients.map((client) => scored.newest[client] as number),
  );
}
