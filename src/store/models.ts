/** Models: every one that was trained, with its document. */
import type { Kysely, Selectable } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import type { Listed, ModelRecord, Page, Store } from './port.ts';
import type { ModelsTable, Tables } from './tables.ts';

type Models = Pick<Store, 'recordModel' | 'model' | 'models'>;

export function createModels(db: Kysely<Tables>, dialect: StoreDialect): Models {
  return {
    recordModel: (model) => recordModel(db, dialect, model),
    model: async (version) => {
      const row = await db.selectFrom('models').selectAll().where('version', '=', version).executeTakeFirst();
      return row === undefined ? null : toModel(row);
    },
    models: (page) => listModels(db, page),
  };
}

async function recordModel(db: Kysely<Tables>, dialect: StoreDialect, model: ModelRecord): Promise<void> {
  const insert = db.insertInto('models').values({
    version: model.version,
    runId: model.runId,
    createdAt: model.createdAt,
    snapshotId: model.snapshotId,
    learner: model.learner,
    seconds: model.seconds,
    document: toJson(model.document),
  });
  await dialect.ifAbsent(insert).execute();
}

async function listModels(db: Kysely<Tables>, page: Page): Promise<readonly Listed<ModelRecord>[]> {
  const rows = await db
    .selectFrom('models')
    .selectAll()
    .where(beforeCursor('createdAt', page))
    .orderBy('createdAt', 'desc')
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toModel(row), row.createdAt, row.seq));
}

function toModel({ seq, ...row }: Selectable<ModelsTable>): ModelRecord {
  return { ...row, document: fromJson(row.document) };
}
