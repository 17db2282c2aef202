/** The full process: a list of steps with its decisions. What each step does is in steps/. */
import type { DuelReading } from '../../core/monitor/performance/duel.ts';
import type { CompileResult, Snapshot } from '../../engine/port.ts';
import { type KnownChanges, NO_CHANGES } from '../../steps/train/train-options.ts';
import type { FreshRows } from '../../steps/watch/watch.ts';
import {
  deployStep,
  detectStep,
  ignoredFiles,
  ingestStep,
  judgeStep,
  rememberFiles,
  scoreStep,
  trainStep,
} from '../bound/bound-steps.ts';
import { rankStep } from '../bound/client-scores.ts';
import {
  callStep,
  DIAGNOSE_ALL,
  diagnoseStep,
  readDependencies,
  reportStep,
} from '../bound/closing-steps.ts';
import { changesAtAlarm } from '../bound/known-change.ts';
import { labelStep, type MadeLabels, settleLabels } from '../bound/label-step.ts';
import { publishStep } from '../bound/publish-step.ts';
import { pullStep } from '../bound/pull-step.ts';
import { asksForRecalibration, recalibrateStep } from '../bound/recalibrate-step.ts';
import { waitAfterRefusal } from '../bound/retrain-wait.ts';
import { outcomesAreDue, watchStep } from '../bound/watch-step.ts';
import {
  challengeStep,
  decideChallenge,
  isOutgrown,
  type OpenChallenge,
  openChallengeOf,
  startChallenge,
} from '../models/challenge.ts';
import { type LiveModel, readLiveModel } from '../models/live-model.ts';
import { scoreAndDeploy } from '../models/promote.ts';
import type { Resources } from '../resources.ts';
import type { Asking } from '../states/gather-facts.ts';
import { standingSince } from '../states/standing.ts';
import { currentSnapshot } from '../workspace-state.ts';
import { recoverLive } from './recover-live.ts';
import { forgetOld } from './retention.ts';
import { beginCourse, type Course, type RunSummary, summarise } from './run-summary.ts';
import type { Session, SessionEnd } from './session.ts';

/** Does the whole process in a session and gives its result. */
export async function runProcess(resources: Resources, session: Session): Promise<SessionEnd<RunSummary>> {
  const from = resources.clock.elapsedMs();
  const course = beginCourse();
  const live = await recoverLive(resources, session);
  course.sources = await pullStep(resources, session);
  const labels = await labelStep(resources, session);
  const detection = await detectStep(resources, session, live);
  course.ignored = ignoredFiles(resources);
  // A label that was said, taken back and said again is a file that was seen before.
  const isNew = detection.kind === 'new' || labels !== null;
  const isDue = !isNew && live !== null && (await outcomesAreDue(resources, live));
  const isWork = isNew || isDue || (live !== null && (await wasInterrupted(resources, session)));
  // Both take their time, which passes while the data is read.
  if (isWork) resources.renderer();
  const dependencies = isWork ? readDependencies(resources) : null;
  dependencies?.catch(() => undefined);
  if (isNew) await learn(resources, session, live, { labels, newFiles: detection.newFiles }, course);
  else if (isDue) await watchAgain(resources, session, live, course);
  const ranked = isWork ? await rankStep(resources, session) : null;
  if (isWork) await diagnoseStep(resources, session, DIAGNOSE_ALL, dependencies);
  const { standing, changed } = await standingSince(resources, askingOf(session, course));
  if (isWork) {
    await closeWith([
      reportStep(resources, session, standing.states, ranked),
      callStep(resources, session, null),
    ]);
    await publishStep(resources, session, ranked);
  } else if (changed && live !== null) {
    // What the report says first is not so any more.
    await reportStep(resources, session, standing.states);
  }
  await forgetOld(resources);
  const seconds = (resources.clock.elapsedMs() - from) / 1000;
  const summary = summarise(session, readLiveModel(resources), course, seconds);
  return { result: course.result, summary: { ...summary, ...standing } };
}

/** The run as what asks how things stand: of its databases it knows best. */
function askingOf({ runId }: Session, { sources }: Course): Asking {
  const failedSources = sources.flatMap(({ name, error }) =>
    error === null ? [] : [{ name, message: error.message }],
  );
  return { runId, isRun: true, failedSources };
}

/** Waits for steps that go on at the same time: the report is drawn in a thread of its own while the API is called. */
async function closeWith(steps: readonly Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(steps);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Whether the run before this one ended too early, so that diagnoses, report or answers may be of an older state. */
async function wasInterrupted(resources: Resources, session: Session): Promise<boolean> {
  const latest = await (await resources.store()).runs({ limit: 2, verb: 'run' });
  const before = latest.find(({ id }) => id !== session.runId);
  return before !== undefined && before.status !== 'succeeded';
}

/** Ingest, check, and where the model has drifted or there is none: retrain, score, gate, deploy. */
async function learn(
  resources: Resources,
  session: Session,
  live: LiveModel | null,
  { labels, newFiles }: { readonly labels: MadeLabels | null; readonly newFiles: readonly string[] },
  course: Course,
): Promise<void> {
  const compiled = await ingestStep(resources, session);
  course.compiled = compiled;
  await settleLabels(resources, labels);
  if (live === null) {
    await session.skip('watch', 'No model is deployed yet, so none can have drifted.');
    course.result = 'first-deployment';
    await replace(resources, session, live, course);
  } else if (
    await mustRetrain(resources, session, live, compiled.snapshot, onlyNew(compiled, newFiles), course)
  ) {
    await replace(resources, session, live, course);
  }
  await rememberFiles(resources, compiled);
}

/** Looks again at the data that is there: outcomes that were too young at the last look are final now. */
async function watchAgain(
  resources: Resources,
  session: Session,
  live: LiveModel,
  course: Course,
): Promise<void> {
  await session.skip('ingest', 'No file is new, but outcomes that were too young are final now.');
  if (await mustRetrain(resources, session, live, currentSnapshot(resources), null, course)) {
    await replace(resources, session, live, course);
  }
}

/** The one accepted file that is new; null: there are more, or none. */
function onlyNew({ files }: CompileResult, newFiles: readonly string[]): string | null {
  const accepted = files.filter(({ name, status }) => status === 'accepted' && newFiles.includes(name));
  return accepted.length === 1 ? (accepted[0]?.name ?? null) : null;
}

/** Checks for drift, and lets the challenge that is open go on: what it has come to is what the run comes to. */
async function mustRetrain(
  resources: Resources,
  session: Session,
  live: LiveModel,
  snapshot: Snapshot,
  newFile: string | null,
  course: Course,
): Promise<boolean> {
  const challenge = await openChallengeOf(resources, session, live);
  const challenger = challenge?.model ?? null;
  const { check, fresh, leftOut } = await watchStep(resources, session, live, challenger, snapshot, newFile);
  course.check = check;
  course.unlabelled = leftOut.unlabelled;
  course.result = 'no-drift';
  if (challenge === null) {
    if (!check.drift || (await isHeldByInputs(session, course))) return false;
    return !(await waitsForMore(resources, session, live, course));
  }
  const outcome = await answerChallenge(resources, session, live, challenge, fresh, course);
  if (outcome === 'promote' || !check.drift || (await isHeldByInputs(session, course))) return false;
  return outcome === 'retire' || (await isOutgrown(resources, challenge, snapshot.rows));
}

/** Whether the rows that a model would be trained on have a broken input: it would learn the fault. */
async function isHeldByInputs(session: Session, course: Course): Promise<boolean> {
  const broken = course.check?.inputs?.alarms.find(({ severity }) => severity === 'broken');
  if (broken === undefined) return false;
  course.waits =
    `Nothing is trained while an input is broken: ${broken.sentence} Send the file again in order; where the column is ` +
    'meant to be so from now on, train by hand: tidewatch train, score, deploy.';
  await session.skip('train', course.waits);
  course.result = 'input-broken';
  return true;
}

/** Whether a retrained model that was refused would only be made again. */
async function waitsForMore(
  resources: Resources,
  session: Session,
  live: LiveModel,
  course: Course,
): Promise<boolean> {
  if (course.check === null) return false;
  const { newest } = await changesAtAlarm(resources, live, course.check);
  course.waits = await waitAfterRefusal(await resources.store(), live, course.check, newest?.rows ?? null);
  if (course.waits === null) return false;
  await session.skip('train', course.waits);
  course.result = 'challenger-refused';
  return true;
}

/** Goes on with the challenge; where its test has decided, the challenger goes live or is given up. */
async function answerChallenge(
  resources: Resources,
  session: Session,
  live: LiveModel,
  challenge: OpenChallenge,
  fresh: FreshRows,
  course: Course,
): Promise<DuelReading['outcome']> {
  const { record, model } = challenge;
  const reading = await challengeStep(resources, session, challenge, live, fresh);
  course.challenge = { challenger: record.challenger, ...reading };
  course.result = 'challenger-shadowing';
  if (reading.outcome === 'undecided') return reading.outcome;
  if (reading.outcome === 'promote') {
    course.deployment = (await scoreAndDeploy(resources, session, model, reading.reason)).deployment;
    course.result = 'redeployed';
  } else {
    course.result = 'challenger-refused';
  }
  await decideChallenge(resources, session, record, reading);
  return reading.outcome;
}

async function replace(
  resources: Resources,
  session: Session,
  live: LiveModel | null,
  course: Course,
): Promise<void> {
  const changes =
    live === null || course.check === null ? NO_CHANGES : await changesAtAlarm(resources, live, course.check);
  if (live !== null && (await hasMovedRisks(resources, session, live, changes, course))) return;
  course.unlabelled = (await trainStep(resources, session, changes)).unlabelled;
  const challenger = await scoreStep(resources, session);
  const isDated = typeof course.check?.risk?.changedAt === 'number';
  const { champion, verdict } = await judgeStep(resources, session, live, challenger, isDated);
  course.challenger = challenger;
  course.champion = champion;
  course.gate = verdict;
  if (verdict.accepted) {
    course.deployment = await deployStep(resources, session, course.check?.reason ?? verdict.reason);
    if (live !== null) course.result = 'redeployed';
    return;
  }
  if (verdict.shadow && live !== null) await startChallenge(resources, session, live, challenger.model);
  course.result = verdict.shadow ? 'challenger-shadowing' : 'challenger-refused';
  await session.skip('deploy', verdict.reason);
}

/** Where the base rate alone has changed: makes the live model live again with its risks moved, if that is enough. */
async function hasMovedRisks(
  resources: Resources,
  session: Session,
  live: LiveModel,
  { newest }: KnownChanges,
  course: Course,
): Promise<boolean> {
  if (course.check === null || newest === null || !asksForRecalibration(course.check)) return false;
  const { made } = await recalibrateStep(resources, session, live, newest);
  if (made === null) return false;
  course.challenger = await scoreStep(resources, session);
  course.champion = made.champion;
  course.gate = made.verdict;
  course.deployment = await deployStep(resources, session, made.reason);
  course.result = 'redeployed';
  return true;
}
