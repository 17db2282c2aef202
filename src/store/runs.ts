/** Runs: one row for each time that work was asked for. */
import type { Kysely, Selectable } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import type { StoreDialect } from './dialect.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import type { Listed, Page, RunRecord, Store } from './port.ts';
import type { RunsTable, Tables } from './tables.ts';

type Runs = Pick<Store, 'startRun' | 'finishRun' | 'abandonRuns' | 'run' | 'runs'>;

export function createRuns(db: Kysely<Tables>, dialect: StoreDialect): Runs {
  return {
    startRun: (run) => startRun(db, run),
    finishRun: (id, end) => finishRun(db, dialect, id, end),
    abandonRuns: (exceptId, at) => abandonRuns(db, exceptId, at),
    run: async (id) => {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toRun(row);
    },
    runs: (page) => listRuns(db, page),
  };
}

async function startRun(db: Kysely<Tables>, run: Parameters<Store['startRun']>[0]): Promise<void> {
  await db
    .insertInto('runs')
    .values({
      id: run.id,
      verb: run.verb,
      startedBy: run.trigger,
      version: run.version,
      startedAt: run.startedAt,
      status: 'running',
    })
    .execute();
}

/** A run that was taken for dead may still finish: what it then says is the truth. */
async function finishRun(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  id: string,
  end: Parameters<Store['finishRun']>[1],
): Promise<void> {
  const { numUpdatedRows } = await dialect.durably(db, (transaction) =>
    transaction
      .updateTable('runs')
      .set({
        finishedAt: end.finishedAt,
        status: end.status,
        result: end.result,
        errorCode: end.error?.code ?? null,
        errorMessage: end.error?.message ?? null,
        summary: toJson(end.summary),
      })
      .where('id', '=', id)
      .where('status', 'in', ['running', 'abandoned'])
      .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) {
    throw new TidewatchError('internal', `The run "${id}" was never started, or has finished already.`);
  }
}

async function abandonRuns(db: Kysely<Tables>, exceptId: string, at: string): Promise<number> {
  return await db.transaction().execute(async (transaction) => {
    const dead = transaction
      .selectFrom('runs')
      .select('id')
      .where('status', '=', 'running')
      .where('id', '!=', exceptId);
    await transaction
      .updateTable('steps')
      .set({ status: 'failed', note: 'The process ended before the step did.' })
      .where('status', '=', 'running')
      .where('runId', 'in', dead)
      .execute();
    const { numUpdatedRows } = await transaction
      .updateTable('runs')
      .set({ status: 'abandoned', finishedAt: at })
      .where('status', '=', 'running')
      .where('id', '!=', exceptId)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  });
}

async function listRuns(
  db: Kysely<Tables>,
  page: Page & { readonly verb?: string },
): Promise<readonly Listed<RunRecord>[]> {
  let query = db.selectFrom('runs').selectAll().where(beforeCursor('startedAt', page));
  if (page.verb !== undefined) query = query.where('verb', '=', page.verb);
  const rows = await query.orderBy('startedAt', 'desc').orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toRun(row), row.startedAt, row.seq));
}

function toRun({ seq, startedBy, errorCode, errorMessage, ...row }: Selectable<RunsTable>): RunRecord {
  return {
    ...row,
    trigger: startedBy,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    summary: fromJson(row.summary),
  };
}
