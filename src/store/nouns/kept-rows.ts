/** References to rows that the engine keeps, and the rows that records of earlier versions hold themselves. */
import type { Kysely, Selectable } from 'kysely';
import type { KeptColumns } from '../../engine/port.ts';
import type { StoreDialect } from '../databases/dialect.ts';
import type { KeptRowsStore, StoredRows } from '../port/kept-rows.ts';
import type { Tables, WatchedRowsTable } from '../tables.ts';
import { doublesFromText, floatsFromText, keysFromText } from './row-keys.ts';

export function createKeptRowsStore(db: Kysely<Tables>, dialect: StoreDialect): KeptRowsStore {
  return {
    keptReferences: () => keptReferences(db),
    inlineRows: (limit) => inlineRows(db, limit),
    replaceRows: (seq, reference) => dialect.durably(db, (work) => replaceRows(work, seq, reference)),
    inlineScoring: () => inlineScoring(db),
    inlineScores: (runId) => inlineScores(db, runId),
    replaceScores: (runId, reference) => dialect.durably(db, (work) => replaceScores(work, runId, reference)),
  };
}

type RowsRecord = Pick<Selectable<WatchedRowsTable>, 'rows' | 'rowKeys' | 'probabilities' | 'reference'>;

/** The rows of a record, by their reference where it has one. */
export function storedRows(record: RowsRecord): StoredRows {
  const { rows, reference } = record;
  return reference === null ? { reference, columns: columnsIn(record) } : { reference, rows };
}

function columnsIn({ rowKeys, probabilities }: Pick<RowsRecord, 'rowKeys' | 'probabilities'>): KeptColumns {
  return {
    keys: keysFromText(rowKeys),
    probabilities: probabilities === null ? null : doublesFromText(probabilities),
  };
}

async function keptReferences(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const records = await db
    .selectFrom('watchedRows')
    .select('reference')
    .where('reference', 'is not', null)
    .union(db.selectFrom('scorings').select('reference').where('reference', 'is not', null))
    .execute();
  return new Set(records.flatMap(({ reference }) => reference ?? []));
}

async function inlineRows(db: Kysely<Tables>, limit: number): ReturnType<KeptRowsStore['inlineRows']> {
  const records = await db
    .selectFrom('watchedRows')
    .select(['seq', 'rowKeys', 'probabilities'])
    .where('reference', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return records.map(({ seq, ...record }) => ({ seq, columns: columnsIn(record) }));
}

async function replaceRows(db: Kysely<Tables>, seq: number, reference: string): Promise<void> {
  await db
    .updateTable('watchedRows')
    .set({ reference, rowKeys: '', probabilities: null })
    .where('seq', '=', seq)
    .execute();
}

async function inlineScoring(db: Kysely<Tables>): Promise<string | null> {
  const record = await db
    .selectFrom('scorings')
    .select('runId')
    .where('reference', 'is', null)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return record?.runId ?? null;
}

async function inlineScores(db: Kysely<Tables>, runId: string): Promise<KeptColumns> {
  const parts = await db
    .selectFrom('scoringParts')
    .select(['clients', 'clientKeys', 'probabilities'])
    .where('runId', '=', runId)
    .orderBy('part')
    .execute();
  const rows = parts.reduce((sum, { clients }) => sum + clients, 0);
  const columns = { keys: new BigUint64Array(rows), probabilities: new Float64Array(rows) };
  let at = 0;
  for (const { clients, clientKeys, probabilities } of parts) {
    columns.keys.set(keysFromText(clientKeys), at);
    columns.probabilities.set(floatsFromText(probabilities), at);
    at += clients;
  }
  return columns;
}

async function replaceScores(db: Kysely<Tables>, runId: string, reference: string): Promise<void> {
  await db.updateTable('scorings').set({ reference }).where('runId', '=', runId).execute();
  await db.deleteFrom('scoringParts').where('runId', '=', runId).execute();
}
