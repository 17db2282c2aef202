/** Explains one client: its risk, its place among all, what each column does to it, and what would be without. */
import { TidewatchError } from '../base/errors.ts';
import { nearestNames } from '../base/nearest.ts';
import { normalizeId } from '../core/clients/client-id.ts';
import type { Scorer, SourceRow } from '../core/models/scorer.ts';
import { createTeller, type ToldContribution } from '../core/reasons/teller.ts';
import type { Table } from '../engine/port.ts';
import { clientId, nameAt, rowOfClient } from '../engine/read-clients.ts';
import { inputsOf, type ScoredClients } from '../engine/score-clients.ts';

/** A client of the data by name, or one that is given. */
export type ExplainSubject = { readonly id: string } | { readonly row: SourceRow };

export interface Explanation {
  readonly modelVersion: string;
  readonly threshold: number;
  /** null: a row that was given. */
  readonly client: {
    readonly id: string;
    /** Rows of this id in the data; the last one is explained. */
    readonly rows: number;
    /** Place in the ranking of all clients, from 1. */
    readonly rank: number;
    readonly value: number | null;
    readonly expectedLoss: number | null;
    readonly owner: string | null;
    readonly segment: string | null;
  } | null;
  readonly probability: number;
  readonly flagged: boolean;
  /** Clients of the data. */
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
  readonly contributions: readonly ToldContribution[];
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
  deps: { readonly table: () => Promise<Table>; readonly scorer: Scorer },
  scored: ScoredClients,
  subject: ExplainSubject,
  options: ExplainOptions,
): Promise<Explanation> {
  const { scorer } = deps;
  const { model } = scorer;
  const row = 'id' in subject ? findRow(scored, subject.id) : -1;
  const batch =
    'id' in subject ? await inputsOf(scored, deps.table, scorer, [row]) : scorer.batchOf(subject.row);
  const teller = createTeller(scorer, scored.spreads);
  const contributions = teller.contributions(batch);
  const margin = new Float64Array(1);
  scorer.marginInto(batch, margin);
  const probability = scorer.calibrate(margin[0] as number);
  const { rows: trained, positives } = model.certificate.snapshot;
  return {
    modelVersion: model.version,
    threshold: model.threshold,
    client: row < 0 ? null : clientOf(scored, row, probability),
    probability,
    flagged: scorer.classify(probability) === 1,
    clients: scored.clients,
    riskPercentile: shareBelow(scored, probability),
    baseRate: trained === 0 ? 0 : positives / trained,
    margin: margin[0] as number,
    baseline: teller.baseline,
    baselineProbability: scorer.calibrate(teller.baseline),
    contributions: contributions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    without: withoutTop(contributions, margin[0] as number, scorer, options.without),
  };
}

function findRow(scored: ScoredClients, given: string): number {
  const id = normalizeId(given);
  const row = rowOfClient(scored, id);
  if (row >= 0) return row;
  if (scored.ids === null) {
    throw new TidewatchError(
      'not-found',
      `There is no row ${id}: the data has no id column, so clients are named by their row, 1 to ${scored.rows}.`,
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
  for (const row of scored.order) yield clientId(scored, row);
}

function clientOf(scored: ScoredClients, row: number, probability: number): Explanation['client'] {
  const value = scored.values?.[row] ?? Number.NaN;
  const known = !Number.isNaN(value);
  return {
    id: clientId(scored, row),
    rows: countRows(scored, row),
    rank: scored.order.indexOf(row) + 1,
    value: known ? value : null,
    expectedLoss: known ? probability * value : null,
    owner: nameAt(scored.owners, row),
    segment: nameAt(scored.segments, row),
  };
}

function countRows({ codes, rows }: ScoredClients, row: number): number {
  let count = 0;
  for (let other = 0; other < rows; other++) if (codes[other] === codes[row]) count++;
  return count;
}

function shareBelow({ probabilities, current, clients }: ScoredClients, probability: number): number {
  let below = 0;
  for (let row = 0; row < probabilities.length; row++) {
    if (current[row] === 1 && (probabilities[row] as number) < probability) below++;
  }
  return clients === 0 ? 0 : below / clients;
}

function withoutTop(
  contributions: readonly ToldContribution[],
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
