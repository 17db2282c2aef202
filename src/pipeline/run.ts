/** The full process: a list of steps with its decisions. What each step does is in steps/. */
import type { CompileResult, FileReport, RowCounts } from '../engine/port.ts';
import type { DeploySummary } from '../steps/deploy.ts';
import type { ScoreSummary } from '../steps/score.ts';
import type { DriftCheck } from '../steps/watch/watch.ts';
import type { RunResult } from '../store/port.ts';
import {
  deployStep,
  detectStep,
  ingestStep,
  judgeStep,
  rememberFiles,
  scoreStep,
  trainStep,
  watchStep,
} from './bound-steps.ts';
import { callStep, DIAGNOSE_ALL, diagnoseStep, readDependencies, reportStep } from './closing-steps.ts';
import type { GateVerdict } from './gate.ts';
import type { Resources } from './resources.ts';
import type { Session, SessionEnd, StepSummary } from './session.ts';
import { type LiveModel, readLiveModel } from './workspace-state.ts';

export interface RunSummary {
  readonly run: string;
  readonly result: RunResult;
  readonly startedAt: string;
  readonly seconds: number;
  /** Null where nothing was ingested. */
  readonly rows: RowCounts | null;
  readonly files: readonly FileReport[];
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
  readonly deployment: DeploySummary | null;
  readonly steps: readonly StepSummary[];
}

/** What the decisions have come to so far. */
interface Course {
  result: RunResult;
  compiled: CompileResult | null;
  check: DriftCheck | null;
  challenger: ScoreSummary | null;
  champion: number | null;
  gate: GateVerdict | null;
  deployment: DeploySummary | null;
}

/** Does the whole process in a session and gives its result. */
export async function runProcess(resources: Resources, session: Session): Promise<SessionEnd<RunSummary>> {
  const from = resources.clock.elapsedMs();
  const course: Course = {
    result: 'no-new-data',
    compiled: null,
    check: null,
    challenger: null,
    champion: null,
    gate: null,
    deployment: null,
  };
  const live = readLiveModel(resources);
  if (live !== null) await recordMissedDeployment(resources, live);
  const detection = await detectStep(resources, session, live);
  const isNew = detection.kind === 'new';
  if (isNew || (live !== null && (await wasInterrupted(resources, session)))) {
    // Both take their time, which passes while the data is read.
    resources.renderer();
    const dependencies = readDependencies(resources);
    dependencies.catch(() => undefined);
    if (isNew) await learn(resources, session, live, course);
    await diagnoseStep(resources, session, DIAGNOSE_ALL, dependencies);
    await reportStep(resources, session);
    await callStep(resources, session, null);
  }
  const seconds = (resources.clock.elapsedMs() - from) / 1000;
  return { result: course.result, summary: summarise(session, readLiveModel(resources), course, seconds) };
}

/** A run that was killed between going live and saying so left a deployment without a record; it gets one. */
async function recordMissedDeployment(resources: Resources, live: LiveModel): Promise<void> {
  const { id, runId, modelVersion, deployedAt, reason } = live.deployed.manifest;
  const store = await resources.store();
  const [latest] = await store.deployments({ limit: 1 });
  if (latest?.id !== id)
    await store.recordDeployment({ id, runId, modelVersion, deployedAt, f1: live.f1, reason });
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
  course: Course,
): Promise<void> {
  const compiled = await ingestStep(resources, session);
  course.compiled = compiled;
  if (live === null) {
    await session.skip('watch', 'No model is deployed yet, so none can have drifted.');
    course.result = 'first-deployment';
  } else {
    course.check = await watchStep(resources, session, live, compiled.snapshot);
    course.result = course.check.drift ? 'redeployed' : 'no-drift';
  }
  if (course.result !== 'no-drift') await replace(resources, session, live, course);
  await rememberFiles(resources, compiled.files);
}

async function replace(
  resources: Resources,
  session: Session,
  live: LiveModel | null,
  course: Course,
): Promise<void> {
  await trainStep(resources, session);
  const challenger = await scoreStep(resources, session);
  const { champion, verdict } = await judgeStep(resources, session, live, challenger);
  course.challenger = challenger;
  course.champion = champion;
  course.gate = verdict;
  if (verdict.accepted) {
    course.deployment = await deployStep(resources, session, course.check?.reason ?? verdict.reason);
  } else {
    course.result = 'challenger-refused';
    await session.skip('deploy', verdict.reason);
  }
}

function summarise(session: Session, live: LiveModel | null, course: Course, seconds: number): RunSummary {
  return {
    run: session.runId,
    result: course.result,
    startedAt: session.startedAt,
    seconds,
    rows: course.compiled?.rows ?? null,
    files: course.compiled?.files ?? [],
    score: {
      new: course.check?.observed ?? null,
      deployed: live?.f1 ?? null,
      challenger: course.challenger?.f1 ?? null,
      champion: course.champion,
    },
    model: live === null ? null : { version: live.model.version, learner: live.model.learner.kind },
    check: course.check,
    gate: course.gate,
    deployment: course.deployment,
    steps: session.steps,
  };
}
