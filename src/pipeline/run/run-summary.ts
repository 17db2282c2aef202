/** What a run has found and done, while it goes on, and its summary at the end. */

import type { DuelReading } from '../../core/monitor/performance/duel.ts';
import type { EventsIngested } from '../../engine/compile-events.ts';
import type { FileReport, RowCounts } from '../../formats/file-report.ts';
import type { DeploySummary, LiveModel } from '../../steps/deploy.ts';
import type { Ingested } from '../../steps/ingest.ts';
import type { ScoreSummary } from '../../steps/score.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { RunResult } from '../../store/port/runs.ts';
import type { SourcePull } from '../bound/pull-step.ts';
import type { GateVerdict } from '../models/gate.ts';
import type { Standing } from '../states/state.ts';
import type { Session, StepSummary } from './session.ts';

/** What came of a run, and how things stand at its end. */
export interface RunSummary extends Standing {
  readonly run: string;
  readonly result: RunResult;
  readonly startedAt: string;
  readonly seconds: number;
  /** Null where nothing was ingested. */
  readonly rows: RowCounts | null;
  /** Rows of the snapshot whose outcome is not known yet, in later rows neither; null where nothing was ingested. */
  readonly unlabelled: number | null;
  /** Where nothing was ingested, those that are ignored. */
  readonly files: readonly FileReport[];
  /** What came of the events; null where there are none, or nothing was ingested. */
  readonly events: EventsIngested | null;
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

/** What a run has found and done so far. */
export interface Findings {
  result: RunResult;
  sources: readonly SourcePull[];
  compiled: Ingested | null;
  /** What lies in the input folder and is not read. */
  ignored: readonly FileReport[];
  unlabelled: number | null;
  check: DriftCheck | null;
  challenger: ScoreSummary | null;
  champion: number | null;
  gate: GateVerdict | null;
  waits: string | null;
  challenge: RunSummary['challenge'];
  deployment: DeploySummary | null;
}

/** Those of a run that has done nothing yet. */
export function noFindings(): Findings {
  return {
    result: 'no-new-data',
    sources: [],
    compiled: null,
    ignored: [],
    unlabelled: null,
    check: null,
    challenger: null,
    champion: null,
    gate: null,
    waits: null,
    challenge: null,
    deployment: null,
  };
}

/** `live`: the model that is live at the end. How things stand is added by who has asked the states. */
export function summarise(
  session: Session,
  live: LiveModel | null,
  findings: Findings,
  seconds: number,
): Omit<RunSummary, keyof Standing> {
  return {
    run: session.runId,
    result: findings.result,
    startedAt: session.startedAt,
    seconds,
    rows: findings.compiled?.rows ?? null,
    unlabelled: findings.unlabelled ?? findings.compiled?.unlabelled ?? null,
    files: findings.compiled?.files ?? findings.ignored,
    events: findings.compiled?.events ?? null,
    sources: findings.sources,
    score: {
      new: findings.check?.observed ?? null,
      deployed: live?.f1 ?? null,
      challenger: findings.challenger?.f1 ?? null,
      champion: findings.champion,
    },
    model: live === null ? null : { version: live.model.version, learner: live.model.learner.kind },
    check: findings.check,
    gate: findings.gate,
    waits: findings.waits,
    challenge: findings.challenge,
    deployment: findings.deployment,
    steps: session.steps,
  };
}
