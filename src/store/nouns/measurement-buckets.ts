/** Measurements put together by day, week, month or model, from the sums of their days. */
import type { Kysely, Selectable } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type {
  BucketSize,
  MeasurementBucket,
  MeasurementQuery,
  MeasurementStore,
} from '../port/measurements.ts';
import type { MeasurementsTable, Tables } from '../tables.ts';
import { dayOf } from './day-sums.ts';
import { toMeasurement } from './measurement-row.ts';

type BucketQuery = MeasurementQuery & { readonly by: BucketSize; readonly limit: number };

interface BucketRow extends Selectable<MeasurementsTable> {
  readonly bucket: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly counted: number | string | bigint;
  readonly total: number;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly lastSeq: number | null;
}

const COLUMN = { day: 'day', week: 'week', month: 'month', model: 'modelVersion' } as const;

/** The query of the port over the tables of `db`. */
export function createMeasurementBuckets(db: Kysely<Tables>): MeasurementStore['measurementBuckets'] {
  return async (query) => {
    if (!Number.isSafeInteger(query.limit) || query.limit < 1) throw invalidLimit(query.limit);
    const rows = await selectBuckets(db, query).execute();
    return rows.map(toBucket);
  };
}

function selectBuckets(db: Kysely<Tables>, query: BucketQuery) {
  let days = db
    .selectFrom('measurementDays')
    .select((each) => [
      each.ref(COLUMN[query.by]).as('bucket'),
      each.fn.min('day').as('fromDay'),
      each.fn.max('day').as('toDay'),
      each.fn.sum<number>('counted').as('counted'),
      each.fn.sum<number>('total').as('total'),
      each.fn.min('lowest').as('lowest'),
      each.fn.max('highest').as('highest'),
      each.fn.max('lastSeq').as('lastSeq'),
    ])
    .where('name', '=', query.name)
    .where('label', '=', query.label ?? '');
  if (query.modelVersion !== undefined) days = days.where('modelVersion', '=', query.modelVersion);
  if (query.since !== undefined) days = days.where('day', '>=', dayOf(query.since));
  if (query.until !== undefined) days = days.where('day', '<=', dayOf(justBefore(query.until)));
  const newest = days
    .groupBy(COLUMN[query.by])
    .orderBy('toDay', 'desc')
    .orderBy('lastSeq', 'desc')
    .limit(query.limit)
    .as('newest');
  return db
    .selectFrom(newest)
    .innerJoin('measurements', 'measurements.seq', 'newest.lastSeq')
    .selectAll()
    .orderBy('toDay', 'desc')
    .orderBy('lastSeq', 'desc');
}

/** Sums of whole numbers come from some databases as text. */
function toBucket(row: BucketRow): MeasurementBucket {
  const { bucket, fromDay, toDay, counted, total, lowest, highest, lastSeq, ...last } = row;
  const count = Number(counted);
  return {
    bucket: bucket === '' ? null : bucket,
    from: fromDay,
    to: toDay,
    count,
    mean: lowest === null || highest === null ? null : Math.min(Math.max(total / count, lowest), highest),
    min: lowest,
    max: highest,
    last: toMeasurement(last),
  };
}

/** The last moment that is not `until`: midnight belongs to the day before. */
function justBefore(until: string): string {
  return new Date(Date.parse(until) - 1).toISOString();
}

function invalidLimit(limit: number): TidewatchError {
  return new TidewatchError(
    'request-invalid',
    `limit is ${limit}; expected a whole number from 1. Ask for at least one bucket.`,
  );
}
