/** The full process: a list of steps with its decisions. What each step does is in steps/. */
import type { Workspace } from '../config/load.ts';
import type { CompileResult, FileReport, RowCounts } from '../engine/port.ts';
import type { DeploySummary } from '../steps/deploy.ts';
import type { Detection } from '../steps/detect.ts';
import type { DriftCheck } from '../steps/watch.ts';
import type { RunResult } from '../store/port.ts';
import type { GateVerdict } from './gate.ts';
import type { Session, SessionEnd, StepSummary } from './session.ts';

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

/** A retrained model with its score on the test data. */
export interface Challenger {
  readonly version: string;
  readonly f1: number;
}

/**
 * The steps that the process is made of, bound to a workspace. Each runs inside `session.step`, so each is
 * recorded, and each can be left out by the process but not by itself.
 */
export interface RunSteps {
  readonly workspace: Workspace;
  readonly elapsedSeconds: () => number;
  /** F1 and version of what is live, or null. */
  live(): { readonly version: string; readonly learner: string; readonly f1: number | null } | null;
  detect(session: Session): Promise<Detection>;
  ingest(session: Session): Promise<CompileResult>;
  watch(session: Session, compiled: CompileResult): Promise<DriftCheck>;
  train(session: Session): Promise<{ readonly version: string }>;
  score(session: Session): Promise<Challenger>;
  /** F1 of the live model on the test data as it is now; null where nothing is live. */
  judge(
    session: Session,
    challenger: Challenger,
  ): Promise<{ readonly champion: number | null; readonly verdict: GateVerdict }>;
  deploy(session: Session, reason: string): Promise<DeploySummary>;
  /** Remembers that these files have been ingested and checked. */
  remember(session: Session, files: readonly FileReport[]): Promise<void>;
  diagnose(session: Session): Promise<unknown>;
  report(session: Session): Promise<unknown>;
  call(session: Session): Promise<unknown>;
}

/** What the decisions have come to so far. */
interface Course {
  result: RunResult;
  compiled: CompileResult | null;
  check: DriftCheck | null;
  challenger: Challenger | null;
  champion: number | null;
  gate: GateVerdict | null;
  deployment: DeploySummary | null;
}

/** Does the whole process in a session and gives its result. */
export async function runProcess(session: Session, steps: RunSteps): Promise<SessionEnd<RunSummary>> {
  const course: Course = {
    result: 'no-new-data',
    compiled: null,
    check: null,
    challenger: null,
    champion: null,
    gate: null,
    deployment: null,
  };
  const detection = await steps.detect(session);
  if (detection.kind === 'new') {
    await learn(session, steps, course);
    await steps.diagnose(session);
    await steps.report(session);
    await steps.call(session);
  }
  return { result: course.result, summary: summarise(session, steps, course) };
}

/** Ingest, check, and where the model has drifted or there is none: retrain, score, gate, deploy. */
async function learn(session: Session, steps: RunSteps, course: Course): Promise<void> {
  const compiled = await steps.ingest(session);
  course.compiled = compiled;
  if (steps.live() === null) {
    await session.skip('watch', 'No model is deployed yet, so none can have drifted.');
    course.result = 'first-deployment';
  } else {
    course.check = await steps.watch(session, compiled);
    course.result = course.check.drift ? 'redeployed' : 'no-drift';
  }
  if (course.result !== 'no-drift') await replace(session, steps, course);
  await steps.remember(session, compiled.files);
}

async function replace(session: Session, steps: RunSteps, course: Course): Promise<void> {
  await steps.train(session);
  const challenger = await steps.score(session);
  const { champion, verdict } = await steps.judge(session, challenger);
  course.challenger = challenger;
  course.champion = champion;
  course.gate = verdict;
  if (verdict.accepted) {
    course.deployment = await steps.deploy(session, course.check?.reason ?? verdict.reason);
  } else {
    course.result = 'challenger-refused';
    await session.skip('deploy', verdict.reason);
  }
}

function summarise(session: Session, steps: RunSteps, course: Course): RunSummary {
  const live = steps.live();
  return {
    run: session.runId,
    result: course.result,
    startedAt: session.startedAt,
    seconds: steps.elapsedSeconds(),
    rows: course.compiled?.rows ?? null,
    files: course.compiled?.files ?? [],
    score: {
      new: course.check?.observed ?? null,
      deployed: live?.f1 ?? null,
      challenger: course.challenger?.f1 ?? null,
      champion: course.champion,
    },
    model: live === null ? null : { version: live.version, learner: live.learner },
    check: course.check,
    gate: course.gate,
    deployment: course.deployment,
    steps: session.steps,
  };
}
