/** Trends: how what is measured has gone over runs, days, months and models, and when models went live. */
import { MEASURES, type Measure } from '../../store/nouns/measures.ts';
import type { DeploymentStore } from '../../store/port/deployments.ts';
import type {
  MeasurementBucket,
  MeasurementRecord,
  MeasurementStore,
} from '../../store/port/measurements.ts';
import type { SeriesName, TrendRequest, TrendStep } from './trend-request.ts';

/** One number of a run, or those of a day, week, month or model put together. */
export interface TrendPoint {
  /** Time of the run; else the first and last day with a measurement. */
  readonly from: string;
  readonly to: string;
  /** The run, the day, the Monday of the week, the month or the model; null for measurements of no model. */
  readonly bucket: string | null;
  /** The model of the last of them; null where none was live. */
  readonly modelVersion: string | null;
  /** The number, or the mean of them; null where there is none. */
  readonly value: number | null;
  /** The number's interval; of several, that of the last. */
  readonly low: number | null;
  readonly high: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly last: number | null;
  /** How many numbers. */
  readonly count: number;
  /** Rows that the last one comes from; null where it comes from none. */
  readonly rows: number | null;
}

export interface TrendSeries extends SeriesName, Omit<Measure, 'label'> {
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  /** Whether there are older points, left out for the limit. */
  readonly truncated: boolean;
}

export interface ModelChange {
  readonly at: string;
  readonly modelVersion: string;
  readonly f1: number | null;
}

export interface Trends {
  readonly by: TrendStep;
  readonly since: string | null;
  readonly until: string | null;
  readonly modelVersion: string | null;
  readonly series: readonly TrendSeries[];
  /** The models that went live in that time, oldest first; at most the newest five hundred. */
  readonly deployments: readonly ModelChange[];
}

/** What is shown unless something is asked for. */
const IMPORTANT: readonly SeriesName[] = (
  [
    'f1',
    'f1-new',
    'f1-estimated',
    'rows',
    'missing-share',
    'seconds-ingest',
    'seconds-train',
    'psi-max',
    'drift-columns',
    'domain-auc',
    'sr',
    'e-value',
  ] as const
).map((name) => ({ name, label: null }));

/** More points than this make a chart by runs unreadable. */
const FEW = 120;
const DEPLOYMENTS = 500;
/** From fine to coarse. */
const STEPS = ['run', 'day', 'week', 'month'] as const satisfies readonly TrendStep[];

type Reads = Pick<MeasurementStore, 'measurements' | 'measurementBuckets'> &
  Pick<DeploymentStore, 'deployments'>;

/** The series that were asked for; of the important ones only those that have points. */
export async function readTrends(store: Reads, request: TrendRequest): Promise<Trends> {
  const names = request.series ?? IMPORTANT;
  const { by, all } =
    request.by === null
      ? await readFinest(store, names, request)
      : { by: request.by, all: await readAll(store, names, request.by, request) };
  const series = request.series === null ? all.filter(({ points }) => points.length > 0) : all;
  const { since, until, modelVersion } = request;
  const deployments = await readChanges(store, request);
  return { by, since, until, modelVersion, series, deployments };
}

interface Read {
  readonly by: TrendStep;
  readonly all: readonly TrendSeries[];
}

/** The series at the finest step at which none of them has too many points. */
async function readFinest(store: Reads, names: readonly SeriesName[], request: TrendRequest): Promise<Read> {
  const limit = Math.min(FEW, request.limit);
  for (const by of STEPS) {
    const all: TrendSeries[] = [];
    for (const name of names) {
      const series = await readSeries(store, name, by, { ...request, limit });
      // One that has too many is enough to know; the rest is not read.
      if (series.truncated) break;
      all.push(series);
    }
    if (all.length === names.length) return { by, all };
  }
  return { by: 'month', all: await readAll(store, names, 'month', request) };
}

function readAll(
  store: Reads,
  names: readonly SeriesName[],
  by: TrendStep,
  request: TrendRequest,
): Promise<readonly TrendSeries[]> {
  return Promise.all(names.map((name) => readSeries(store, name, by, request)));
}

async function readSeries(
  store: Reads,
  { name, label }: SeriesName,
  by: TrendStep,
  request: TrendRequest,
): Promise<TrendSeries> {
  const { since, until, modelVersion } = request;
  const query = {
    name,
    ...(label === null ? {} : { label }),
    ...(modelVersion === null ? {} : { modelVersion }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    limit: request.limit + 1,
  };
  const found =
    by === 'run'
      ? (await store.measurements(query)).map(ofRun)
      : (await store.measurementBuckets({ ...query, by })).map(ofBucket);
  const points = found.slice(0, request.limit).toReversed();
  return { ...MEASURES[name], name, label, points, truncated: found.length > request.limit };
}

function ofRun(record: MeasurementRecord): TrendPoint {
  const { at, runId, modelVersion, low, high, rows } = record;
  const value = Number.isNaN(record.value) ? null : record.value;
  const count = value === null ? 0 : 1;
  return {
    from: at,
    to: at,
    bucket: runId,
    modelVersion,
    value,
    low,
    high,
    min: value,
    max: value,
    last: value,
    count,
    rows,
  };
}

function ofBucket({ bucket, from, to, count, mean, min, max, last }: MeasurementBucket): TrendPoint {
  const { modelVersion, low, high, rows } = last;
  const lastValue = Number.isNaN(last.value) ? null : last.value;
  return { from, to, bucket, modelVersion, value: mean, low, high, min, max, last: lastValue, count, rows };
}

async function readChanges(store: Reads, request: TrendRequest): Promise<readonly ModelChange[]> {
  const { since, until, modelVersion } = request;
  const found = await store.deployments({
    limit: DEPLOYMENTS,
    ...(until === null ? {} : { before: until }),
    ...(modelVersion === null ? {} : { modelVersion }),
  });
  return found
    .filter(({ deployedAt }) => since === null || deployedAt >= since)
    .map(({ deployedAt: at, modelVersion: version, f1 }) => ({
      at,
      modelVersion: version,
      f1: Number.isFinite(f1) ? f1 : null,
    }))
    .toReversed();
}
