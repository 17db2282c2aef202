/** Indexes for listings in the order of recording, in place of those in the order of time. */
import type { Kysely } from 'kysely';
import { index } from './columns.ts';

/** Columns before the time of a record, which listings no longer go by; where there are none the key itself will do. */
const LISTINGS: readonly (readonly [table: string, time: string, columns: readonly (readonly string[])[]])[] =
  [
    ['runs', 'started_at', [[], ['verb']]],
    ['steps', 'started_at', [['name', 'status']]],
    ['snapshots', 'created_at', [[]]],
    ['models', 'created_at', [[]]],
    ['scores', 'created_at', [[], ['dataset'], ['model_version'], ['model_version', 'dataset']]],
    ['deployments', 'deployed_at', [[], ['model_version']]],
    ['checks', 'created_at', [[], ['kind'], ['kind', 'model_version']]],
    ['challenges', 'opened_at', [[]]],
    ['notes', 'created_at', [[], ['model_version']]],
    ['estimates', 'created_at', [[], ['model_version']]],
    ['client_notes', 'created_at', [['client_id']]],
    ['client_outcomes', 'created_at', [['client_id']]],
  ];

export async function recordedOrder(db: Kysely<unknown>): Promise<void> {
  for (const [table, time, listings] of LISTINGS) {
    for (const columns of listings) {
      if (columns.length > 0) await index(db, table, [...columns, 'seq']);
      const old = db.schema.dropIndex(`${table}_by_${[...columns, time].join('_')}`);
      await (isMysql(db) ? old.on(table) : old).execute();
    }
  }
}

/** There an index has a name within its table, here within the database. */
function isMysql(db: Kysely<unknown>): boolean {
  return !db.getExecutor().adapter.supportsTransactionalDdl;
}
