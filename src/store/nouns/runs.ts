/** Runs: one row for each time that work was asked for. */
import type { Kysely, Selectable } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { StoreDialect } from '../databases/dialect.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { RunOutline, RunStore } from '../port/runs.ts';
import type { RunsTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createRuns(db: Kysely<Tables>, dialect: StoreDialect): RunStore {
  return {
    startRun: (run) => startRun(db, run),
    finishRun: (id, end) => finishRun(db, dialect, id, end),
    forgetSummaries: (keep) => forgetSummaries(db, keep),
    abandonRuns: (exceptId, at) => abandonRuns(db, exceptId, at),
    run: async (id) => {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      const { summary, ...outline } = row;
      return { ...toOutline(outline), summary: fromJson(summary) };
    },
    runs: (page) => listRuns(db, page),
  };
}

/** Runs that an UPDATE names at once. */
const BATCH = 200;

/** What listings read of a run. */
const LISTED = [
  'seq',
  'id',
  'verb',
  'startedBy',
  'version',
  'startedAt',
  'finishedAt',
  'status',
  'result',
  'errorCode',
  'errorMessage',
] as const;

async function startRun(db: Kysely<Tables>, run: Parameters<RunStore['startRun']>[0]): Promise<void> {
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
  end: Parameters<RunStore['finishRun']>[1],
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

async function forgetSummaries(db: Kysely<Tables>, keep: number): Promise<number> {
  const newest = await db
    .selectFrom('runs')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .offset(keep)
    .executeTakeFirst();
  if (newest === undefined) return 0;
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ summary: null })
    .where('seq', '<=', newest.seq)
    .where('summary', 'is not', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** The ids are named one by one: of a subquery MariaDB 10 makes a walk over all steps that ever were. */
const NEVER_ENDED =
  'It never recorded how it ended: its process was killed, its machine stopped, or the state store stayed away until ' +
  'after its end. The next run found it so and did its work again; what it had deployed is whole.';

async function abandonRuns(db: Kysely<Tables>, exceptId: string, at: string): Promise<number> {
  return await db.transaction().execute(async (transaction) => {
    const running = await transaction
      .selectFrom('runs')
      .select('id')
      .where('status', '=', 'running')
      .where('id', '!=', exceptId)
      .execute();
    let abandoned = 0;
    for (let from = 0; from < running.length; from += BATCH) {
      const ids = running.slice(from, from + BATCH).map(({ id }) => id);
      await transaction
        .updateTable('steps')
        .set({ status: 'failed', note: 'The process ended before the step did.' })
        .where('runId', 'in', ids)
        .where('status', '=', 'running')
        .execute();
      const { numUpdatedRows } = await transaction
        .updateTable('runs')
        .set({ status: 'abandoned', finishedAt: at, errorCode: 'run-abandoned', errorMessage: NEVER_ENDED })
        .where('id', 'in', ids)
        .where('status', '=', 'running')
        .executeTakeFirst();
      abandoned += Number(numUpdatedRows);
    }
    return abandoned;
  });
}

async function listRuns(
  db: Kysely<Tables>,
  page: Page & { readonly verb?: string },
): Promise<readonly Listed<RunOutline>[]> {
  let query = db.selectFrom('runs').select(LISTED).where(beforeCursor('startedAt', page));
  if (page.verb !== undefined) query = query.where('verb', '=', page.verb);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toOutline(row), row.startedAt, row.seq));
}

function toOutline({
  seq,
  startedBy,
  errorCode,
  errorMessage,
  ...row
}: Omit<Selectable<RunsTable>, 'summary'>): RunOutline {
  return {
    ...row,
    trigger: startedBy,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
  };
}
