/** The clients of the latest snapshot, scored once and kept, for a server that is asked again and again. */
import { parseByteSize } from '../../base/byte-size.ts';
import { normalizeId } from '../../core/clients/client-id.ts';
import { type SingleChange, singleChanges } from '../../core/reasons/single-change.ts';
import type { Table } from '../../engine/port.ts';
import { clientOf } from '../../engine/rows/read-clients.ts';
import {
  countAbove,
  inputsOf,
  listOf,
  rankedByRisk,
  type ScoredClients,
  scoreClients,
  withOutcomes,
} from '../../engine/rows/score-clients.ts';
import { rowNamer } from '../../formats/contract/named-row.ts';
import { type ExplainOptions, type ExplainSubject, type Explanation, explain } from '../../steps/explain.ts';
import { type Ranking, type RankOptions, rank } from '../../steps/rank.ts';
import { currentSnapshot, readCurrent } from '../current.ts';
import { orHeldOut } from '../models/held-out-client.ts';
import type { Resources } from '../resources.ts';
import { foldsOf, liveScorer, snapshotSource, type Told } from './client-risks.ts';
import { type SaidOutcomes, saidOutcomes } from './said-outcomes.ts';

interface Deps {
  readonly table: () => Promise<Table>;
}

export interface RiskBook {
  /** `sort`: what goes first; expected-loss where it is left out and known. */
  rank(options: RankOptions & { readonly sort?: Ranking['rankedBy'] }): Promise<Told<Ranking>>;
  /** Single changes that would bring a client off the list; `changes` is empty for a client that is not on it. */
  changes(id: string): Promise<readonly SingleChange[]>;
  /** Whether there is a client of that id. */
  has(id: string): Promise<boolean>;
  /** How many clients are above each threshold, by the live model. */
  countAbove(thresholds: readonly number[]): Promise<readonly number[]>;
  explain(subject: ExplainSubject, options: ExplainOptions): Promise<Told<Explanation>>;
}

/**
 * The clients of the latest snapshot, scored and ranked once a deployment and snapshot and kept: some 90 bytes a
 * client, and 8 more for each input of the model where all of them are within an eighth of memory_limit. Every call
 * looks at both anew, and at what people said since; calls that come while the ranking is made wait for the one.
 */
export function createRiskBook(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
): RiskBook {
  let held: { readonly key: string; readonly page: Promise<Page> } | null = null;
  const nameRow = rowNamer(resources.contract);
  const currentPage = (): Promise<Page> => {
    const snapshot = currentSnapshot(resources, readCurrent(resources));
    const key = `${resources.live.currentId()}/${snapshot.id}`;
    if (held?.key === key) return held.page;
    const page = openPage(resources);
    held = { key, page };
    page.catch(() => {
      if (held?.page === page) held = null;
    });
    return page;
  };
  const current = async (): Promise<Omit<Page, 'view'> & View> => {
    const page = await currentPage();
    return { ...page, ...page.view(await saidOutcomes(await resources.store())) };
  };
  return {
    rank: async ({ sort, ...options }) => {
      const { snapshot, scored, byRisk, reading } = await current();
      const ordered = sort === 'risk' ? byRisk() : scored;
      return { ...(await reading((deps) => rank(deps, ordered, options))), snapshot };
    },
    changes: async (id) => {
      const { scored, reading } = await current();
      const client = clientOf(scored, normalizeId(id));
      if (client < 0 || listOf(scored, client) === 'left') return [];
      if (scored.deployed.classify(scored.probabilities[client] as number) === 0) return [];
      return reading(async ({ table }) =>
        singleChanges(
          scored.scorerOf(client),
          await inputsOf(scored, table, Uint32Array.of(client)),
          scored.spreads,
        ),
      );
    },
    has: async (id) => clientOf((await currentPage()).scored, normalizeId(id)) >= 0,
    countAbove: async (thresholds) => countAbove((await current()).scored, thresholds),
    explain: (subject, options) =>
      orHeldOut(resources, 'id' in subject ? subject.id : null, async () => {
        const { snapshot, scored, reading } = await current();
        const named = 'row' in subject ? { row: nameRow(subject.row) } : subject;
        return { ...(await reading((deps) => explain(deps, scored, named, options))), snapshot };
      }),
  };
}

/** Ranked clients. */
interface View {
  readonly scored: ScoredClients;
  /** The same in the order of risk, made when first asked for. */
  byRisk(): ScoredClients;
}

/** A ranking as the data tells it, with the way to the rows that it is of. */
interface Page {
  readonly snapshot: string;
  readonly scored: ScoredClients;
  /** With what people said since; the last one is kept. */
  view(said: SaidOutcomes): View;
  reading<T>(body: (deps: Deps) => Promise<T>): Promise<T>;
}

/** Share of memory_limit that values of clients may take. */
const HELD_SHARE = 1 / 8;

async function openPage(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
): Promise<Page> {
  const now = readCurrent(resources);
  const scorer = await liveScorer(now);
  const snapshot = currentSnapshot(resources, now);
  const source = snapshotSource(snapshot, resources.contract);
  const reading = async <T>(body: (deps: Deps) => Promise<T>): Promise<T> => {
    const opened: Promise<Table>[] = [];
    const table = async (): Promise<Table> => {
      opened[0] ??= resources.engine().then((engine) => engine.open(source));
      return opened[0];
    };
    try {
      return await body({ table });
    } finally {
      for (const each of opened) await (await each).close();
    }
  };
  const heldBytes = parseByteSize(resources.workspace.config.memory_limit) * HELD_SHARE;
  const scored = await reading(async ({ table }) =>
    scoreClients(await table(), scorer, { folds: foldsOf(resources, scorer.model), heldBytes }),
  );
  const byRisk = once(() => rankedByRisk(scored));
  let seen: (View & { readonly key: string }) | null = null;
  const view = ({ key, outcomes }: SaidOutcomes): View => {
    if (seen?.key === key) return seen;
    seen = {
      key,
      scored: withOutcomes(scored, outcomes),
      byRisk: once(() => withOutcomes(byRisk(), outcomes)),
    };
    return seen;
  };
  return { snapshot: snapshot.id, scored, view, reading };
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    if (made.length === 0) made.push(make());
    return made[0] as T;
  };
}
