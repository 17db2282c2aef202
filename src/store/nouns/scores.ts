/** Scores: how good a model was on a set of rows, at a time. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { fieldsOf } from '../../base/loose-fields.ts';
import { evaluationCodec, evaluationOutlineCodec } from '../codecs/evaluation-codec.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { ScoreOutline, ScoreRecord, ScoreStore } from '../port/scores.ts';
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
  const { curves, ...outline } = score.metrics;
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
      metrics: toJson(evaluationOutlineCodec.encode(outline)),
      curves: toJson(curves),
    })
    .execute();
}

async function listScores(
  db: Kysely<Tables>,
  page: Page & { readonly dataset?: ScoreRecord['dataset']; readonly modelVersion?: string },
): Promise<readonly Listed<ScoreOutline>[]> {
  let query = db.selectFrom('scores').select(LISTED).where(beforeCursor('createdAt', page));
  if (page.dataset !== undefined) query = query.where('dataset', '=', page.dataset);
  if (page.modelVersion !== undefined) query = query.where('modelVersion', '=', page.modelVersion);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toOutline(row), row.createdAt, row.seq));
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
): Promise<ReadonlyMap<string, ScoreOutline>> {
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
  return new Map(rows.map((row) => [row.modelVersion, toOutline(row)]));
}

type Row = Selectable<ScoresTable>;

function toOutline({ seq, ...row }: Omit<Row, 'curves'>): ScoreOutline {
  const metrics = evaluationOutlineCodec.decode(fromJson(row.metrics), placeOf(row));
  return { ...row, f1: row.f1 ?? Number.NaN, metrics };
}

/** Scores that no version has moved the curves of have them among the metrics. */
function toScore({ seq, curves, ...row }: Row): ScoreRecord {
  const outline = fieldsOf(fromJson(row.metrics));
  const metrics = curves === null ? outline : { ...outline, curves: fromJson(curves) };
  return { ...row, f1: row.f1 ?? Number.NaN, metrics: evaluationCodec.decode(metrics, placeOf(row)) };
}

function placeOf({ modelVersion, createdAt }: Pick<Row, 'modelVersion' | 'createdAt'>): string {
  return `The score of model ${modelVersion} of ${createdAt} in the state store`;
}
