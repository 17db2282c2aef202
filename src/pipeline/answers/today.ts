/** How things stand today: the model, the data, the runs, and what somebody should do, in plain words. */
import type { Estimate } from '../../core/document/document.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import type { CheckOutline } from '../../store/port/checks.ts';
import type { RunOutline, RunStore } from '../../store/port/runs.ts';
import type { ScoreStore } from '../../store/port/scores.ts';
import type { SnapshotStore } from '../../store/port/snapshots.ts';
import { wholeLiveModel } from '../models/live-model.ts';
import type { Resources } from '../resources.ts';
import { type RunEntry, runEntry } from '../run/run-entry.ts';
import { runningNow } from '../run/run-history.ts';
import { isHeld } from '../states/gather-facts.ts';
import { standingNow } from '../states/standing.ts';
import type { Severity, State } from '../states/state.ts';

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
  /** The most urgent first; never empty. */
  readonly states: readonly State[];
  /** The states as one text each, for programs that read this list before there were states. */
  readonly actions: readonly (Pick<State, 'severity' | 'link'> & { readonly text: string })[];
}

/** Reads the store and the deployment, and nothing of the data. A deployment that is damaged is told as a state. */
export async function today(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'live' | 'store'>,
  nextRun: Date | null,
): Promise<Today> {
  const store = await resources.store();
  const live = wholeLiveModel(resources);
  const recorded = await runningNow(resources);
  // That of a process that was killed is recorded as running until the next run finds it.
  const now = recorded !== null && (await isHeld(resources, store)) ? recorded : null;
  const lastRun = await lastEnded(store);
  const standing = await standingNow(resources, null);
  return {
    at: resources.clock.now().toISOString(),
    ...standing,
    actions: standing.states.map(({ severity, sentence, action, link }) => ({
      severity,
      text: action === null ? sentence : `${sentence} ${action}`,
      link,
    })),
    model: live === null ? null : await modelOf(store, live),
    data: await dataOf(resources, store),
    running:
      now === null
        ? null
        : { ...now.run, step: now.steps.findLast(({ status }) => status === 'running')?.name ?? null },
    lastRun: lastRun === null ? null : runEntry(lastRun),
    nextRun: nextRun?.toISOString() ?? null,
    drift: driftOf(await store.checks({ limit: 1, kind: 'drift' })),
  };
}

async function modelOf(store: ScoreStore, live: LiveModel): Promise<Today['model']> {
  const { model, deployed, f1 } = live;
  const score = await store.latestScore(model.version, 'test');
  return {
    version: model.version,
    learner: model.learner.kind,
    liveSince: deployed.manifest.deployedAt,
    f1,
    f1Estimate: score?.metrics.metrics.f1 ?? null,
    threshold: model.threshold,
  };
}

async function dataOf(
  resources: Pick<Resources, 'snapshots' | 'workspace'>,
  store: SnapshotStore,
): Promise<Today['data']> {
  const record = await store.latestSnapshot();
  if (record === null || resources.snapshots.current(resources.workspace.paths.output) === null) return null;
  const { id, rows, createdAt, quarantined } = record;
  return { snapshot: id, rows, since: createdAt, quarantined };
}

/** The newest whole run that has ended. */
async function lastEnded(store: RunStore): Promise<RunOutline | null> {
  const newest = await store.runs({ limit: 2, verb: 'run' });
  return newest.find(({ status }) => status !== 'running') ?? null;
}

function driftOf([check]: readonly CheckOutline[]): Today['drift'] {
  if (check === undefined) return null;
  const { createdAt, modelVersion, rule, outcome, observed, expected, rows, reason } = check;
  return { at: createdAt, modelVersion, rule, drift: outcome, observed, expected, rows, reason };
}
