/** Models: every one that was trained, with its document. */
import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import type { Listed, ModelRecord, Page, Store } from './port.ts';
import type { ModelsTable, Tables } from './tables.ts';

type Models = Pick<Store, 'recordModel' | 'model' | 'models' | 'versions' | 'removeModels'>;

export function createModels(db: Kysely<Tables>, dialect: StoreDialect): Models {
  return {
    recordModel: (model) => recordModel(db, dialect, model),
    model: async (version) => {
      const row = await db.selectFrom('models').selectAll().where('version', '=', version).executeTakeFirst();
      return row === undefined ? null : toModel(row);
    },
    models: (page) => listModels(db, page),
    versions: (prefix, limit) => listVersions(db, prefix, limit),
    removeModels: (versions) => removeModels(db, versions),
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

async function listVersions(db: Kysely<Tables>, prefix: string, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('models')
    .select('version')
    .where(sql<SqlBool>`substr(version, 1, ${prefix.length}) = ${prefix}`)
    .orderBy('createdAt', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ version }) => version);
}

async function removeModels(db: Kysely<Tables>, versions: readonly string[]): Promise<number> {
  if (versions.length === 0) return 0;
  const { numDeletedRows } = await db
    .deleteFrom('models')
    .where('version', 'in', [...versions])
    .executeTakeFirst();
  return Number(numDeletedRows);
}

function toModel({ seq, ...row }: Selectable<ModelsTable>): ModelRecord {
  return { ...row, document: fromJson(row.document) };
}
