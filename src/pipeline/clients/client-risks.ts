/** Clients at risk, bound to a workspace: those of the latest snapshot, or of data files, by the deployed model. */
import { statSync } from 'node:fs';
import { isErrno, TidewatchError } from '../../base/errors.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { createScorer, type Scorer } from '../../core/scoring/scorer.ts';
import { type FoldModels, readFoldModels } from '../../engine/kept/fold-models.ts';
import type { Snapshot, Table, TableSource } from '../../engine/port.ts';
import { type ScoredClients, scoreClients } from '../../engine/rows/score-clients.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { TableContract } from '../../formats/contract/table-contract.ts';
import { listDataFiles } from '../../formats/input-folder.ts';
import { type ExplainOptions, type ExplainSubject, type Explanation, explain } from '../../steps/explain.ts';
import { type Ranking, type RankOptions, rank } from '../../steps/rank.ts';
import { type Current, currentSnapshot, readCurrent } from '../current.ts';
import { orHeldOut } from '../models/held-out-client.ts';
import type { Resources } from '../resources.ts';
import { withSaidOutcomes } from './said-outcomes.ts';

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
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
  source: ClientSource,
  options: RankOptions,
  current: Current = readCurrent(resources),
  known: ScoredSnapshot | null = null,
): Promise<Told<Ranking>> {
  return withClients(resources, source, current, (deps, scored) => rank(deps, scored, options), known);
}

/** Explains one client of the data. Errors as `rankClientsOf`, and `not-found` with the nearest ids, or where it is held out. */
export function explainClientOf(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
  source: ClientSource,
  subject: ExplainSubject,
  options: ExplainOptions,
): Promise<Told<Explanation>> {
  const id = 'id' in subject && source.data === null ? subject.id : null;
  return orHeldOut(resources, id, () =>
    withClients(resources, source, readCurrent(resources), (deps, scored) =>
      explain(deps, scored, subject, options),
    ),
  );
}

interface Deps {
  readonly table: () => Promise<Table>;
}

/** The fold models of the live model, where it has kept them. */
export function foldsOf(
  { workspace }: Pick<Resources, 'workspace'>,
  { version }: Pick<ModelDocument, 'version'>,
): FoldModels | null {
  return readFoldModels(workspace.paths.output, version);
}

async function withClients<T>(
  resources: Pick<Resources, 'workspace' | 'contract' | 'store' | 'engine'>,
  { data }: ClientSource,
  current: Current,
  body: (deps: Deps, scored: ScoredClients) => Promise<T>,
  known: ScoredSnapshot | null = null,
): Promise<Told<T>> {
  const scorer = await liveScorer(current);
  const { contract } = resources;
  const snapshot = data === null ? currentSnapshot(resources, current) : null;
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
export function snapshotSource(snapshot: Snapshot, contract: TableContract): TableSource {
  const known = new Set(snapshot.columns.map(({ name }) => name));
  const absent = (['id', 'value', 'owner', 'segment', 'time', 'target'] as const).flatMap((role) => {
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

export async function liveScorer(current: Current): Promise<Scorer> {
  const live = await current.served();
  if (live !== null) return createScorer(live);
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
  return listDataFiles(path, path);
}
