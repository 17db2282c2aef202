/** Estimates of a model's performance without labels, and the truth that came later. */
import type { Kysely, Selectable } from 'kysely';
import { estimateCodec, truthCodec } from '../codecs/estimate-codecs.ts';
import type { EstimateRecord, EstimateStore, Truth, WaitingCohort } from '../port/estimates.ts';
import type { WatchRecord } from '../port/monitors.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { EstimatesTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { storedRows } from './kept-rows.ts';
import { beforeCursor, listed } from './paging.ts';

export function createEstimates(db: Kysely<Tables>): EstimateStore {
  return {
    estimates: (page) => listEstimates(db, page),
    cohorts: () => listCohorts(db),
  };
}

/** Adds an estimate of a run, with its rows where their labels are still to come. */
export async function recordEstimate(
  db: Kysely<Tables>,
  { runId, modelVersion, createdAt }: Pick<WatchRecord, 'runId' | 'modelVersion' | 'createdAt'>,
  estimate: NonNullable<WatchRecord['estimate']>,
): Promise<void> {
  const { rows, labelled, cohort } = estimate;
  await db
    .insertInto('estimates')
    .values({
      runId,
      modelVersion,
      createdAt,
      rows,
      labelled,
      estimated: toJson(estimateCodec.encode(estimate.estimated)),
      truth: truthToJson(estimate.truth),
      settled: cohort === null ? 1 : 0,
    })
    .execute();
  if (cohort === null || cohort.rows === 0) return;
  await db
    .insertInto('watchedRows')
    .values({ runId, modelVersion, purpose: 'cohort', rowKeys: '', probabilities: null, ...cohort })
    .execute();
}

/** Sets the truth of an estimate; the rows of one that is settled are forgotten. */
export async function recordTruth(
  db: Kysely<Tables>,
  { runId, modelVersion, labelled, truth, settled }: WatchRecord['truths'][number],
): Promise<void> {
  await db
    .updateTable('estimates')
    .set({
      ...(labelled === null ? {} : { labelled, truth: truthToJson(truth) }),
      settled: settled ? 1 : 0,
    })
    .where('modelVersion', '=', modelVersion)
    .where('runId', '=', runId)
    .execute();
  if (!settled) return;
  await db
    .deleteFrom('watchedRows')
    .where('modelVersion', '=', modelVersion)
    .where('purpose', '=', 'cohort')
    .where('runId', '=', runId)
    .execute();
}

async function listEstimates(
  db: Kysely<Tables>,
  page: Page & { readonly modelVersion?: string },
): Promise<readonly Listed<EstimateRecord>[]> {
  const { modelVersion } = page;
  const rows = await db
    .selectFrom('estimates')
    .selectAll()
    .$if(modelVersion !== undefined, (query) => query.where('modelVersion', '=', modelVersion ?? ''))
    .where(beforeCursor('createdAt', page))
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toEstimate(row), row.createdAt, row.seq));
}

async function listCohorts(db: Kysely<Tables>): Promise<readonly WaitingCohort[]> {
  const records = await db
    .selectFrom('watchedRows')
    .select(['runId', 'modelVersion', 'rows', 'rowKeys', 'probabilities', 'reference'])
    .where('purpose', '=', 'cohort')
    .orderBy('seq')
    .execute();
  const first = records.filter(
    (record, index) =>
      record.runId !== records[index - 1]?.runId || record.modelVersion !== records[index - 1]?.modelVersion,
  );
  return first.map(({ runId, modelVersion }) => ({
    runId,
    modelVersion,
    parts: records
      .filter((record) => record.runId === runId && record.modelVersion === modelVersion)
      .map(storedRows),
  }));
}

function toEstimate({ seq, ...row }: Selectable<EstimatesTable>): EstimateRecord {
  const place = `of model ${row.modelVersion} by run ${row.runId} in the state store`;
  return {
    ...row,
    estimated: estimateCodec.decode(fromJson(row.estimated), `The estimate ${place}`),
    truth:
      row.truth === null
        ? null
        : truthCodec.decode(fromJson(row.truth), `The truth of the estimate ${place}`),
    settled: row.settled === 1,
  };
}

function truthToJson(truth: Truth | null): string | null {
  return truth === null ? null : toJson(truthCodec.encode(truth));
}
