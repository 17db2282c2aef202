/** Models: every one that was trained, with its document. */
import type { Kysely, Selectable } from 'kysely';
import { renderJson } from '../../core/models/json.ts';
import type { StoreDialect } from '../databases/dialect.ts';
import type { ModelOutline, ModelRecord, ModelStore } from '../port/models.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { ModelsTable, Tables } from '../tables.ts';
import { fromJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createModels(db: Kysely<Tables>, dialect: StoreDialect): ModelStore {
  return {
    recordModel: (model) => recordModel(db, dialect, model),
    model: async (version) => {
      const row = await db.selectFrom('models').selectAll().where('version', '=', version).executeTakeFirst();
      return row === undefined ? null : toModel(row);
    },
    models: (page) => listModels(db, page),
    versions: (prefix, limit) => listVersions(db, prefix, limit),
    unboundModels: () => unboundModels(db),
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
    // As in its file: JSON.stringify takes the sign from -0, and with it the version would not fit any more.
    document: model.document === null ? null : renderJson(model.document),
  });
  await dialect.ifAbsent(insert).execute();
}

async function listModels(db: Kysely<Tables>, page: Page): Promise<readonly Listed<ModelOutline>[]> {
  const rows = await db
    .selectFrom('models')
    .select(['seq', 'version', 'runId', 'createdAt', 'snapshotId', 'learner', 'seconds'])
    .select((each) =>
      each
        .selectFrom('snapshots')
        .select('snapshots.rows')
        .whereRef('snapshots.id', '=', 'models.snapshotId')
        .orderBy('snapshots.seq')
        .limit(1)
        .as('rows'),
    )
    .where(beforeCursor('createdAt', page))
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(({ seq, ...row }) => listed(row, row.createdAt, seq));
}

/** Models that a DELETE names at once. */
const BATCH = 500;

/** The greatest character: what begins with a text is less than the text with this after it. */
const LAST = '\u{10FFFF}';

async function listVersions(db: Kysely<Tables>, prefix: string, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('models')
    .select('version')
    .where('version', '>=', prefix)
    .where('version', '<', `${prefix}${LAST}`)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ version }) => version);
}

async function unboundModels(db: Kysely<Tables>): ReturnType<ModelStore['unboundModels']> {
  const { stored } = await db
    .selectFrom('models')
    .select((each) => each.fn.countAll().as('stored'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('models')
    .select('version')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deployments')
            .select('deployments.seq')
            .whereRef('deployments.modelVersion', '=', 'models.version'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('notes').select('notes.seq').whereRef('notes.modelVersion', '=', 'models.version')),
      ),
    )
    .orderBy('seq', 'desc')
    .execute();
  return { stored: Number(stored), versions: rows.map(({ version }) => version) };
}

async function removeModels(db: Kysely<Tables>, versions: readonly string[]): Promise<number> {
  return await db.transaction().execute(async (transaction) => {
    let removed = 0;
    for (let from = 0; from < versions.length; from += BATCH) {
      const { numDeletedRows } = await transaction
        .deleteFrom('models')
        .where('version', 'in', versions.slice(from, from + BATCH))
        .executeTakeFirst();
      removed += Number(numDeletedRows);
    }
    return removed;
  });
}

function toModel({ seq, ...row }: Selectable<ModelsTable>): ModelRecord {
  return { ...row, document: fromJson(row.document) };
}
