/** Scores: how good a model was on a set of rows, at a time. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Listed, Page } from '../port/paging.ts';
import type { ScoreRecord, ScoreStore } from '../port/scores.ts';
import type { ScoresTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createScores(db: Kysely<Tables>): ScoreStore {
  return {
    recordScore: (score) => recordScore(db, score),
    scores: (page) => listScores(db, page),
    latestScore: (modelVersion, dataset) => latestScore(db, modelVersion, dataset),
    latestScores: (modelVersions, dataset) => latestScores(db, modelVersions, dataset),
  };
}

/** What listings read of a score: the points of its curves are left where they are. */
const LISTED = [
  'scores.seq',
  'scores.runId',
  'scores.modelVersion',
  'scores.createdAt',
  'scores.dataset',
  'scores.datasetId',
  'scores.rows',
  'scores.f1',
  'scores.metrics',
] as const;

async function recordScore(db: Kysely<Tables>, score: ScoreRecord): Promise<void> {
  const { metrics, curves } = splitCurves(score.metrics);
  await db
    .insertInto('scores')
    .values({
      runId: score.runId,
      modelVersion: score.modelVersion,
      createdAt: score.createdAt,
      dataset: score.dataset,
      datasetId: score.datasetId,
      rows: score.rows,
      f1: score.f1,
      metrics: toJson(metrics),
      curves: toJson(curves),
    })
    .execute();
}

async function listScores(
  db: Kysely<Tables>,
  page: Page & { readonly dataset?: ScoreRecord['dataset']; readonly modelVersion?: string },
): Promise<readonly Listed<ScoreRecord>[]> {
  let query = db.selectFrom('scores').select(LISTED).where(beforeCursor('createdAt', page));
  if (page.dataset !== undefined) query = query.where('dataset', '=', page.dataset);
  if (page.modelVersion !== undefined) query = query.where('modelVersion', '=', page.modelVersion);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toScore(row), row.createdAt, row.seq));
}

async function latestScore(
  db: Kysely<Tables>,
  modelVersion: string,
  dataset: ScoreRecord['dataset'],
): Promise<ScoreRecord | null> {
  const row = await db
    .selectFrom('scores')
    .selectAll()
    .where('modelVersion', '=', modelVersion)
    .where('dataset', '=', dataset)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toScore(row);
}

async function latestScores(
  db: Kysely<Tables>,
  modelVersions: readonly string[],
  dataset: ScoreRecord['dataset'],
): Promise<ReadonlyMap<string, ScoreRecord>> {
  if (modelVersions.length === 0) return new Map();
  const newest = db
    .selectFrom('scores as each')
    .select('each.seq')
    .whereRef('each.modelVersion', '=', sql.ref('models.version'))
    .where('each.dataset', '=', dataset)
    .orderBy('each.seq', 'desc')
    .limit(1);
  const rows = await db
    .selectFrom('models')
    .innerJoin('scores', (join) => join.on('scores.seq', '=', newest))
    .select(LISTED)
    .where('models.version', 'in', [...modelVersions])
    .execute();
  return new Map(rows.map((row) => [row.modelVersion, toScore(row)]));
}

/** Curves that are no object stay among the metrics, so that what comes back is what was given. */
function splitCurves(metrics: unknown): { readonly metrics: unknown; readonly curves: unknown } {
  if (typeof metrics !== 'object' || metrics === null || !('curves' in metrics)) {
    return { metrics, curves: null };
  }
  const { curves, ...rest } = metrics;
  return typeof curves === 'object' && curves !== null
    ? { metrics: rest, curves }
    : { metrics, curves: null };
}

function toScore({
  seq,
  curves = null,
  ...row
}: Omit<Selectable<ScoresTable>, 'curves'> & { readonly curves?: string | null }): ScoreRecord {
  const metrics = fromJson(row.metrics);
  const whole = curves === null ? metrics : { ...(metrics as object), curves: fromJson(curves) };
  return { ...row, f1: row.f1 ?? Number.NaN, metrics: whole };
}
