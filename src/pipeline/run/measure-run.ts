/** What a run has measured, as numbers for the trends: made of what its steps recorded, once they are done. */

import type { Estimate } from '../../core/document/document.ts';
import { isMeasureName, type MeasureName } from '../../store/nouns/measures.ts';
import type { DeploymentStore } from '../../store/port/deployments.ts';
import type { DiagnosticsStore } from '../../store/port/diagnostics.ts';
import type { FileStore } from '../../store/port/files.ts';
import type { MeasurementStore, NewMeasurement } from '../../store/port/measurements.ts';
import type { ScoreOutline, ScoreStore } from '../../store/port/scores.ts';

/** Newest scores of the store that may be of the run; a run makes a handful. */
const SCORES = 20;

type Reads = Pick<DeploymentStore, 'deployments'> &
  Pick<ScoreStore, 'scores' | 'latestScore'> &
  Pick<FileStore, 'files'> &
  Pick<DiagnosticsStore, 'latestDiagnostics'> &
  Pick<MeasurementStore, 'recordMeasurements'>;

interface MeasuredStep {
  readonly name: string;
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly seconds: number;
}

export interface MeasuredRun {
  readonly runId: string;
  /** `run`, or the verb of the one step. */
  readonly verb: string;
  /** The time that the measurements are filed under, ISO 8601, UTC. */
  readonly at: string;
  /** How long the whole has taken. */
  readonly seconds: number;
  readonly steps: readonly MeasuredStep[];
}

/** A measurement that has no run and no time yet. */
type Figure = Omit<NewMeasurement, 'runId' | 'at'>;

/**
 * Records the durations of the steps that succeeded, rows and shares of an ingestion, missing values, and the scores
 * with their intervals. What the check for drift finds, it records itself. A run that only looked for new files and
 * found none leaves nothing behind: it would be one every ten minutes.
 */
export async function measureRun(store: Reads, run: MeasuredRun): Promise<void> {
  const done = run.steps.filter(({ status }) => status === 'succeeded');
  if (done.every(({ name }) => name === 'detect')) return;
  const [latest] = await store.deployments({ limit: 1 });
  const live = latest?.modelVersion ?? null;
  const measured: Figure[] = [
    ...durations(run, done),
    ...(await ingestion(store, run)),
    ...(await missing(store, run)),
  ].map((each) => ({ modelVersion: live, ...each }));
  const scores = (await store.scores({ limit: SCORES })).filter(({ runId }) => runId === run.runId);
  measured.push(...scores.flatMap((score) => (score.dataset === 'test' ? challenger(score) : onNew(score))));
  if (latest?.runId === run.runId) {
    const score = await store.latestScore(latest.modelVersion, 'test');
    if (score !== null) measured.push(...deployed(score));
  }
  await store.recordMeasurements(measured.map((each) => ({ ...each, runId: run.runId, at: run.at })));
}

function durations(run: MeasuredRun, done: readonly MeasuredStep[]): Figure[] {
  const whole = run.verb === 'run' ? [{ name: 'run', seconds: run.seconds }] : [];
  return [...done, ...whole].flatMap(({ name, seconds }) => {
    const measure = `seconds-${name}`;
    return isMeasureName(measure) ? [{ name: measure, value: seconds }] : [];
  });
}

async function ingestion(store: Reads, { runId }: MeasuredRun): Promise<Figure[]> {
  const files = (await store.files(runId)).filter(({ status }) => status === 'accepted');
  if (files.length === 0) return [];
  const sum = (key: 'read' | 'kept' | 'duplicates' | 'quarantined') =>
    files.reduce((total, file) => total + file[key], 0);
  const rows = sum('read');
  return [
    { name: 'rows', value: sum('kept'), rows: sum('kept') },
    { name: 'duplicate-share', value: sum('duplicates') / rows, rows },
    { name: 'quarantined-share', value: sum('quarantined') / rows, rows },
  ];
}

/** Of all values together, and of each column. */
async function missing(store: Reads, { runId }: MeasuredRun): Promise<Figure[]> {
  const record = await store.latestDiagnostics();
  const statistics = record?.runId === runId ? record.values.statistics : null;
  if (statistics === null) return [];
  const { rows, columns } = statistics;
  const all = columns.reduce((sum, column) => sum + column.missing, 0);
  return [
    { name: 'missing-share', value: all / (rows * columns.length), rows },
    ...columns.map((column) => ({
      name: 'missing-share' as const,
      label: column.name,
      value: column.missing / rows,
      rows,
    })),
  ];
}

/** A score of a model on the test data. */
function challenger(score: ScoreOutline): Figure[] {
  return [ofScore('f1-challenger', score)];
}

/** The same of the model that went live. */
function deployed(score: ScoreOutline): Figure[] {
  const { rocAuc, logLoss } = score.metrics.metrics;
  return [
    ofScore('f1', score),
    ...ofEstimate('roc-auc', score, rocAuc),
    ...ofEstimate('log-loss', score, logLoss),
  ];
}

/** What the check for drift does not record itself. */
function onNew({ metrics, rows, modelVersion }: ScoreOutline): Figure[] {
  if (rows === 0) return [];
  const [[, falsePositives], [, truePositives]] = metrics.confusion;
  return [{ name: 'flagged-share', value: (falsePositives + truePositives) / rows, rows, modelVersion }];
}

/** F1 with the interval that the metrics give it. */
function ofScore(name: MeasureName, score: ScoreOutline): Figure {
  const { low = null, high = null, level = null } = score.metrics.metrics.f1 ?? {};
  return { name, value: score.f1, low, high, level, rows: score.rows, modelVersion: score.modelVersion };
}

function ofEstimate(name: MeasureName, score: ScoreOutline, estimate: Estimate | null | undefined): Figure[] {
  if (estimate === null || estimate === undefined) return [];
  const { value, low, high, level, rows } = estimate;
  return [{ name, value, low, high, level, rows, modelVersion: score.modelVersion }];
}
