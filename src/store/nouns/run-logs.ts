/** Logs of runs: their lines in order, for as many runs as are kept. */
import type { Kysely, Transaction } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import {
  LOG_LEVELS,
  type LogLine,
  type LogQuery,
  type RunLogRecord,
  type RunLogStore,
} from '../port/run-logs.ts';
import type { Tables } from '../tables.ts';

/** Lines an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 100;
/** Logs that are forgotten at once: a smaller number to keep than before is caught up with in some runs. */
const MAX_FORGOTTEN = 50;

export function createRunLogs(db: Kysely<Tables>, dialect: StoreDialect): RunLogStore {
  return {
    recordLog: (runId, lines) => recordLog(db, dialect, runId, lines),
    endLog: (runId, end, keep) => endLog(db, dialect, runId, end, keep),
    runLog: (runId) => readRunLog(db, runId),
    logLines: (query) => listLines(db, query),
  };
}

async function recordLog(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  runId: string,
  lines: readonly LogLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    await begin(transaction, dialect, runId);
    for (let from = 0; from < lines.length; from += BATCH) {
      const values = lines
        .slice(from, from + BATCH)
        .map(({ place, at, level, step, message }) => ({ runId, place, at, level, step, message }));
      await dialect.ifAbsent(transaction.insertInto('logLines').values(values)).execute();
    }
  });
}

/** Until it is said how the run ended, it counts among those that did not succeed: its process may die. */
async function begin(transaction: Transaction<Tables>, dialect: StoreDialect, runId: string): Promise<void> {
  const row = { runId, succeeded: 0 as const, dropped: 0 };
  await dialect.ifAbsent(transaction.insertInto('runLogs').values(row)).execute();
}

async function endLog(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  runId: string,
  { succeeded, dropped }: Parameters<RunLogStore['endLog']>[1],
  keep: number,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await begin(transaction, dialect, runId);
    await transaction
      .updateTable('runLogs')
      .set({ succeeded: succeeded ? 1 : 0, dropped })
      .where('runId', '=', runId)
      .execute();
    for (const kind of [0, 1] as const) await forget(transaction, kind, keep);
  });
}

async function forget(transaction: Transaction<Tables>, succeeded: 0 | 1, keep: number): Promise<void> {
  const surplus = await transaction
    .selectFrom('runLogs')
    .select('runId')
    .where('succeeded', '=', succeeded)
    .orderBy('seq', 'desc')
    .limit(MAX_FORGOTTEN)
    .offset(keep)
    .execute();
  if (surplus.length === 0) return;
  const ids = surplus.map(({ runId }) => runId);
  await transaction.deleteFrom('logLines').where('runId', 'in', ids).execute();
  await transaction.deleteFrom('runLogs').where('runId', 'in', ids).execute();
}

async function readRunLog(db: Kysely<Tables>, runId: string): Promise<RunLogRecord | null> {
  const log = await db.selectFrom('runLogs').select('dropped').where('runId', '=', runId).executeTakeFirst();
  if (log === undefined) return null;
  const counted = await db
    .selectFrom('logLines')
    .select(({ fn }) => ['level', fn.countAll<number | string>().as('lines')])
    .where('runId', '=', runId)
    .groupBy('level')
    .execute();
  const lines = { debug: 0, info: 0, warn: 0, error: 0 };
  for (const row of counted) lines[row.level] = Number(row.lines);
  return { lines, dropped: log.dropped };
}

async function listLines(db: Kysely<Tables>, query: LogQuery): Promise<readonly LogLine[]> {
  const levels = LOG_LEVELS.slice(LOG_LEVELS.indexOf(query.level ?? 'debug'));
  return await db
    .selectFrom('logLines')
    .select(['place', 'at', 'level', 'step', 'message'])
    .where('runId', '=', query.runId)
    .where('place', '>', query.after ?? -1)
    .where('level', 'in', levels)
    .orderBy('place')
    .limit(query.limit)
    .execute();
}
