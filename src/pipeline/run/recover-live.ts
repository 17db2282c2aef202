/**
 * Puts the state store and the deployed files right, whichever of them is older or damaged. The files say what is live;
 * each deployment's folder holds all that a record of it needs.
 *
 * - A deployment that the store does not know is recorded, and so are those before it: the store was lost, is another
 *   one or an older copy, or a run was killed before it recorded what it had made live.
 * - A deployment that is not the last one recorded was put back with its folder: it is made live again as a deployment
 *   of its own, so that the history is right.
 * - Where a deployment is recorded and none is live, its folder was lost: its model is made live again from the store.
 * - Damaged files are replaced by the same model, from wherever it is whole, else by the newest deployment before it
 *   that is; where there is none either, it is as if none were live.
 */
import { relative } from 'node:path';
import type { ModelDocument } from '../../core/document/document.ts';
import { deploy, type LiveModel, modelRecordOf, type ScoredModel } from '../../steps/deploy.ts';
import { missedDeployments, previousModel } from '../models/deployment-history.ts';
import { ifWhole, liveModelOf, salvageModel, wholeLiveModel } from '../models/live-model.ts';
import { usableDocument } from '../models/stored-model.ts';
import type { Resources, WithLive } from '../resources.ts';
import { compiledAs } from '../workspace-state.ts';
import type { Session } from './session.ts';

/** The verb of a run of which no more is known than what it deployed. */
export const RECOVERED = 'recovered';

/** Times that lie so far in the future were made by another clock. */
const CLOCK_SLACK_MS = 5000;

/** The live model, once store and files agree; null where none is live and nothing whole could be put back. */
export async function recoverLive(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'log' | 'live' | 'store'>,
  session: Pick<Session, 'runId' | 'token'>,
): Promise<LiveModel | null> {
  const live = await recordLive(resources, session);
  if (live !== null) return live;
  const isLost = resources.live.currentId() === null;
  return isLost ? restoreLost(resources, session) : restore(resources, session);
}

export interface RecoverySummary {
  readonly run: string;
  /** Version of the model that is live then; null where none is. */
  readonly model: string | null;
  /** What was put right, each in a sentence. */
  readonly told: readonly string[];
}

/** The same as a verb. */
export async function recoverVerb(
  resources: WithLive & Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'log'>,
  session: Pick<Session, 'runId' | 'token'>,
): Promise<RecoverySummary> {
  const told: string[] = [];
  const { log } = resources;
  const warn: typeof log.warn = (details, message = '') => {
    told.push(message);
    log.warn(details, message);
  };
  const live = await recoverLive({ ...resources, log: { ...log, warn } }, session);
  return { run: session.runId, model: live?.model.version ?? null, told };
}

/** Lets the store know what is live, and gives it; null where none is live, and where its files are damaged. */
export async function recordLive(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'log' | 'live' | 'store'>,
  session: Pick<Session, 'runId' | 'token'>,
): Promise<LiveModel | null> {
  const about = { run: session.runId };
  if (resources.live.mend())
    resources.log.warn(about, 'the deployed files were a copy without links; they are links again');
  for (const missed of (await everyMissed(resources)).toReversed()) {
    await recordDeployed(resources, missed);
    const { id, modelVersion } = missed.deployed.manifest;
    resources.log.warn(about, `deployment ${id} of model ${modelVersion} was not recorded; it is now`);
  }
  await reportClocks(resources, session);
  const live = wholeLiveModel(resources);
  return live === null ? null : recordPutBack(resources, session, live);
}

/** The deployments that the store lacks, the newest first; those whose model is damaged are passed over. */
async function everyMissed(resources: WithLive): Promise<readonly LiveModel[]> {
  const missed: LiveModel[] = [];
  for await (const deployed of missedDeployments(resources)) {
    const whole = ifWhole(() => liveModelOf(deployed));
    if (whole !== null) missed.push(whole);
  }
  return missed;
}

async function recordDeployed(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'clock' | 'store'>,
  { deployed, model, f1 }: LiveModel,
): Promise<void> {
  const store = await resources.store();
  const { id, runId, modelVersion, deployedAt, reason } = deployed.manifest;
  if ((await store.run(runId)) === null) {
    const { version } = model.certificate;
    await store.startRun({ id: runId, verb: RECOVERED, trigger: 'command', version, startedAt: deployedAt });
    await store.finishRun(runId, { ...ENDED, finishedAt: deployedAt });
  }
  await recordCompiled(resources, model, runId);
  await store.recordModel(modelRecordOf(model, runId));
  await store.recordDeployment({ id, runId, modelVersion, deployedAt, f1, reason });
}

/** How a run ended of which no more is known than that it deployed a model. */
const ENDED = { status: 'succeeded', result: null, error: null, summary: null } as const;

/** The compiled data that the model was trained on, where it is still there; what was read for it is not known. */
async function recordCompiled(
  resources: Pick<Resources, 'workspace' | 'snapshots' | 'clock' | 'store'>,
  { certificate }: ModelDocument,
  runId: string,
): Promise<void> {
  const { workspace, clock } = resources;
  const store = await resources.store();
  const snapshot = compiledAs(resources, certificate.snapshot.id);
  if (snapshot === null || (await store.snapshot(snapshot.id)) !== null) return;
  const { id, rows, columns, parquetPath } = snapshot;
  await store.recordSnapshot({
    ...{ id, runId, rows, read: rows, duplicates: 0, quarantined: 0, columns },
    createdAt: clock.now().toISOString(),
    parquetPath: relative(workspace.root, parquetPath),
  });
}

/** Where the last deployment recorded is another one, what is live was put back: it is a deployment of its own. */
async function recordPutBack(
  resources: Pick<Resources, 'clock' | 'log' | 'live' | 'store'>,
  session: Pick<Session, 'runId' | 'token'>,
  live: LiveModel,
): Promise<LiveModel | null> {
  const { id } = live.deployed.manifest;
  const [newest] = await (await resources.store()).deployments({ limit: 1 });
  if (newest === undefined || newest.id === id) return live;
  const reason = `The deployed files are those of deployment ${id}, though ${newest.id} was recorded after it.`;
  return redeploy(resources, session, live, reason);
}

/** Makes something whole live in place of damaged files; null where nothing is whole. */
async function restore(
  resources: Pick<Resources, 'clock' | 'log' | 'live' | 'store'>,
  session: Pick<Session, 'runId' | 'token'>,
): Promise<LiveModel | null> {
  const id = resources.live.currentId() ?? '';
  const damage = `The files of deployment ${id} were damaged`;
  const same = await withScore(resources, await salvageModel(resources));
  if (same !== null) return redeploy(resources, session, same, `${damage}; the same model was put back.`);
  const before = await wholeBefore(resources, id);
  if (before !== null) {
    const reason = `${damage}, and its model is whole nowhere else; model ${before.model.version}, which was live before, was put back.`;
    return redeploy(resources, session, before, reason);
  }
  const kept = 'They stay in .deployments.';
  resources.log.warn(
    { run: session.runId },
    `${damage}, and no model that was live is whole: a new one is trained. ${kept}`,
  );
  return null;
}

/** Where a deployment is recorded its link was there: the folder was lost since. Null where none was, or none is whole. */
async function restoreLost(
  resources: Pick<Resources, 'clock' | 'log' | 'live' | 'store'>,
  session: Pick<Session, 'runId' | 'token'>,
): Promise<LiveModel | null> {
  const store = await resources.store();
  const [last] = await store.deployments({ limit: 1 });
  if (last === undefined) return null;
  const same = await withScore(resources, usableDocument(await store.model(last.modelVersion)));
  const scored = same ?? (await wholeBefore(resources, last.id));
  if (scored === null) return null;
  const which = same === null ? `model ${scored.model.version}, which was live before,` : 'its model';
  return redeploy(
    resources,
    session,
    scored,
    `The files of deployment ${last.id} were gone; ${which} was put back.`,
  );
}

/** The newest model of another deployment that is whole in the folder, else in the store. */
async function wholeBefore(resources: WithLive, id: string): Promise<ScoredModel | null> {
  for (const deployed of resources.live.history()) {
    const whole = deployed.manifest.id === id ? null : ifWhole(() => liveModelOf(deployed));
    if (whole !== null) return whole;
  }
  const version = await previousModel(resources);
  const record = version === null ? null : await (await resources.store()).model(version);
  return withScore(resources, usableDocument(record));
}

/** A model with the F1 that it went live with, else its newest one on the test data; null where none is known. */
async function withScore(resources: WithLive, model: ModelDocument | null): Promise<ScoredModel | null> {
  if (model === null) return null;
  const store = await resources.store();
  const manifest = resources.live.manifest();
  const told = manifest?.modelVersion === model.version ? manifest.f1 : null;
  const [deployed] = await store.deployments({ limit: 1, modelVersion: model.version });
  const f1 = told ?? deployed?.f1 ?? (await store.latestScore(model.version, 'test'))?.f1 ?? Number.NaN;
  return Number.isNaN(f1) ? null : { model, f1 };
}

async function redeploy(
  resources: Pick<Resources, 'clock' | 'log' | 'live' | 'store'>,
  { runId, token }: Pick<Session, 'runId' | 'token'>,
  scored: ScoredModel,
  reason: string,
): Promise<LiveModel> {
  const { live, clock, log } = resources;
  log.warn({ run: runId }, reason);
  return deploy({ live, clock, store: await resources.store() }, scored, { runId, token, reason });
}

/** The order is kept whatever the clocks say; that they disagree is worth knowing. */
async function reportClocks(
  { store: open, clock, log }: Pick<Resources, 'clock' | 'log' | 'store'>,
  { runId }: Pick<Session, 'runId' | 'token'>,
): Promise<void> {
  const store = await open();
  const before = (await store.runs({ limit: 2 })).find(({ id }) => id !== runId);
  const [deployed] = await store.deployments({ limit: 1 });
  const now = clock.now();
  const latest = [before?.startedAt, deployed?.deployedAt]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  if (latest === undefined || Date.parse(latest) <= now.getTime() + CLOCK_SLACK_MS) return;
  log.warn(
    { run: runId },
    `the newest record of the state store was made at ${latest}, but the clock of this machine says ${now.toISOString()}: ` +
      'set the clocks of the machines that work on this workspace. What is live, and the order of deployments, do not go by them',
  );
}
