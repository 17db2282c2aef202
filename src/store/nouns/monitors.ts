/** What watching a model keeps from look to look: the states of its tests and the rows that were used. */
import type { Kysely, Transaction } from 'kysely';
import { watchCodecs } from '../codecs/watch-codecs.ts';
import type { StoreDialect } from '../databases/dialect.ts';
import type { StoredRows } from '../port/kept-rows.ts';
import type {
  JudgedLook,
  KeptState,
  MonitorStore,
  NewWatchState,
  RowPurpose,
  WatchRecord,
  WatchStateName,
} from '../port/monitors.ts';
import type { Tables } from '../tables.ts';
import { recordEstimate, recordTruth } from './estimates.ts';
import { fromJson, toJson } from './json.ts';
import { storedRows } from './kept-rows.ts';

export function createMonitors(db: Kysely<Tables>, dialect: StoreDialect): MonitorStore {
  return {
    recordWatch: (watch) => dialect.durably(db, (transaction) => recordWatch(transaction, watch)),
    monitorState: (modelVersion, name) => monitorState(db, modelVersion, name),
    watchedRows: (modelVersion, purpose) => watchedRows(db, modelVersion, purpose),
    judgedLooks: (modelVersion) => judgedLooks(db, modelVersion),
  };
}

async function recordWatch(db: Transaction<Tables>, watch: WatchRecord): Promise<void> {
  const { runId, modelVersion, createdAt } = watch;
  for (const kept of watch.states) {
    const { name, rows } = kept;
    // Only the newest is read, and one of tens of kilobytes a look would soon be most of the store.
    await db
      .deleteFrom('monitorStates')
      .where('modelVersion', '=', modelVersion)
      .where('name', '=', name)
      .execute();
    await db
      .insertInto('monitorStates')
      .values({ runId, modelVersion, name, createdAt, rows, state: toJson(encodeState(kept)) })
      .execute();
  }
  for (const { purpose, rows, reference } of watch.rows) {
    if (rows === 0) continue;
    await db
      .insertInto('watchedRows')
      .values({ runId, modelVersion, purpose, rows, rowKeys: '', probabilities: null, reference })
      .execute();
  }
  if (watch.estimate !== null) await recordEstimate(db, watch, watch.estimate);
  for (const truth of watch.truths) await recordTruth(db, truth);
}

function encodeState<N extends WatchStateName>(kept: NewWatchState<N>): object {
  return watchCodecs[kept.name].encode(kept.state);
}

async function monitorState<N extends WatchStateName>(
  db: Kysely<Tables>,
  modelVersion: string,
  name: N,
): Promise<KeptState<N> | null> {
  const row = await db
    .selectFrom('monitorStates')
    .select(['rows', 'runId', 'createdAt', 'state'])
    .where('modelVersion', '=', modelVersion)
    .where('name', '=', name)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const place = `The state "${name}" of the watch of model ${modelVersion} in the state store`;
  return { ...row, state: watchCodecs[name].decode(fromJson(row.state), place) };
}

async function watchedRows(
  db: Kysely<Tables>,
  modelVersion: string,
  purpose: RowPurpose,
): Promise<readonly StoredRows[]> {
  const records = await db
    .selectFrom('watchedRows')
    .select(['rows', 'rowKeys', 'probabilities', 'reference'])
    .where('modelVersion', '=', modelVersion)
    .where('purpose', '=', purpose)
    .orderBy('seq')
    .execute();
  return records.map(storedRows);
}

async function judgedLooks(db: Kysely<Tables>, modelVersion: string): Promise<readonly JudgedLook[]> {
  const records = await db
    .selectFrom('watchedRows')
    .select(['runId', 'rows', 'rowKeys', 'probabilities', 'reference'])
    .where('modelVersion', '=', modelVersion)
    .where('purpose', '=', 'judged')
    .orderBy('seq')
    .execute();
  const looks = new Map<string, StoredRows[]>();
  for (const record of records) {
    const rows = looks.get(record.runId) ?? [];
    rows.push(storedRows(record));
    looks.set(record.runId, rows);
  }
  return [...looks].map(([runId, rows]) => ({ runId, rows }));
}
