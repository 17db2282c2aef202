/**
 * Measurements: numbers over time. Each is kept as it was measured; with it, in the same transaction, the sums of
 * its day are brought up to date, so that a trend over years costs its days and not its measurements.
 */
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type {
  MeasuredSeries,
  MeasurementQuery,
  MeasurementRecord,
  MeasurementStore,
  NewMeasurement,
} from '../port/measurements.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { Tables } from '../tables.ts';
import { type DayKey, type DaySums, sumByDay } from './day-sums.ts';
import { createMeasurementBuckets } from './measurement-buckets.ts';
import { checkName, toMeasurement, toMeasurementRow } from './measurement-row.ts';
import { beforeMoment, listed } from './paging.ts';

/** Rows an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 200;

export function createMeasurements(db: Kysely<Tables>, dialect: StoreDialect): MeasurementStore {
  return {
    recordMeasurements: (measurements) => recordMeasurements(db, dialect, measurements),
    measurements: (query) => listMeasurements(db, query),
    measurementBuckets: createMeasurementBuckets(db),
    measurementNames: () => listNames(db),
  };
}

async function recordMeasurements(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  measurements: readonly NewMeasurement[],
): Promise<void> {
  if (measurements.length === 0) return;
  const rows = measurements.map(toMeasurementRow);
  await db.transaction().execute(async (transaction) => {
    for (let start = 0; start < rows.length; start += BATCH) {
      await transaction
        .insertInto('measurements')
        .values(rows.slice(start, start + BATCH))
        .execute();
    }
    for (const sums of inOneOrder(sumByDay(rows))) await addToDay(transaction, dialect, sums);
  });
}

/** Processes that add to the same days lock them in the same order, so that none waits for another in a circle. */
function inOneOrder(days: readonly DaySums[]): readonly DaySums[] {
  const keyOf = ({ name, label, day, modelVersion }: DaySums) => [name, label, day, modelVersion].join('\n');
  const keyed = days.map((sums) => ({ key: keyOf(sums), sums }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ sums }) => sums);
}

/** Adds to the sums of a day, which begin at nothing. */
async function addToDay(
  transaction: Transaction<Tables>,
  dialect: StoreDialect,
  sums: DaySums,
): Promise<void> {
  const { name, label, day, modelVersion } = sums;
  const nothing = { counted: 0, total: 0, lowest: null, highest: null, lastSeq: null };
  const { week, month } = sums;
  const first = transaction
    .insertInto('measurementDays')
    .values({ name, label, day, modelVersion, week, month, ...nothing });
  await dialect.ifAbsent(first).execute();
  await transaction
    .updateTable('measurementDays')
    .set((each) => ({
      counted: each('counted', '+', sums.counted),
      total: each('total', '+', sums.total),
      lowest: extreme('lowest', '<=', sums.lowest),
      highest: extreme('highest', '>=', sums.highest),
      lastSeq: lastSeq(transaction, sums, sums.lastAt),
    }))
    .where((each) => each.and({ name, label, day, modelVersion }))
    .execute();
}

/** The place of the measurement that was recorded last for a name, a label, a model and a time. */
function lastSeq(transaction: Transaction<Tables>, { name, label, modelVersion }: DayKey, at: string) {
  return transaction
    .selectFrom('measurements')
    .select((each) => each.fn.max('seq').as('seq'))
    .where((each) => each.and({ name, label, modelVersion, at }));
}

/** What is there, unless the value goes beyond it or nothing is there; decided where other processes add as well. */
function extreme(
  column: 'lowest' | 'highest',
  within: '<=' | '>=',
  value: number | null,
): RawBuilder<number | null> {
  const there = sql.ref<number | null>(column);
  if (value === null) return sql`${there}`;
  return sql`case when ${there} ${sql.raw(within)} ${value} then ${there} else ${value} end`;
}

async function listMeasurements(
  db: Kysely<Tables>,
  query: MeasurementQuery & Page,
): Promise<readonly Listed<MeasurementRecord>[]> {
  let select = db
    .selectFrom('measurements')
    .selectAll()
    .where('name', '=', query.name)
    .where('label', '=', query.label ?? '')
    .where(beforeMoment('at', query));
  if (query.modelVersion !== undefined) select = select.where('modelVersion', '=', query.modelVersion);
  if (query.since !== undefined) select = select.where('at', '>=', query.since);
  if (query.until !== undefined) select = select.where('at', '<', query.until);
  const rows = await select.orderBy('at', 'desc').orderBy('seq', 'desc').limit(query.limit).execute();
  return rows.map((row) => listed(toMeasurement(row), row.at, row.seq));
}

async function listNames(db: Kysely<Tables>): Promise<readonly MeasuredSeries[]> {
  const rows = await db
    .selectFrom('measurementDays')
    .select((each) => [
      'name',
      'label',
      each.fn.min('day').as('from'),
      each.fn.max('day').as('to'),
      each.fn.sum<number>('counted').as('count'),
    ])
    .groupBy(['name', 'label'])
    .orderBy('name')
    .orderBy('label')
    .execute();
  return rows.map((row) => ({
    ...row,
    name: checkName(row.name),
    label: row.label === '' ? null : row.label,
    count: Number(row.count),
  }));
}
