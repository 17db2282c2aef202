/** Tells the state of the data, the model, the timings and the dependencies, and changes none of them. */
import type { Clock } from '../base/clock.ts';
import type { Scorer } from '../core/scoring/scorer.ts';
import type { ColumnProfile, Table } from '../engine/port.ts';
import { scoreTable } from '../engine/rows/score-table.ts';
import type {
  ColumnStatistics,
  DependencyStatus,
  DiagnosticsStore,
  DiagnosticsValues,
  PredictionTotals,
  StepDuration,
  TableStatistics,
} from '../store/port/diagnostics.ts';
import type { StepStore } from '../store/port/steps.ts';

/** What the deployed model says of a table: 1 (will leave) or 0 (will stay), one a row, in order. */
interface TablePredictions extends PredictionTotals {
  readonly predictions: readonly (0 | 1)[];
}

export interface Diagnostics extends DiagnosticsValues {
  readonly predictions: TablePredictions | null;
}

/** The parts of the diagnostics, by the name that asks for them. */
export const DIAGNOSE_PARTS = ['predictions', 'summary', 'missing', 'timings', 'dependencies'] as const;
export type DiagnosePart = (typeof DIAGNOSE_PARTS)[number];

export interface DiagnoseOptions {
  /** What to tell; the rest is null or empty. */
  readonly parts: readonly DiagnosePart[];
  /** The run to record the diagnostics for; null: they are told and not recorded. */
  readonly runId: string | null;
  /** The deployed model, and the data to predict; null where there is none. */
  readonly scorer: Scorer | null;
  readonly data: Table | null;
  /** The latest snapshot, open; null where nothing has been ingested. */
  readonly snapshot: { readonly id: string; readonly table: Table } | null;
}

/** Steps whose durations are told. */
const TIMED_STEPS = ['ingest', 'train'] as const;
/** Newest runs of a step that its mean and median come from. */
const RUNS = 100;

/**
 * All that can be said; what cannot is null, with the reason in `absent`. Nothing is trained or ingested for it.
 * The record of a run leaves out the predictions of single rows, which grow with the data; without a snapshot
 * there is none.
 */
export async function diagnose(
  deps: {
    readonly store: Pick<StepStore, 'stepHistory'> & Pick<DiagnosticsStore, 'recordDiagnostics'>;
    readonly clock: Clock;
    /** The table of dependencies; it may have been begun earlier, since the registry takes its time. */
    readonly dependencies: () => Promise<readonly DependencyStatus[]>;
  },
  options: DiagnoseOptions,
): Promise<Diagnostics> {
  const { scorer, data, snapshot } = options;
  const wanted = new Set(options.parts);
  const dependencies = wanted.has('dependencies') ? deps.dependencies() : [];
  const predicts = wanted.has('predictions') && scorer !== null && data !== null;
  const describes = (wanted.has('summary') || wanted.has('missing')) && snapshot !== null;
  const diagnostics: Diagnostics = {
    predictions: predicts ? await predictTable(data, scorer) : null,
    statistics: describes ? await tableStatistics(snapshot) : null,
    durations: wanted.has('timings') ? await stepDurations(deps.store) : [],
    dependencies: await dependencies,
    absent: reasonsOf(options, wanted),
  };
  if (options.runId !== null && diagnostics.statistics !== null) {
    await deps.store.recordDiagnostics({
      runId: options.runId,
      createdAt: deps.clock.now().toISOString(),
      snapshotId: diagnostics.statistics.snapshot,
      values: { ...diagnostics, predictions: withoutRows(diagnostics.predictions) },
    });
  }
  return diagnostics;
}

function withoutRows(predictions: TablePredictions | null): PredictionTotals | null {
  if (predictions === null) return null;
  const { predictions: _, ...totals } = predictions;
  return totals;
}

/** Predictions for every row of a table. Errors: `column-missing` where it lacks an input of the model. */
async function predictTable(table: Table, scorer: Scorer): Promise<TablePredictions> {
  const { probabilities } = await scoreTable(table, scorer, { labels: false });
  const predictions = Array.from(probabilities, (probability) => scorer.classify(probability));
  return {
    modelVersion: scorer.model.version,
    threshold: scorer.model.threshold,
    rows: predictions.length,
    leaving: predictions.reduce<number>((sum, prediction) => sum + prediction, 0),
    predictions,
  };
}

/** Statistics of every column of a snapshot. */
export async function tableStatistics(snapshot: {
  readonly id: string;
  readonly table: Table;
}): Promise<TableStatistics> {
  const profile = await snapshot.table.profile();
  return { snapshot: snapshot.id, rows: snapshot.table.rows, columns: profile.map(columnStatistics) };
}

function columnStatistics({ name, role, rows, missing, numeric }: ColumnProfile): ColumnStatistics {
  return {
    name,
    role,
    mean: finite(numeric?.mean),
    median: finite(numeric?.median),
    std: finite(numeric?.std),
    min: finite(numeric?.min),
    max: finite(numeric?.max),
    missing,
    missingPercent: rows === 0 ? 0 : (missing / rows) * 100,
  };
}

/** JSON has no NaN: a number that is not there is null. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** How long each step that is timed took when it ran, from the store. */
export function stepDurations(store: Pick<StepStore, 'stepHistory'>): Promise<StepDuration[]> {
  return Promise.all(TIMED_STEPS.map((name) => stepDuration(store, name)));
}

async function stepDuration(store: Pick<StepStore, 'stepHistory'>, name: string): Promise<StepDuration> {
  const history = await store.stepHistory(name, RUNS);
  const seconds = history.flatMap((step) => (step.seconds === null ? [] : [step.seconds]));
  const count = seconds.length;
  if (count === 0) return { name, startedAt: null, seconds: null, mean: null, median: null, count };
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = ((sorted[(count - 1) >> 1] as number) + (sorted[count >> 1] as number)) / 2;
  const mean = seconds.reduce((sum, value) => sum + value, 0) / count;
  const startedAt = history[0]?.startedAt ?? null;
  return { name, startedAt, seconds: seconds[0] ?? null, mean, median: middle, count };
}

function reasonsOf(
  { scorer, data, snapshot }: DiagnoseOptions,
  wanted: ReadonlySet<DiagnosePart>,
): Readonly<Record<string, string>> {
  const predictions =
    scorer === null
      ? 'No model is deployed yet. "tidewatch run" trains and deploys one.'
      : data === null
        ? 'There is no data to predict.'
        : null;
  const statistics = snapshot === null ? 'Nothing has been ingested yet. Run "tidewatch ingest".' : null;
  return {
    ...(wanted.has('predictions') && predictions !== null && { predictions }),
    ...((wanted.has('summary') || wanted.has('missing')) && statistics !== null && { statistics }),
  };
}
