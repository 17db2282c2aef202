/** Ranks clients by what is at stake, and says of those that are asked for why they are at risk. */
import { TidewatchError } from '../base/errors.ts';
import type { ExplainedReason } from '../core/reasons/row-explainer.ts';
import type { Table } from '../engine/port.ts';
import { createClientExplainer } from '../engine/rows/client-scorers.ts';
import { type CodedTexts, clientId } from '../engine/rows/read-clients.ts';
import {
  type ClientTotals,
  countClients,
  inputsOf,
  type ListName,
  type ScoredClients,
  totalsOf,
} from '../engine/rows/score-clients.ts';
import { type ScoredClient, scoredClient } from '../engine/rows/scored-client.ts';

export interface RankOptions {
  /** listed: clients who have not left. left: those who have. */
  readonly status: ListName;
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

export interface RankedClient extends ScoredClient {
  /** Place on its list, from 1. */
  readonly rank: number;
  /** Those that raise the risk, the strongest first. */
  readonly reasons: readonly ExplainedReason[];
}

export interface Ranking {
  readonly modelVersion: string;
  readonly threshold: number;
  /** expected-loss: probability times value, clients without a value after the others, by risk. */
  readonly rankedBy: 'expected-loss' | 'risk';
  /** Rows of the data; more than clients where these have several. */
  readonly rows: number;
  /** The list that was asked for. */
  readonly status: ListName;
  /** Clients listed and those who have left; of those listed, how many have no outcome yet. */
  readonly counts: { readonly listed: number; readonly left: number; readonly unknown: number };
  /** All clients of the list. */
  readonly all: ClientTotals;
  /** Those that fit owner, segment, minRisk and search. */
  readonly matching: ClientTotals;
  /** Owners and segments that there are, in alphabetical order, the first 500. */
  readonly owners: readonly string[];
  readonly segments: readonly string[];
  readonly clients: readonly RankedClient[];
}

const MAX_NAMES = 500;

/**
 * The clients asked for, from those scored before. The table is read again, no further than to the last of them,
 * and only where reasons are asked for and no values are held. Error `not-found` where the data has no such thing as owner or segment.
 */
export async function rank(
  deps: { readonly table: () => Promise<Table> },
  scored: ScoredClients,
  options: RankOptions,
): Promise<Ranking> {
  const { model } = scored.deployed;
  const { order, totals } = scored.lists[options.status];
  const filters = filtersOf(scored, options);
  const ranks = filters.length === 0 ? null : select(order, filters);
  const end = Math.min(options.offset + options.limit, ranks?.length ?? order.length);
  const page = Array.from({ length: Math.max(0, end - options.offset) }, (_, k) => options.offset + k);
  const told = page.map((at) => ranks?.[at] ?? at);
  const clients = Uint32Array.from(told, (rank) => order[rank] as number);
  const reasons = await reasonsOf(deps, scored, clients, options.reasons);
  return {
    modelVersion: model.version,
    threshold: model.threshold,
    rankedBy: scored.rankedBy,
    rows: scored.rows,
    status: options.status,
    counts: countClients(scored),
    all: totals,
    matching: ranks === null ? totals : totalsOf(scored, takeRanks(order, ranks), scored.deployed),
    owners: namesOf(scored.owners),
    segments: namesOf(scored.segments),
    clients: told.map((rank, k) => ({
      rank: rank + 1,
      ...scoredClient(scored, clients[k] as number),
      reasons: reasons[k] ?? [],
    })),
  };
}

type Filter = (client: number) => boolean;

/** What a client must fulfil, the cheapest first; none: every client fits. */
function filtersOf(scored: ScoredClients, options: RankOptions): Filter[] {
  const { minRisk, search } = options;
  return [
    ...nameFilter(scored.owners, 'owner', options.owner),
    ...nameFilter(scored.segments, 'segment', options.segment),
    ...(minRisk === null ? [] : [(client: number) => (scored.probabilities[client] as number) >= minRisk]),
    ...(search === null ? [] : [matcher(scored, search)]),
  ];
}

/** Ranks, from 0, of the clients that fit all filters, of which there is one at least. */
function select(order: Uint32Array, filters: readonly Filter[]): Uint32Array {
  const fits = filters.reduce((before, next) => (client) => before(client) && next(client));
  const ranks = new Uint32Array(order.length);
  let count = 0;
  for (let at = 0; at < order.length; at++) {
    if (fits(order[at] as number)) ranks[count++] = at;
  }
  return ranks.slice(0, count);
}

function takeRanks(order: Uint32Array, ranks: Uint32Array): Uint32Array {
  const clients = new Uint32Array(ranks.length);
  for (let k = 0; k < ranks.length; k++) clients[k] = order[ranks[k] as number] as number;
  return clients;
}

function matcher(scored: ScoredClients, part: string): Filter {
  return scored.ids?.containing(part) ?? ((client) => clientId(scored, client).includes(part));
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
  return [code < 0 ? () => false : (client) => coded.codes[client] === code];
}

function namesOf(coded: CodedTexts | null): string[] {
  return [...(coded?.names ?? [])].sort().slice(0, MAX_NAMES);
}

async function reasonsOf(
  { table }: Parameters<typeof rank>[0],
  scored: ScoredClients,
  clients: Uint32Array,
  most: number,
): Promise<readonly (readonly ExplainedReason[])[]> {
  if (most === 0 || clients.length === 0) return [];
  return createClientExplainer(scored).raising(await inputsOf(scored, table, clients), clients, most);
}
