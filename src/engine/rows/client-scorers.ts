/** Which model scores which client, and what follows: batches by model, and reasons by the model of each client. */
import { clientKey } from '../../core/clients/client-key.ts';
import type { SourceBatch } from '../../core/columns/source-column.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import {
  createRowExplainer,
  type ExplainedReason,
  type RowExplainer,
} from '../../core/reasons/row-explainer.ts';
import type { ColumnPhrase } from '../../core/reasons/sentence.ts';
import type { ColumnSpread } from '../../core/reasons/spread.ts';
import { createScorer, type Scorer } from '../../core/scoring/scorer.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { FoldModels } from '../kept/fold-models.ts';
import type { Table } from '../port.ts';
import type { Clients } from './read-clients.ts';

export interface ClientScorers {
  /** The model that is live: its threshold and its version count for every client. */
  readonly deployed: Scorer;
  /** The scorer of a client, by its number. */
  scorerOf(client: number): Scorer;
}

/** No fold: the deployed model scores the client. */
const NO_FOLD = 255;

/**
 * A client that the deployed model has learned from is scored by the model of the fold that has not seen it, where
 * there are such; one byte a client. Without ids the table is streamed once.
 */
export async function createClientScorers(
  table: Table,
  clients: Pick<Clients, 'clients' | 'ids' | 'newest'>,
  deployed: Scorer,
  folds: FoldModels | null,
): Promise<ClientScorers> {
  if (folds === null) return { deployed, scorerOf: () => deployed };
  const scorers = folds.models.map(createScorer);
  const keyOf = await keysOf(table, clients);
  const own = new Uint8Array(clients.clients).fill(NO_FOLD);
  for (let client = 0; client < own.length; client++) {
    const fold = folds.foldOf(keyOf(client));
    if (fold >= 0) own[client] = fold;
  }
  return { deployed, scorerOf: (client) => scorers[own[client] as number] ?? deployed };
}

/** The key by which a model remembers a client: that of its id, or without ids of all that its row says but the label. */
async function keysOf(
  table: Table,
  { ids, newest }: Pick<Clients, 'ids' | 'newest'>,
): Promise<(client: number) => bigint> {
  if (ids !== null) return (client) => clientKey(ids.text(client));
  const target = columnOf(table.contract, 'target');
  const names = table.contract.columns.flatMap(({ name }) => (name === target ? [] : name));
  const keys = await table.keys(names);
  return (client) => keys[newest[client] as number] as bigint;
}

/** out-of-fold: a model that has not seen the client, as the deployed one has learned from it. */
export type ScoredBy = 'deployed' | 'out-of-fold';

export function scoredBy({ deployed, scorerOf }: ClientScorers, client: number): ScoredBy {
  return scorerOf(client) === deployed ? 'deployed' : 'out-of-fold';
}

interface Group {
  readonly scorer: Scorer;
  /** Rows of the batch whose clients it scores. */
  readonly batch: SourceBatch;
  /** Places of these rows in the batch that was given. */
  readonly places: Uint32Array;
}

/** The rows of a batch by the scorer of their clients. */
export function groupByScorer(
  { scorerOf }: Pick<ClientScorers, 'scorerOf'>,
  batch: SourceBatch,
  clients: Uint32Array,
): readonly Group[] {
  const places = new Map<Scorer, number[]>();
  for (let k = 0; k < clients.length; k++) {
    const scorer = scorerOf(clients[k] as number);
    const known = places.get(scorer);
    if (known === undefined) places.set(scorer, [k]);
    else known.push(k);
  }
  return [...places].map(([scorer, some]) => {
    const own = Uint32Array.from(some);
    return { scorer, places: own, batch: places.size === 1 ? batch : takeRows(batch, own) };
  });
}

/** Writes the probability of each row of a batch to the place of its client (or of whatever is numbered so). */
export function scoreInto(
  scorers: Pick<ClientScorers, 'scorerOf'>,
  batch: SourceBatch,
  clients: Uint32Array,
  probabilities: Float64Array,
): void {
  for (const { scorer, batch: rows, places } of groupByScorer(scorers, batch, clients)) {
    const scores = new Float64Array(rows.rows);
    scorer.probabilityInto(rows, scores);
    for (let k = 0; k < places.length; k++) {
      probabilities[clients[places[k] as number] as number] = scores[k] as number;
    }
  }
}

/** Tells the reasons of clients, each by its own scorer. */
export interface ClientExplainer {
  /** The strongest reasons that raise the risk of each client, at most `most` each; one row a client in `batch`. */
  raising(batch: SourceBatch, clients: Uint32Array, most: number): readonly (readonly ExplainedReason[])[];
}

export function createClientExplainer(
  scorers: ClientScorers & {
    readonly spreads: readonly ColumnSpread[];
    readonly phrases: ReadonlyMap<string, ColumnPhrase>;
  },
): ClientExplainer {
  const explainers = new Map<Scorer, RowExplainer>();
  const explainerOf = (scorer: Scorer): RowExplainer => {
    const explainer = explainers.get(scorer) ?? createRowExplainer(scorer, scorers.spreads, scorers.phrases);
    explainers.set(scorer, explainer);
    return explainer;
  };
  return {
    raising(batch, clients, most) {
      const told: (readonly ExplainedReason[])[] = new Array(clients.length).fill([]);
      for (const { scorer, batch: rows, places } of groupByScorer(scorers, batch, clients)) {
        for (const [k, reasons] of explainerOf(scorer).raising(rows, most).entries()) {
          told[places[k] as number] = reasons;
        }
      }
      return told;
    },
  };
}
