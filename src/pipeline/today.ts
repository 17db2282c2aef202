/** How things stand today: the model, the data, the runs, and what somebody should do, in plain words. */
import { asTidewatchError } from '../base/errors.ts';
import type { Evaluation } from '../core/metrics/evaluate.ts';
import type { Estimate } from '../core/models/document.ts';
import { readSnapshotFile } from '../engine/snapshot-file.ts';
import type { CheckOutline, RunOutline, Store } from '../store/port.ts';
import { type LiveModel, readLiveModel } from './live-model.ts';
import type { Resources } from './resources.ts';
import { type RunEntry, runEntry } from './run-entry.ts';
import { runningNow } from './run-history.ts';
import { type Action, type Severity, todayActions, worstOf } from './today-actions.ts';

export interface Today {
  readonly at: string;
  readonly severity: Severity;
  readonly headline: string;
  readonly model: {
    readonly version: string;
    readonly learner: string;
    readonly liveSince: string;
    readonly f1: number;
    readonly f1Estimate: Estimate | null;
    readonly threshold: number;
  } | null;
  readonly data: {
    readonly snapshot: string;
    readonly rows: number;
    readonly since: string;
    readonly quarantined: number;
  } | null;
  readonly running: (RunEntry & { readonly step: string | null }) | null;
  readonly lastRun: RunEntry | null;
  readonly nextRun: string | null;
  readonly drift: {
    readonly at: string;
    readonly modelVersion: string;
    readonly rule: string;
    readonly drift: boolean;
    readonly observed: number | null;
    readonly expected: number | null;
    readonly rows: number;
    readonly reason: string;
  } | null;
  readonly actions: readonly Action[];
}

/** Reads the store and the deployment, and nothing of the data. A deployment that is damaged is told as an action. */
export async function today(resources: Resources, nextRun: Date | null): Promise<Today> {
  const store = await resources.store();
  const live = readLive(resources);
  const now = await runningNow(resources);
  const lastRun = await lastEnded(store);
  const facts = {
    at: resources.clock.now().toISOString(),
    model: live.model === null ? null : await modelOf(store, live.model),
    data: await dataOf(resources, store),
    running:
      now === null
        ? null
        : { ...now.run, step: now.steps.findLast(({ status }) => status === 'running')?.name ?? null },
    lastRun: lastRun === null ? null : runEntry(lastRun),
    nextRun: nextRun?.toISOString() ?? null,
    drift: driftOf(await store.checks({ limit: 1, kind: 'drift' })),
  };
  const actions = todayActions({ ...facts, damage: live.damage, inputFolder: inputFolder(resources) });
  return { ...facts, severity: worstOf(actions), headline: headlineOf(facts, actions), actions };
}

function readLive(resources: Resources): {
  readonly model: LiveModel | null;
  readonly damage: string | null;
} {
  try {
    return { model: readLiveModel(resources), damage: null };
  } catch (thrown) {
    return { model: null, damage: asTidewatchError(thrown).message };
  }
}

async function modelOf(store: Store, live: LiveModel): Promise<Today['model']> {
  const { model, deployed, f1 } = live;
  const score = await store.latestScore(model.version, 'test');
  return {
    version: model.version,
    learner: model.learner.kind,
    liveSince: deployed.manifest.deployedAt,
    f1,
    f1Estimate: (score?.metrics as Evaluation | undefined)?.metrics.f1 ?? null,
    threshold: model.threshold,
  };
}

async function dataOf(resources: Resources, store: Store): Promise<Today['data']> {
  const record = await store.latestSnapshot();
  if (record === null || readSnapshotFile(resources.workspace.paths.output) === null) return null;
  const { id, rows, createdAt, quarantined } = record;
  return { snapshot: id, rows, since: createdAt, quarantined };
}

/** The newest whole run that has ended. */
async function lastEnded(store: Store): Promise<RunOutline | null> {
  const newest = await store.runs({ limit: 2, verb: 'run' });
  return newest.find(({ status }) => status !== 'running') ?? null;
}

function driftOf([check]: readonly CheckOutline[]): Today['drift'] {
  if (check === undefined) return null;
  const { createdAt, modelVersion, rule, outcome, observed, expected, rows, reason } = check;
  return { at: createdAt, modelVersion, rule, drift: outcome, observed, expected, rows, reason };
}

function headlineOf(
  { model, data, drift }: Pick<Today, 'model' | 'data' | 'drift'>,
  actions: readonly Action[],
): string {
  const [first] = actions;
  if (first !== undefined && first.severity !== 'none') return first.text;
  if (model === null || data === null) return 'There is nothing to show yet.';
  const said =
    drift?.modelVersion === model.version
      ? 'the newest check found the model as good as it was when it went live'
      : 'a new model is live and has not been checked on newer data yet';
  return `All is well: ${said}, and ${data.rows} rows are in.`;
}

function inputFolder(resources: Resources): string {
  return resources.workspace.config.input_folder_path;
}
