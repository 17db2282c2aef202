/** Clients at risk, bound to a workspace: those of the latest snapshot, or of data files, by the deployed model. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno, TidewatchError } from '../base/errors.ts';
import { normalizeId } from '../core/clients/client-id.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { createScorer, type Scorer } from '../core/models/scorer.ts';
import { type SingleChange, singleChanges } from '../core/reasons/single-change.ts';
import { listInputFolder } from '../engine/compile/input-folder.ts';
import { columnOf } from '../engine/contract.ts';
import { type FoldModels, readFoldModels } from '../engine/fold-models.ts';
import type { Snapshot, Table, TableContract, TableSource } from '../engine/port.ts';
import { clientOf } from '../engine/read-clients.ts';
import {
  countAbove,
  inputsOf,
  listOf,
  rankedByRisk,
  type ScoredClients,
  scoreClients,
  withOutcomes,
} from '../engine/score-clients.ts';
import { type ExplainOptions, type ExplainSubject, type Explanation, explain } from '../steps/explain.ts';
import { type Ranking, type RankOptions, rank } from '../steps/rank.ts';
import { orHeldOut } from './held-out-client.ts';
import type { Resources } from './resources.ts';
import { type SaidOutcomes, saidOutcomes, withSaidOutcomes } from './said-outcomes.ts';
import { currentSnapshot, readLiveModel } from './workspace-state.ts';

/** An answer with the data that it is about. */
export type Told<T> = T & {
  /** Id of the snapshot; null: data files. */
  readonly snapshot: string | null;
};

/** Clients to tell of. */
export interface ClientSource {
  /** Absolute path of a data file, or of a folder of them; null: the latest snapshot. */
  readonly data: string | null;
}

/** The clients of a snapshot as a model scored them, for a step that comes later. */
export interface ScoredSnapshot {
  readonly snapshot: string;
  readonly modelVersion: string;
  readonly scored: ScoredClients;
}

/**
 * Ranks the clients once and tells of them; `known` spares the scoring where it is of this snapshot and the live
 * model. Errors: `nothing-deployed`, `nothing-ingested`, those of `rank`.
 */
export function rankClientsOf(
  resources: Resources,
  source: ClientSource,
  options: RankOptions,
  known: ScoredSnapshot | null = null,
): Promise<Told<Ranking>> {
  return withClients(resources, source, (deps, scored) => rank(deps, scored, options), known);
}

/** Explains one client of the data. Errors as `rankClientsOf`, and `not-found` with the nearest ids, or where it is held out. */
export function explainClientOf(
  resources: Resources,
  source: ClientSource,
  subject: ExplainSubject,
  options: ExplainOptions,
): Promise<Told<Explanation>> {
  const id = 'id' in subject && source.data === null ? subject.id : null;
  return orHeldOut(resources, id, () =>
    withClients(resources, source, (deps, scored) => explain(deps, scored, subject, options)),
  );
}

interface Deps {
  readonly table: () => Promise<Table>;
}

/** The fold models of the live model, where it has kept them. */
export function foldsOf(
  { workspace }: Resources,
  { version }: Pick<ModelDocument, 'version'>,
): FoldModels | null {
  return readFoldModels(workspace.paths.output, version);
}

async function withClients<T>(
  resources: Resources,
  { data }: ClientSource,
  body: (deps: Deps, scored: ScoredClients) => Promise<T>,
  known: ScoredSnapshot | null = null,
): Promise<Told<T>> {
  const scorer = liveScorer(resources);
  const { contract } = resources;
  const snapshot = data === null ? currentSnapshot(resources) : null;
  const source: TableSource =
    snapshot === null
      ? { kind: 'files', paths: dataFiles(data ?? ''), contract, labels: 'optional' }
      : snapshotSource(snapshot, contract);
  const table = await (await resources.engine()).open(source);
  try {
    const isKnown = known?.snapshot === snapshot?.id && known?.modelVersion === scorer.model.version;
    const scored =
      known !== null && isKnown
        ? known.scored
        : await scoreClients(table, scorer, { folds: foldsOf(resources, scorer.model) });
    // Files are taken as they are: what people say is of the clients of the workspace.
    const now = snapshot === null ? scored : await withSaidOutcomes(await resources.store(), scored);
    return { ...(await body({ table: async () => table }, now)), snapshot: snapshot?.id ?? null };
  } finally {
    await table.close();
  }
}

/** The snapshot to read; `column-missing` where it lacks a column that the configuration has since named for clients. */
function snapshotSource(snapshot: Snapshot, contract: TableContract): TableSource {
  const known = new Set(snapshot.columns.map(({ name }) => name));
  const absent = (['id', 'value', 'owner', 'segment'] as const).flatMap((role) => {
    const name = columnOf(contract, role);
    return name === null || known.has(name) ? [] : [{ name, role }];
  });
  if (absent.length === 0) return { kind: 'snapshot', snapshot, contract };
  const names = absent.map(({ name, role }) => `"${name}" (${role})`).join(', ');
  throw new TidewatchError(
    'column-missing',
    `The latest snapshot was made without ${names}, which config.json names now. Run "tidewatch ingest" to read ` +
      'the input files again.',
    { details: { columns: absent.map(({ name }) => name), snapshot: snapshot.id } },
  );
}

function liveScorer(resources: Resources): Scorer {
  const live = readLiveModel(resources);
  if (live !== null) return createScorer(live.model);
  throw new TidewatchError(
    'nothing-deployed',
    'No model is deployed yet, so no client has a risk. "tidewatch run" trains and deploys one.',
  );
}

function dataFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (cause) {
    if (!isErrno(cause) || (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR')) throw cause;
    throw new TidewatchError('not-found', `There is no ${path}. Name a data file or a folder of them.`, {
      details: { path },
      cause,
    });
  }
  return listInputFolder(path).names.map((name) => join(path, name));
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
export function createRiskBook(resources: Resources): RiskBook {
  let held: { readonly key: string; readonly page: Promise<Page> } | null = null;
  const currentPage = (): Promise<Page> => {
    const snapshot = currentSnapshot(resources);
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
        return { ...(await reading((deps) => explain(deps, scored, subject, options))), snapshot };
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

/** Bytes of a size as memory_limit is written, such as "700MB" or "1.5 GiB". */
function bytesOf(size: string): number {
  return Number.parseFloat(size) * (size.includes('G') ? 1e9 : 1e6);
}

async function openPage(resources: Resources): Promise<Page> {
  const scorer = liveScorer(resources);
  const snapshot = currentSnapshot(resources);
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
  const heldBytes = bytesOf(resources.workspace.config.memory_limit) * HELD_SHARE;
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
