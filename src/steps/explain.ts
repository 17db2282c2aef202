/** Explains one client: its risk, its place among all, what each column does to it, and what would be without. */
import { TidewatchError } from '../base/errors.ts';
import { nearestNames } from '../base/nearest.ts';
import { normalizeId } from '../core/clients/client-id.ts';
import { createRowExplainer, type ExplainedContribution } from '../core/reasons/row-explainer.ts';
import type { Scorer, SourceRow } from '../core/scoring/scorer.ts';
import type { Table } from '../engine/port.ts';
import { type ScoredBy, scoredBy } from '../engine/rows/client-scorers.ts';
import { clientId, clientOf } from '../engine/rows/read-clients.ts';
import { inputsOf, listOf, type ScoredClients } from '../engine/rows/score-clients.ts';
import { type ScoredClient, scoredClient } from '../engine/rows/scored-client.ts';

/** A client of the data by name, or one that is given. */
export type ExplainSubject =
  | { readonly id: string }
  /** `at`: the time of the row, where the row does not tell it and something is derived of it. */
  | { readonly row: SourceRow; readonly at?: Date };

export interface Explanation {
  readonly modelVersion: string;
  readonly threshold: number;
  /** null: a row that was given. */
  readonly client:
    | (Pick<ScoredClient, 'id' | 'status' | 'asOf' | 'value' | 'expectedLoss' | 'owner' | 'segment'> & {
        /** Rows of the client in the data; the newest one is explained. */
        readonly rows: number;
        /** Place on its list, from 1: that of the clients listed, or that of those who have left. */
        readonly rank: number;
      })
    | null;
  readonly scoredBy: ScoredBy;
  readonly probability: number;
  readonly flagged: boolean;
  /** Clients listed, which are those that have not left. */
  readonly clients: number;
  /** Share of them with a lower probability. */
  readonly riskPercentile: number;
  /** Share of the training rows that left. */
  readonly baseRate: number;
  /** Log-odds before calibration: baseline + the sum of all contributions. */
  readonly margin: number;
  /** Margin of the average client, and its probability. */
  readonly baseline: number;
  readonly baselineProbability: number;
  /** Every column, the strongest first. */
  readonly contributions: readonly ExplainedContribution[];
  /** The probability if the strongest raising columns said what they say of the average client: one, two, ... */
  readonly without: readonly { readonly columns: readonly string[]; readonly probability: number }[];
}

export interface ExplainOptions {
  /** How many raising columns `without` takes away at most. */
  readonly without: number;
}

/**
 * Explains a client against the clients scored before. Errors: `not-found` with the nearest ids; `column-missing`
 * and `value-invalid` for a given row that the model cannot read.
 */
export async function explain(
  deps: { readonly table: () => Promise<Table> },
  scored: ScoredClients,
  subject: ExplainSubject,
  options: ExplainOptions,
): Promise<Explanation> {
  const { deployed } = scored;
  const { model } = deployed;
  const client = 'id' in subject ? findClient(scored, subject.id) : null;
  const scorer = client === null ? deployed : scored.scorerOf(client);
  const batch =
    'id' in subject
      ? await inputsOf(scored, deps.table, Uint32Array.of(client ?? 0))
      : scorer.batchOf(subject.row, subject.at);
  const explainer = createRowExplainer(scorer, scored.spreads, scored.phrases);
  const contributions = explainer.contributions(batch);
  const margin = new Float64Array(1);
  scorer.marginInto(batch, margin);
  const probability = scorer.calibrate(margin[0] as number);
  const { rows: trained, positives } = model.certificate.snapshot;
  return {
    modelVersion: model.version,
    threshold: model.threshold,
    client: client === null ? null : told(scored, client),
    scoredBy: client === null ? 'deployed' : scoredBy(scored, client),
    probability,
    flagged: deployed.classify(probability) === 1,
    clients: scored.lists.listed.order.length,
    riskPercentile: shareBelow(scored, probability),
    baseRate: trained === 0 ? 0 : positives / trained,
    margin: margin[0] as number,
    baseline: explainer.baseline,
    baselineProbability: scorer.calibrate(explainer.baseline),
    contributions: contributions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    without: withoutTop(contributions, margin[0] as number, scorer, options.without),
  };
}

function findClient(scored: ScoredClients, given: string): number {
  const id = normalizeId(given);
  const client = clientOf(scored, id);
  if (client >= 0) return client;
  if (scored.ids === null) {
    throw new TidewatchError(
      'not-found',
      `There is no client ${id}: the data has no id column, so clients are named by their row, 1 to ${scored.rows}.`,
      { details: { id, rows: scored.rows } },
    );
  }
  const near = nearestNames(id, allIds(scored), 3);
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  throw new TidewatchError(
    'not-found',
    `There is no client "${id}" among the ${scored.clients} of the data.${hint} ` +
      'Ids are looked up as the data writes them, capitals and leading zeros too.',
    { details: { id, nearest: near } },
  );
}

function* allIds(scored: ScoredClients): Generator<string> {
  for (const client of scored.ranked) yield clientId(scored, client);
}

function told(scored: ScoredClients, client: number): Explanation['client'] {
  const { id, status, asOf, value, expectedLoss, owner, segment } = scoredClient(scored, client);
  const rank = scored.lists[listOf(scored, client)].order.indexOf(client) + 1;
  const rows = scored.rowCounts[client] as number;
  return { id, status, asOf, rows, rank, value, expectedLoss, owner, segment };
}

/** Of the clients listed. */
function shareBelow({ probabilities, lists }: ScoredClients, probability: number): number {
  const { order } = lists.listed;
  let below = 0;
  for (let k = 0; k < order.length; k++) {
    if ((probabilities[order[k] as number] as number) < probability) below++;
  }
  return order.length === 0 ? 0 : below / order.length;
}

function withoutTop(
  contributions: readonly ExplainedContribution[],
  margin: number,
  scorer: Scorer,
  most: number,
): Explanation['without'] {
  const raising = contributions
    .filter(({ contribution }) => contribution > 0)
    .toSorted((a, b) => b.contribution - a.contribution)
    .slice(0, most);
  let left = margin;
  return raising.map(({ contribution }, k) => {
    left -= contribution;
    const columns = raising.slice(0, k + 1).map(({ column }) => column);
    return { columns, probability: scorer.calibrate(left) };
  });
}
