/** Estimates of a model's performance without labels, and the truth that came later. */
import type { Kysely, Selectable } from 'kysely';
import { estimateCodec, truthCodec } from '../codecs/estimate-codecs.ts';
import type { Cohort, EstimateRecord, EstimateStore, Truth } from '../port/estimates.ts';
import type { WatchRecord } from '../port/monitors.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { EstimatesTable, Tables, WatchedRowsTable } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import { doublesFromText, doublesToText, keysFromText, keysToText, pieces } from './row-keys.ts';

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
  if (cohort === null) return;
  for (const [from, to] of pieces(cohort.keys.length)) {
    await db
      .insertInto('watchedRows')
      .values({
        runId,
        modelVersion,
        purpose: 'cohort',
        rows: to - from,
        rowKeys: keysToText(cohort.keys.subarray(from, to)),
        probabilities: doublesToText(cohort.probabilities.subarray(from, to)),
      })
      .execute();
  }
}

/** Sets the truth of an estimate; the rows of one that is settled are forgotten. */
export async function recordTruth(
  db: Kysely<Tables>,
  { runId, modelVersion, labelled, truth, settled }: WatchRecord['truths'][number],
): Promise<void> {
  await db
    .updateTable('estimates')
    .set({ labelled, truth: truthToJson(truth), settled: settled ? 1 : 0 })
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

async function listCohorts(db: Kysely<Tables>): ReturnType<EstimateStore['cohorts']> {
  const rows = await db
    .selectFrom('watchedRows')
    .select(['runId', 'modelVersion', 'rows', 'rowKeys', 'probabilities'])
    .where('purpose', '=', 'cohort')
    .orderBy('seq')
    .execute();
  const first = rows.filter(
    (row, index) =>
      row.runId !== rows[index - 1]?.runId || row.modelVersion !== rows[index - 1]?.modelVersion,
  );
  return first.map(({ runId, modelVersion }) => ({
    runId,
    modelVersion,
    cohort: join(rows.filter((row) => row.runId === runId && row.modelVersion === modelVersion)),
  }));
}

/** One cohort of its pieces. */
function join(
  parts: readonly Pick<Selectable<WatchedRowsTable>, 'rows' | 'rowKeys' | 'probabilities'>[],
): Cohort {
  const length = parts.reduce((sum, part) => sum + part.rows, 0);
  const cohort = { keys: new BigUint64Array(length), probabilities: new Float64Array(length) };
  let at = 0;
  for (const part of parts) {
    cohort.keys.set(keysFromText(part.rowKeys), at);
    cohort.probabilities.set(doublesFromText(part.probabilities ?? ''), at);
    at += part.rows;
  }
  return cohort;
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
