/** Ranks clients by what is at stake, and says of those that are asked for why they are at risk. */
import { TidewatchError } from '../base/errors.ts';
import type { Scorer } from '../core/models/scorer.ts';
import { createTeller, type ToldReason } from '../core/reasons/teller.ts';
import type { Table } from '../engine/port.ts';
import { type CodedTexts, clientId, nameAt } from '../engine/read-clients.ts';
import { readInputs, type ScoredClients } from '../engine/score-clients.ts';

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

/** Clients counted and what they stand for. */
export interface ClientTotals {
  readonly clients: number;
  readonly flagged: number;
  /** Sum over the clients whose value is known; null where no column says. */
  readonly expectedLoss: number | null;
}

export interface Ranking {
  readonly modelVersion: string;
  readonly threshold: number;
  /** expected-loss: probability times value, clients without a value after the others, by risk. */
  readonly rankedBy: 'expected-loss' | 'risk';
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
  const everything = { ...options, owner: null, segment: null, minRisk: null, search: null };
  const matching = select(scored, options);
  const { threshold } = scorer.model;
  return {
    modelVersion: scorer.model.version,
    threshold,
    rankedBy: scored.values === null ? 'risk' : 'expected-loss',
    all: totalsOf(scored, select(scored, everything), scorer),
    matching: totalsOf(scored, matching, scorer),
    owners: namesOf(scored.owners),
    segments: namesOf(scored.segments),
    clients: await tell(
      deps,
      scored,
      matching.slice(options.offset, options.offset + options.limit),
      options,
    ),
  };
}

/** Ranks, from 0, of the clients that fit. */
function select(scored: ScoredClients, options: RankOptions): Uint32Array {
  const { probabilities, ids, order } = scored;
  const owner = codeOf(scored.owners, 'owner', options.owner);
  const segment = codeOf(scored.segments, 'segment', options.segment);
  const least = options.minRisk ?? Number.NEGATIVE_INFINITY;
  const search = options.search === null ? null : matcher(ids, options.search);
  const ranks = new Uint32Array(order.length);
  let count = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    if (owner !== null && scored.owners?.codes[row] !== owner) continue;
    if (segment !== null && scored.segments?.codes[row] !== segment) continue;
    if (options.minRisk !== null && !((probabilities[row] as number) >= least)) continue;
    if (search === null || search(row)) ranks[count++] = at;
  }
  return ranks.slice(0, count);
}

function matcher(ids: ScoredClients['ids'], part: string): (row: number) => boolean {
  return ids === null ? (row) => String(row + 1).includes(part) : ids.containing(part);
}

/** The code to look for; null: any. A name that nobody has gives a code that nobody has. */
function codeOf(coded: CodedTexts | null, what: 'owner' | 'segment', name: string | null): number | null {
  if (name === null) return null;
  if (coded !== null) {
    const code = coded.names.indexOf(name);
    return code < 0 ? coded.names.length : code;
  }
  throw new TidewatchError(
    'not-found',
    `The data has no ${what}, so there is none called "${name}". Name its column as "columns.${what}" in ` +
      'config.json and ingest again.',
    { details: { [what]: name } },
  );
}

function namesOf(coded: CodedTexts | null): string[] {
  return [...(coded?.names ?? [])].sort().slice(0, MOST_NAMES);
}

function totalsOf(scored: ScoredClients, ranks: Uint32Array, scorer: Scorer): ClientTotals {
  const { order, probabilities, values } = scored;
  let flagged = 0;
  let loss = 0;
  for (let k = 0; k < ranks.length; k++) {
    const row = order[ranks[k] as number] as number;
    const probability = probabilities[row] as number;
    flagged += scorer.classify(probability);
    const each = values === null ? Number.NaN : probability * (values[row] as number);
    if (!Number.isNaN(each)) loss += each;
  }
  return { clients: ranks.length, flagged, expectedLoss: values === null ? null : loss };
}

async function tell(
  { table, scorer }: Parameters<typeof rank>[0],
  scored: ScoredClients,
  ranks: Uint32Array,
  { reasons }: RankOptions,
): Promise<RankedClient[]> {
  const rows = Array.from(ranks, (at) => scored.order[at] as number);
  const told =
    reasons === 0 || rows.length === 0
      ? []
      : createTeller(scorer, scored.spreads).raising(await readInputs(await table(), scorer, rows), reasons);
  return rows.map((row, k) => ({
    rank: (ranks[k] as number) + 1,
    ...clientAt(scored, row, scorer),
    reasons: told[k] ?? [],
  }));
}

function clientAt(
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
