/** Ranks clients by what is at stake, and says of those that are asked for why they are at risk. */
import { TidewatchError } from '../base/errors.ts';
import type { Scorer } from '../core/models/scorer.ts';
import { createTeller, type ToldReason } from '../core/reasons/teller.ts';
import type { Table } from '../engine/port.ts';
import { type CodedTexts, clientId, nameAt } from '../engine/read-clients.ts';
import { type ClientTotals, inputsOf, type ScoredClients, totalsOf } from '../engine/score-clients.ts';

export interface RankOptions {
  /** How many of the clients that fit are passed over, and how many are told then. */
  readonly offset: number;
  readonly limit: number;
  /** Only clients of this owner or segment; null: of any. */
  readonly owner: string | null;
  readonly segment: string | null;
  /** Only clients with at least this probability; null: with any. */
  readonly minRisk: number | null;
  /** Only clients whose id contains this, whatever its case; null: any. */
  readonly search: string | null;
  /** Reasons a client at most. */
  readonly reasons: number;
}

export interface RankedClient {
  /** Place among all clients, from 1. */
  readonly rank: number;
  readonly id: string;
  readonly probability: number;
  /** Whether the probability is above the model's threshold. */
  readonly flagged: boolean;
  readonly value: number | null;
  /** Probability times value. */
  readonly expectedLoss: number | null;
  readonly owner: string | null;
  readonly segment: string | null;
  /** Those that raise the risk, the strongest first. */
  readonly reasons: readonly ToldReason[];
}

export interface Ranking {
  readonly modelVersion: string;
  readonly threshold: number;
  /** expected-loss: probability times value, clients without a value after the others, by risk. */
  readonly rankedBy: 'expected-loss' | 'risk';
  /** Rows of the data; more than clients where ids have several. */
  readonly rows: number;
  readonly all: ClientTotals;
  /** Those that fit owner, segment, minRisk and search. */
  readonly matching: ClientTotals;
  /** Owners and segments that there are, in alphabetical order, the first 500. */
  readonly owners: readonly string[];
  readonly segments: readonly string[];
  readonly clients: readonly RankedClient[];
}

const MOST_NAMES = 500;

/**
 * The clients asked for, from those scored before. The table is read again, no further than to the last of them,
 * and only where reasons are asked for. Error `not-found` where the data has no such thing as owner or segment.
 */
export async function rank(
  deps: { readonly table: () => Promise<Table>; readonly scorer: Scorer },
  scored: ScoredClients,
  options: RankOptions,
): Promise<Ranking> {
  const { scorer } = deps;
  const filters = filtersOf(scored, options);
  const ranks = filters.length === 0 ? null : select(scored.order, filters);
  const end = Math.min(options.offset + options.limit, ranks?.length ?? scored.order.length);
  const page = Array.from({ length: Math.max(0, end - options.offset) }, (_, k) => options.offset + k);
  return {
    modelVersion: scorer.model.version,
    threshold: scorer.model.threshold,
    rankedBy: scored.rankedBy,
    rows: scored.rows,
    all: scored.totals,
    matching: ranks === null ? scored.totals : totalsOf(scored, takeRanks(scored.order, ranks), scorer),
    owners: namesOf(scored.owners),
    segments: namesOf(scored.segments),
    clients: await tell(
      deps,
      scored,
      page.map((at) => ranks?.[at] ?? at),
      options.reasons,
    ),
  };
}

type Filter = (row: number) => boolean;

/** What a client must fulfil, the cheapest first; none: every client fits. */
function filtersOf(scored: ScoredClients, options: RankOptions): Filter[] {
  const { minRisk, search } = options;
  return [
    ...nameFilter(scored.owners, 'owner', options.owner),
    ...nameFilter(scored.segments, 'segment', options.segment),
    ...(minRisk === null ? [] : [(row: number) => (scored.probabilities[row] as number) >= minRisk]),
    ...(search === null ? [] : [matcher(scored, search)]),
  ];
}

/** Ranks, from 0, of the clients that fit all filters, of which there is one at least. */
function select(order: Uint32Array, filters: readonly Filter[]): Uint32Array {
  const fits = filters.reduce((before, next) => (row) => before(row) && next(row));
  const ranks = new Uint32Array(order.length);
  let count = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    if (fits(row)) ranks[count++] = at;
  }
  return ranks.slice(0, count);
}

function takeRanks(order: Uint32Array, ranks: Uint32Array): Uint32Array {
  const rows = new Uint32Array(ranks.length);
  for (let k = 0; k < ranks.length; k++) rows[k] = order[ranks[k] as number] as number;
  return rows;
}

function matcher({ ids, codes }: ScoredClients, part: string): (row: number) => boolean {
  if (ids === null) return (row) => String(row + 1).includes(part);
  const contains = ids.containing(part);
  return (row) => contains(codes[row] as number);
}

/** A name that nobody has fits nobody. */
function nameFilter(coded: CodedTexts | null, what: 'owner' | 'segment', name: string | null): Filter[] {
  if (name === null) return [];
  if (coded === null) {
    throw new TidewatchError(
      'not-found',
      `The data has no ${what}, so there is none called "${name}". Name its column as "columns.${what}" in ` +
        'config.json and ingest again.',
      { details: { [what]: name } },
    );
  }
  const code = coded.names.indexOf(name);
  return [code < 0 ? () => false : (row) => coded.codes[row] === code];
}

function namesOf(coded: CodedTexts | null): string[] {
  return [...(coded?.names ?? [])].sort().slice(0, MOST_NAMES);
}

async function tell(
  { table, scorer }: Parameters<typeof rank>[0],
  scored: ScoredClients,
  ranks: readonly number[],
  reasons: number,
): Promise<RankedClient[]> {
  const rows = ranks.map((at) => scored.order[at] as number);
  const told =
    reasons === 0 || rows.length === 0
      ? []
      : createTeller(scorer, scored.spreads).raising(await inputsOf(scored, table, scorer, rows), reasons);
  return rows.map((row, k) => ({
    rank: (ranks[k] as number) + 1,
    ...clientAt(scored, row, scorer),
    reasons: told[k] ?? [],
  }));
}

/** What a scoring says of the client in a row. */
export function clientAt(
  scored: ScoredClients,
  row: number,
  scorer: Scorer,
): Omit<RankedClient, 'rank' | 'reasons'> {
  const probability = scored.probabilities[row] as number;
  const value = scored.values?.[row] ?? Number.NaN;
  const isKnown = !Number.isNaN(value);
  return {
    id: clientId(scored, row),
    probability,
    flagged: scorer.classify(probability) === 1,
    value: isKnown ? value : null,
    expectedLoss: isKnown ? probability * value : null,
    owner: nameAt(scored.owners, row),
    segment: nameAt(scored.segments, row),
  };
}
