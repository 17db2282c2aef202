/** Gathers what the states follow from: out of the store, the deployment and the input folder, and nothing of the data. */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asTidewatchError } from '../../base/errors.ts';
import type { ChallengeStore } from '../../store/port/challenges.ts';
import type { CheckStore } from '../../store/port/checks.ts';
import type { FileStore } from '../../store/port/files.ts';
import type { LeaseStore } from '../../store/port/leases.ts';
import type { RunOutline } from '../../store/port/runs.ts';
import type { ScoringStore } from '../../store/port/scorings.ts';
import type { SnapshotStore } from '../../store/port/snapshots.ts';
import type { Current } from '../current.ts';
import { readLiveModel } from '../models/live-model.ts';
import type { Resources } from '../resources.ts';
import { parseOwner } from '../run/lock-owner.ts';
import { runEntry } from '../run/run-entry.ts';
import { RUN_LEASE } from '../run/run-lock.ts';
import type { Session } from '../run/session.ts';
import type { CheckFacts, DataFacts, Facts, RefusedFile } from './facts.ts';
import { readCheckFacts } from './read-check.ts';
import { readSaid } from './said.ts';

/** The run or command that asks. */
export interface Asking {
  readonly runId: string;
  /** The whole process: then the run before it is over and done with. */
  readonly isRun: boolean;
  /** What it has found of the databases that rows come from; null: it has asked none. */
  readonly failedSources: Facts['failedSources'];
  /** The live model and the snapshot, where it has them; what it has not is read. */
  readonly current?: Pick<Current, 'live' | 'snapshot'>;
}

/** A command of its own, such as "watch" or "report". */
export function askingOf({ runId }: Pick<Session, 'runId'>): Asking {
  return { runId, isRun: false, failedSources: [] };
}

type Known = Pick<Resources, 'workspace' | 'snapshots' | 'clock' | 'live' | 'store'>;

/** Files that the system itself puts into the input folder: they are no delivery. */
const OWN_FILES = ['readmitted-', 'outcomes-'];
/** One more than the waits between them that are looked at. */
const ARRIVALS = 11;
/** Refused files that are looked for. */
const MAX_REFUSED = 100;
/** Checks among which one with new rows is looked for. */
const MAX_CHECKS = 50;
/** Newest runs and commands that are looked at. */
const MAX_RUNS = 50;

/** `asking`: null where it is no run that asks, but somebody who wants to know. Errors of the store pass through. */
export async function gatherFacts(resources: Known, asking: Asking | null): Promise<Facts> {
  const { clock, workspace } = resources;
  const { config } = workspace;
  const store = await resources.store();
  const { model, damage } = readLive(resources, asking);
  const newest = (await store.runs({ limit: MAX_RUNS })).filter(({ id }) => id !== asking?.runId);
  const ended = (await store.runs({ limit: 10, verb: 'run' })).filter(
    ({ id, status }) => id !== asking?.runId && status !== 'running',
  );
  const succeeded = ended.find(({ status }) => status === 'succeeded') ?? null;
  const before = readSaid(succeeded === null ? null : (await store.run(succeeded.id))?.summary);
  const [latest] = newest;
  const isRunning = latest?.status === 'running';
  const isAlive = isRunning && (await isHeld(resources, store));
  const last = isRunning && !isAlive && latest.verb === 'run' ? interrupted(latest) : (ended[0] ?? null);
  const lastRun = asking?.isRun === true ? null : last;
  const newestCheck = await store.latestCheck('drift');
  const check = newestCheck === null ? null : readCheckFacts(newestCheck);
  return {
    at: clock.now().toISOString(),
    inputFolder: config.input_folder_path,
    damage,
    model,
    data: await dataFacts(resources, store, asking),
    lastRun: lastRun === null ? null : runEntry(lastRun),
    running: isAlive ? { id: latest.id, verb: latest.verb, startedAt: latest.startedAt } : null,
    check,
    checkBefore: check === null || hasSeenRows(check) ? null : await checkBefore(store),
    refused: await refusedFiles(resources, store),
    deliveries: {
      times: await store.arrivals(relative(workspace.root, workspace.paths.input), ARRIVALS, OWN_FILES),
      overdueDays: config.data_overdue_days,
    },
    challenge: await challengeOf(store, model?.version ?? null),
    refusal: await refusalOf(store, model?.liveSince ?? null),
    failedSources: asking?.isRun === true ? asking.failedSources : (before?.failedSources ?? []),
    failedVerbs: asking?.isRun === true ? [] : failedVerbs(newest),
    before: before?.states ?? [],
  };
}

function hasSeenRows({ inputs, rows, unlabelled }: CheckFacts): boolean {
  return inputs !== null || rows > 0 || unlabelled > 0;
}

/** The newest check that saw a new row: the last of a model sees those of the ones before it. */
async function checkBefore(store: CheckStore): Promise<CheckFacts | null> {
  const checks = await store.checks({ limit: MAX_CHECKS, kind: 'drift' });
  for (const version of new Set(checks.map(({ modelVersion }) => modelVersion))) {
    const record = await store.latestCheck('drift', version);
    const check = record === null ? null : readCheckFacts(record);
    if (check !== null && hasSeenRows(check)) return check;
  }
  return null;
}

function readLive(resources: Known, asking: Asking | null): Pick<Facts, 'model' | 'damage'> {
  try {
    const live = asking?.current?.live ?? readLiveModel(resources);
    if (live === null) return { model: null, damage: null };
    const { manifest } = live.deployed;
    return { model: { version: live.model.version, liveSince: manifest.deployedAt }, damage: null };
  } catch (thrown) {
    return { model: null, damage: asTidewatchError(thrown).message };
  }
}

/** Null where nothing is compiled, whatever the store remembers. */
async function dataFacts(
  { workspace, snapshots }: Known,
  store: SnapshotStore & ScoringStore,
  asking: Asking | null,
): Promise<DataFacts | null> {
  const record = await store.latestSnapshot();
  const isThere = () => (asking?.current?.snapshot ?? snapshots.current(workspace.paths.output)) !== null;
  if (record === null || !isThere()) return null;
  const { id, rows, read, quarantined, createdAt } = record;
  const [scoring] = await store.scorings(1);
  const clients = scoring?.snapshotId === id ? scoring.clients : null;
  return { rows, read, quarantined, since: createdAt, clients };
}

/** One that is not in the input folder any more was taken away. */
async function refusedFiles({ workspace }: Known, store: FileStore): Promise<readonly RefusedFile[]> {
  const ingestion = await store.latestIngestion();
  if (ingestion === null) return [];
  const rejected = await store.rejectedFiles(ingestion.runId, MAX_REFUSED);
  return rejected
    .filter(({ name }) => existsSync(join(workspace.paths.input, name)))
    .map(({ name, reason, since }) => ({ name, since, reason: reason ?? 'No reason was recorded.' }));
}

/**
 * Whether the process of the run that says to be running can be alive: its lock is held, and not by a process of this
 * machine that has ended.
 */
export async function isHeld(
  { clock }: Pick<Known, 'clock'>,
  store: Pick<LeaseStore, 'leaseHolder'>,
): Promise<boolean> {
  const holder = await store.leaseHolder(RUN_LEASE, clock.now());
  return holder !== null && !parseOwner(holder.owner).hasEnded;
}

/** The next run will record it so. */
function interrupted(run: RunOutline): RunOutline {
  return { ...run, status: 'abandoned' };
}

async function refusalOf(store: CheckStore, liveSince: string | null): Promise<Facts['refusal']> {
  if (liveSince === null) return null;
  const [gate] = await store.checks({ limit: 1, kind: 'gate' });
  if (gate === undefined || gate.outcome || gate.createdAt < liveSince) return null;
  return { at: gate.createdAt, reason: gate.reason };
}

async function challengeOf(store: ChallengeStore, liveVersion: string | null): Promise<Facts['challenge']> {
  const open = await store.openChallenge();
  if (open === null || open.champion !== liveVersion) return null;
  const { challenger, rows, openedAt } = open;
  return { challenger, rows, openedAt };
}

/** Commands whose newest run failed, and after which no whole run has succeeded. */
function failedVerbs(newest: readonly RunOutline[]): Facts['failedVerbs'] {
  const seen = new Set<string>();
  const failed: RunOutline[] = [];
  for (const run of newest) {
    if (run.verb === 'run' && run.status === 'succeeded') break;
    if (run.status === 'running' || seen.has(run.verb)) continue;
    seen.add(run.verb);
    if (run.verb !== 'run' && run.status !== 'succeeded') failed.push(run);
  }
  return failed.map(runEntry);
}
