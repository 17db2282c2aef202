/** Scores: how good a model was on a set of rows, at a time. */
import type { Kysely, Selectable } from 'kysely';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import type { Listed, Page, ScoreRecord, Store } from './port.ts';
import type { ScoresTable, Tables } from './tables.ts';

type Scores = Pick<Store, 'recordScore' | 'scores' | 'latestScore'>;

export function createScores(db: Kysely<Tables>): Scores {
  return {
    recordScore: (score) => recordScore(db, score),
    scores: (page) => listScores(db, page),
    latestScore: (modelVersion, dataset) => latestScore(db, modelVersion, dataset),
  };
}

async function recordScore(db: Kysely<Tables>, score: ScoreRecord): Promise<void> {
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
      metrics: toJson(score.metrics),
    })
    .execute();
}

async function listScores(
  db: Kysely<Tables>,
  page: Page & { readonly dataset?: ScoreRecord['dataset'] },
): Promise<readonly Listed<ScoreRecord>[]> {
  let query = db.selectFrom('scores').selectAll().where(beforeCursor('createdAt', page));
  if (page.dataset !== undefined) query = query.where('dataset', '=', page.dataset);
  const rows = await query.orderBy('createdAt', 'desc').orderBy('seq', 'desc').limit(page.limit).execute();
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
    .orderBy('createdAt', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toScore(row);
}

function toScore({ seq, ...row }: Selectable<ScoresTable>): ScoreRecord {
  return { ...row, f1: row.f1 ?? Number.NaN, metrics: fromJson(row.metrics) };
}
