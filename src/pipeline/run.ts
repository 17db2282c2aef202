/** The full process: a list of steps with its decisions. What each step does is in steps/. */
import type { DuelReading } from '../core/monitor/performance/duel.ts';
import type { CompileResult, FileReport, RowCounts, Snapshot } from '../engine/port.ts';
import type { DeploySummary } from '../steps/deploy.ts';
import type { ScoreSummary } from '../steps/score.ts';
import { type KnownChanges, NO_CHANGES } from '../steps/train/train-options.ts';
import type { DriftCheck } from '../steps/watch/drift-check.ts';
import type { FreshRows } from '../steps/watch/watch.ts';
import type { RunResult } from '../store/port.ts';
import {
  deployStep,
  detectStep,
  ingestStep,
  judgeStep,
  rememberFiles,
  scoreStep,
  trainStep,
} from './bound-steps.ts';
import {
  challengeStep,
  decideChallenge,
  isOutgrown,
  type OpenChallenge,
  openChallengeOf,
  startChallenge,
} from './challenge.ts';
import { rankStep } from './client-scores.ts';
import { callStep, DIAGNOSE_ALL, diagnoseStep, readDependencies, reportStep } from './closing-steps.ts';
import type { GateVerdict } from './gate.ts';
import { changesAtAlarm } from './known-change.ts';
import { labelStep, type MadeLabels, settleLabels } from './label-step.ts';
import { type LiveModel, readLiveModel } from './live-model.ts';
import { scoreAndDeploy } from './promote.ts';
import { publishStep } from './publish-step.ts';
import { pullStep, type SourcePull } from './pull-step.ts';
import { asksForRecalibration, recalibrateStep } from './recalibrate-step.ts';
import { recoverLive } from './recover-live.ts';
import type { Resources } from './resources.ts';
import { forgetOld } from './retention.ts';
import { waitAfterRefusal } from './retrain-wait.ts';
import type { Session, SessionEnd, StepSummary } from './session.ts';
import { outcomesAreDue, watchStep } from './watch-step.ts';
import { currentSnapshot } from './workspace-state.ts';

export interface RunSummary {
  readonly run: string;
  readonly result: RunResult;
  readonly startedAt: string;
  readonly seconds: number;
  /** Null where nothing was ingested. */
  readonly rows: RowCounts | null;
  /** Rows of the snapshot whose outcome is not known yet, in later rows neither; null where nothing was ingested. */
  readonly unlabelled: number | null;
  readonly files: readonly FileReport[];
  /** What came of each database that rows come from. */
  readonly sources: readonly SourcePull[];
  readonly score: {
    /** F1 of the deployed model on the new rows; null where nothing was checked. */
    readonly new: number | null;
    /** F1 of the model that is live when the run ends, on the test data. */
    readonly deployed: number | null;
    /** F1 of the retrained model on the test data; null where nothing was trained. */
    readonly challenger: number | null;
    /** F1 of the model that was live before, on the same test data; null where nothing was trained or live. */
    readonly champion: number | null;
  };
  /** The model that is live when the run ends. */
  readonly model: { readonly version: string; readonly learner: string } | null;
  readonly check: DriftCheck | null;
  readonly gate: GateVerdict | null;
  /** What the next retraining waits for after a refusal; null where it does not wait. */
  readonly waits: string | null;
  /** How the challenge that was open stood after the new rows; null where none was. */
  readonly challenge: (DuelReading & { readonly challenger: string }) | null;
  readonly deployment: DeploySummary | null;
  readonly steps: readonly StepSummary[];
}

/** What the decisions have come to so far. */
interface Course {
  result: RunResult;
  sources: readonly SourcePull[];
  compiled: CompileResult | null;
  unlabelled: number | null;
  check: DriftCheck | null;
  challenger: ScoreSummary | null;
  champion: number | null;
  gate: GateVerdict | null;
  waits: string | null;
  challenge: RunSummary['challenge'];
  deployment: DeploySummary | null;
}

/** Does the whole process in a session and gives its result. */
export async function runProcess(resources: Resources, session: Session): Promise<SessionEnd<RunSummary>> {
  const from = resources.clock.elapsedMs();
  const course: Course = {
    result: 'no-new-data',
    sources: [],
    compiled: null,
    unlabelled: null,
    check: null,
    challenger: null,
    champion: null,
    gate: null,
    waits: null,
    challenge: null,
    deployment: null,
  };
  const live = await recoverLive(resources, session);
  course.sources = await pullStep(resources, session);
  const labels = await labelStep(resources, session);
  const detection = await detectStep(resources, session, live);
  // A label that was said, taken back and said again is a file that was seen before.
  const isNew = detection.kind === 'new' || labels !== null;
  const isDue = !isNew && live !== null && (await outcomesAreDue(resources, live));
  if (isNew || isDue || (live !== null && (await wasInterrupted(resources, session)))) {
    // Both take their time, which passes while the data is read.
    resources.renderer();
    const dependencies = readDependencies(resources);
    dependencies.catch(() => undefined);
    if (isNew) await learn(resources, session, live, { labels, newFiles: detection.newFiles }, course);
    else if (isDue) await watchAgain(resources, session, live, course);
    const ranked = await rankStep(resources, session);
    await diagnoseStep(resources, session, DIAGNOSE_ALL, dependencies);
    await closeWith([reportStep(resources, session, ranked), callStep(resources, session, null)]);
    await publishStep(resources, session, ranked);
  }
  await forgetOld(resources);
  const seconds = (resources.clock.elapsedMs() - from) / 1000;
  return { result: course.result, summary: summarise(session, readLiveModel(resources), course, seconds) };
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
  await rememberFiles(resources, compiled.files);
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
  if (challenge === null) return check.drift && !(await waitsForMore(resources, session, live, course));
  const outcome = await answerChallenge(resources, session, live, challenge, fresh, course);
  if (outcome === 'promote' || !check.drift) return false;
  return outcome === 'retire' || (await isOutgrown(resources, challenge, snapshot.rows));
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
  const { champion, verdict } = await judgeStep(resources, session, live, challenger);
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

function summarise(session: Session, live: LiveModel | null, course: Course, seconds: number): RunSummary {
  return {
    run: session.runId,
    result: course.result,
    startedAt: session.startedAt,
    seconds,
    rows: course.compiled?.rows ?? null,
    unlabelled: course.unlabelled ?? course.compiled?.unlabelled ?? null,
    files: course.compiled?.files ?? [],
    sources: course.sources,
    score: {
      new: course.check?.observed ?? null,
      deployed: live?.f1 ?? null,
      challenger: course.challenger?.f1 ?? null,
      champion: course.champion,
    },
    model: live === null ? null : { version: live.model.version, learner: live.model.learner.kind },
    check: course.check,
    gate: course.gate,
    waits: course.waits,
    challenge: course.challenge,
    deployment: course.deployment,
    steps: session.steps,
  };
}
