/** Clients at risk as the server tells them: with what the last earlier scoring said of each, and as CSV. */
import type { RankedClient, Ranking, RankOptions } from '../../steps/rank.ts';
import type { WithKeptRows } from '../resources.ts';
import type { Told } from './client-risks.ts';
import { clientsCsvHeader, clientsCsvLines } from './clients-csv.ts';
import { earlierScoring, scoresAt } from './former-scores.ts';
import type { RiskBook } from './risk-book.ts';

/** A page of the clients at risk; what is left out lets every client through. */
export interface RiskQuery {
  /** Those who have not left (listed, unless said otherwise), or those who have. */
  readonly status?: RankOptions['status'] | undefined;
  readonly limit: number;
  readonly offset: number;
  readonly reasons: number;
  readonly sort?: Ranking['rankedBy'] | undefined;
  readonly owner?: string | undefined;
  readonly segment?: string | undefined;
  readonly minRisk?: number | undefined;
  /** Part of the id. */
  readonly q?: string | undefined;
}

export interface RankedAnswer extends Omit<Told<Ranking>, 'clients'> {
  /** The run whose scores the trend compares with; null where there is none. */
  readonly earlier: { readonly at: string; readonly modelVersion: string; readonly snapshot: string } | null;
  readonly clients: readonly (RankedClient & {
    /** Probability then; null where that run did not know the client. */
    readonly earlier: number | null;
  })[];
}

/** One page. Errors as those of the book. */
export async function rankedClients(
  resources: WithKeptRows,
  book: RiskBook,
  query: RiskQuery,
): Promise<RankedAnswer> {
  const { limit, offset, reasons, sort, owner = null, segment = null, minRisk = null, q = null } = query;
  const ranking = await book.rank({
    status: query.status ?? 'listed',
    limit,
    offset,
    reasons,
    owner,
    segment,
    minRisk,
    search: q,
    ...(sort === undefined ? {} : { sort }),
  });
  const scoring = await earlierScoring(await resources.store(), ranking);
  const scores = await scoresAt(
    resources,
    scoring,
    ranking.clients.map(({ id }) => id),
  );
  return {
    ...ranking,
    earlier:
      scoring === null
        ? null
        : { at: scoring.createdAt, modelVersion: scoring.modelVersion, snapshot: scoring.snapshotId },
    clients: ranking.clients.map((client, place) => ({ ...client, earlier: scores[place] ?? null })),
  };
}

/** Clients that are read at a time for a file. */
const CHUNK = 20_000;

/** Every client that fits, as CSV in chunks; limit and offset do not count. The first chunk comes with the header. */
export async function* clientsCsv(
  resources: WithKeptRows,
  book: RiskBook,
  query: RiskQuery,
): AsyncGenerator<string> {
  const options = { reasons: query.reasons, earlier: true };
  let head = `${clientsCsvHeader(options)}\n`;
  for (let offset = 0; ; offset += CHUNK) {
    const { clients, matching } = await rankedClients(resources, book, { ...query, limit: CHUNK, offset });
    yield head +
      clientsCsvLines(clients, options)
        .map((line) => `${line}\n`)
        .join('');
    head = '';
    if (offset + CHUNK >= matching.clients) return;
  }
}
