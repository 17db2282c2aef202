/** The full process: a list of steps with its decisions; each step takes what the one before returned. */
import type { DuelReading } from '../../core/monitor/performance/duel.ts';
import type { CompileResult } from '../../engine/port.ts';
import { type LiveModel, summariseDeployment } from '../../steps/deploy.ts';
import { type KnownChanges, NO_CHANGES } from '../../steps/train/train-options.ts';
import type { FreshRows } from '../../steps/watch/watch.ts';
import { rankStep } from '../bound/client-scores.ts';
import {
  callStep,
  DIAGNOSE_ALL,
  diagnoseStep,
  readDependencies,
  reportStep,
} from '../bound/closing-steps.ts';
import { deployStep } from '../bound/deploy-step.ts';
import { detectStep, ignoredFiles, rememberFiles } from '../bound/detect-step.ts';
import { judgeStep } from '../bound/gate-step.ts';
import { ingestStep } from '../bound/ingest-step.ts';
import { changesAtAlarm } from '../bound/known-change.ts';
import { labelStep, type MadeLabels, settleLabels } from '../bound/label-step.ts';
import { publishStep } from '../bound/publish-step.ts';
import { pullStep } from '../bound/pull-step.ts';
import { asksForRecalibration, recalibrateStep } from '../bound/recalibrate-step.ts';
import { waitAfterRefusal } from '../bound/retrain-wait.ts';
import { scoreStep } from '../bound/score-step.ts';
import { trainStep } from '../bound/train-step.ts';
import { outcomesAreDue, watchStep } from '../bound/watch-step.ts';
import { type Current, currentOf, currentSnapshot, readCurrent } from '../current.ts';
import {
  challengeStep,
  decideChallenge,
  isOutgrown,
  type OpenChallenge,
  openChallengeOf,
  startChallenge,
} from '../models/challenge.ts';
import { scoreAndDeploy } from '../models/promote.ts';
import type { Resources, WithKeptRows, WithLive, WithModel, WithStore, WithTraining } from '../resources.ts';
import type { Asking } from '../states/gather-facts.ts';
import { standingSince } from '../states/standing.ts';
import { recoverLive } from './recover-live.ts';
import { forgetOld } from './retention.ts';
import { type Findings, noFindings, type RunSummary, summarise } from './run-summary.ts';
import type { Session, SessionEnd } from './session.ts';

/** What the whole process takes. */
export type ProcessResources = WithTraining &
  WithLive &
  Pick<Resources, 'apiKey' | 'env' | 'log' | 'renderer' | 'momentaryServer'>;

/** Does the whole process in a session and gives its result. */
export async function runProcess(
  resources: ProcessResources,
  session: Session,
): Promise<SessionEnd<RunSummary>> {
  const from = resources.clock.elapsedMs();
  const findings = noFindings();
  const live = await recoverLive(resources, session);
  const before = readCurrent(resources, () => live);
  findings.sources = await pullStep(resources, session);
  const labels = await labelStep(resources, session, before);
  const detection = await detectStep(resources, session, live);
  findings.ignored = ignoredFiles(resources);
  // A label that was said, taken back and said again is a file that was seen before.
  const isNew = detection.kind === 'new' || labels !== null;
  const isDue = !isNew && live !== null && (await outcomesAreDue(resources, live));
  const isWork = isNew || isDue || (live !== null && (await wasInterrupted(resources, session)));
  // Both take their time, which passes while the data is read.
  if (isWork) resources.renderer();
  const dependencies = isWork ? readDependencies(resources) : null;
  dependencies?.catch(() => undefined);
  const current = isNew
    ? await learn(resources, session, live, { labels, newFiles: detection.newFiles }, findings)
    : isDue
      ? await watchAgain(resources, session, live, before, findings)
      : before;
  const ranked = isWork ? await rankStep(resources, session, current) : null;
  if (isWork) await diagnoseStep(resources, session, DIAGNOSE_ALL, current, dependencies);
  const { standing, changed } = await standingSince(resources, askingOf(session, findings, current));
  if (isWork) {
    await closeWith([
      reportStep(resources, session, standing.states, current, ranked),
      callStep(resources, session, null, current),
    ]);
    await publishStep(resources, session, current, ranked);
  } else if (changed && live !== null) {
    // What the report says first is not so any more.
    await reportStep(resources, session, standing.states, current);
  }
  await forgetOld(resources);
  const seconds = (resources.clock.elapsedMs() - from) / 1000;
  const summary = summarise(session, current.live, findings, seconds);
  return { result: findings.result, summary: { ...summary, ...standing } };
}

/** The run as what asks how things stand: of its databases it knows best. */
function askingOf({ runId }: Session, { sources }: Findings, current: Current): Asking {
  const failedSources = sources.flatMap(({ name, error }) =>
    error === null ? [] : [{ name, message: error.message }],
  );
  return { runId, isRun: true, failedSources, current };
}

/** Waits for steps that go on at the same time: the report is drawn in a thread of its own while the API is called. */
async function closeWith(steps: readonly Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(steps);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Whether the run before this one ended too early, so that diagnoses, report or answers may be of an older state. */
async function wasInterrupted(resources: WithStore, session: Session): Promise<boolean> {
  const latest = await (await resources.store()).runs({ limit: 2, verb: 'run' });
  const before = latest.find(({ id }) => id !== session.runId);
  return before !== undefined && before.status !== 'succeeded';
}

/** Ingest, check, and where the model has drifted or there is none: retrain, score, gate, deploy. */
async function learn(
  resources: WithTraining & WithLive & Pick<Resources, 'log'>,
  session: Session,
  live: LiveModel | null,
  { labels, newFiles }: { readonly labels: MadeLabels | null; readonly newFiles: readonly string[] },
  findings: Findings,
): Promise<Current> {
  const compiled = await ingestStep(resources, session);
  findings.compiled = compiled;
  await settleLabels(resources, labels);
  const { snapshot } = compiled;
  const current = currentOf(live, snapshot);
  if (live === null) {
    await session.skip('watch', 'No model is deployed yet, so none can have drifted.');
    findings.result = 'first-deployment';
  }
  const now =
    live === null
      ? await replace(resources, session, current, findings)
      : await watchOver(resources, session, live, current, onlyNew(compiled, newFiles), findings);
  await rememberFiles(resources, compiled);
  return currentOf(now, snapshot);
}

/** Looks again at the data that is there: outcomes that were too young at the last look are final now. */
async function watchAgain(
  resources: WithTraining & WithLive,
  session: Session,
  live: LiveModel,
  before: Current,
  findings: Findings,
): Promise<Current> {
  await session.skip('ingest', 'No file is new, but outcomes that were too young are final now.');
  const now = await watchOver(resources, session, live, before, null, findings);
  return currentOf(now, before.snapshot);
}

/** The one accepted file that is new; null: there are more, or none. */
function onlyNew({ files }: CompileResult, newFiles: readonly string[]): string | null {
  const accepted = files.filter(({ name, status }) => status === 'accepted' && newFiles.includes(name));
  return accepted.length === 1 ? (accepted[0]?.name ?? null) : null;
}

/**
 * Checks for drift, lets the challenge that is open go on, and replaces the model where that has to be; what the
 * challenge has come to is what the run comes to. Returns the model that is live then.
 */
async function watchOver(
  resources: WithTraining & WithLive,
  session: Session,
  live: LiveModel,
  current: Current,
  newFile: string | null,
  findings: Findings,
): Promise<LiveModel | null> {
  const snapshot = currentSnapshot(resources, current);
  const challenge = await openChallengeOf(resources, session, live);
  const challenger = challenge?.model ?? null;
  const { check, fresh, leftOut } = await watchStep(resources, session, live, challenger, snapshot, newFile);
  findings.check = check;
  findings.unlabelled = leftOut.unlabelled;
  findings.result = 'no-drift';
  const answer =
    challenge === null
      ? null
      : await answerChallenge(resources, session, live, challenge, fresh, current, findings);
  if (answer !== null && answer.promoted !== null) return answer.promoted;
  if (!check.drift || (await isHeldByInputs(session, findings))) return live;
  const stays =
    challenge === null
      ? await waitsForMore(resources, session, live, findings)
      : answer?.outcome !== 'retire' && !(await isOutgrown(resources, challenge, snapshot.rows));
  return stays ? live : replace(resources, session, current, findings);
}

/** Whether the rows that a model would be trained on have a broken input: it would learn the fault. */
async function isHeldByInputs(session: Session, findings: Findings): Promise<boolean> {
  const broken = findings.check?.inputs?.alarms.find(({ severity }) => severity === 'broken');
  if (broken === undefined) return false;
  findings.waits =
    `Nothing is trained while an input is broken: ${broken.sentence} Send the file again in order; where the column is ` +
    'meant to be so from now on, train by hand: tidewatch train, score, deploy.';
  await session.skip('train', findings.waits);
  findings.result = 'input-broken';
  return true;
}

/** Whether a retrained model that was refused would only be made again. */
async function waitsForMore(
  resources: WithKeptRows,
  session: Session,
  live: LiveModel,
  findings: Findings,
): Promise<boolean> {
  if (findings.check === null) return false;
  const { newest } = await changesAtAlarm(resources, live, findings.check);
  const store = await resources.store();
  findings.waits = await waitAfterRefusal(store, live, findings.check, newest?.rows ?? null);
  if (findings.waits === null) return false;
  await session.skip('train', findings.waits);
  findings.result = 'challenger-refused';
  return true;
}

/** Goes on with the challenge; where its test has decided, the challenger goes live, `promoted`, or is given up. */
async function answerChallenge(
  resources: WithModel,
  session: Session,
  live: LiveModel,
  challenge: OpenChallenge,
  fresh: FreshRows,
  current: Current,
  findings: Findings,
): Promise<{ readonly outcome: DuelReading['outcome']; readonly promoted: LiveModel | null }> {
  const { record, model } = challenge;
  const reading = await challengeStep(resources, session, challenge, live, fresh);
  const { outcome, reason } = reading;
  findings.challenge = { challenger: record.challenger, ...reading };
  findings.result = 'challenger-shadowing';
  if (outcome === 'undecided') return { outcome, promoted: null };
  let promoted: LiveModel | null = null;
  if (outcome === 'promote') {
    promoted = (await scoreAndDeploy(resources, session, model, reason, current)).deployment;
    findings.deployment = summariseDeployment(promoted);
  }
  findings.result = promoted === null ? 'challenger-refused' : 'redeployed';
  await decideChallenge(resources, session, record, reading);
  return { outcome, promoted };
}

/** Trains a model and deploys it where the gate accepts it; returns the model that is live then. */
async function replace(
  resources: WithTraining & WithLive,
  session: Session,
  current: Current,
  findings: Findings,
): Promise<LiveModel | null> {
  const { live } = current;
  const { check } = findings;
  const changes = live === null || check === null ? NO_CHANGES : await changesAtAlarm(resources, live, check);
  const moved = live === null ? null : await moveRisks(resources, session, live, current, changes, findings);
  if (moved !== null) return moved;
  const { model, summary } = await trainStep(resources, session, current, changes);
  findings.unlabelled = summary.unlabelled;
  const score = await scoreStep(resources, session, { model }, current);
  const { f1, rows } = score;
  const isDated = typeof check?.risk?.changedAt === 'number';
  const { champion, verdict } = await judgeStep(resources, session, { model, f1, rows }, current, isDated);
  findings.challenger = score;
  findings.champion = champion;
  findings.gate = verdict;
  if (verdict.accepted) {
    const deployed = await deployStep(resources, session, { model, f1 }, check?.reason ?? verdict.reason);
    findings.deployment = summariseDeployment(deployed);
    if (live !== null) findings.result = 'redeployed';
    return deployed;
  }
  if (verdict.shadow && live !== null) await startChallenge(resources, session, live, model.version);
  findings.result = verdict.shadow ? 'challenger-shadowing' : 'challenger-refused';
  await session.skip('deploy', verdict.reason);
  return live;
}

/**
 * Where the base rate alone has changed: makes the live model live again with its risks moved, if that is enough; null
 * where it is not.
 */
async function moveRisks(
  resources: WithTraining & WithLive,
  session: Session,
  live: LiveModel,
  current: Current,
  { newest }: KnownChanges,
  findings: Findings,
): Promise<LiveModel | null> {
  if (findings.check === null || newest === null || !asksForRecalibration(findings.check)) return null;
  const { made } = await recalibrateStep(resources, session, live, current, newest);
  if (made === null) return null;
  const { model, reason } = made;
  const score = await scoreStep(resources, session, { model }, current);
  findings.challenger = score;
  findings.champion = made.champion;
  findings.gate = made.verdict;
  const deployed = await deployStep(resources, session, { model, f1: score.f1 }, reason);
  findings.deployment = summariseDeployment(deployed);
  findings.result = 'redeployed';
  return deployed;
}
