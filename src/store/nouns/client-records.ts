/** What people say of clients: notes, and how it ended. Both are added, and never changed. */
import type { Kysely, Selectable } from 'kysely';
import type { ClientNoteRecord, ClientRecordStore, OutcomeRecord } from '../port/client-records.ts';
import type { ClientNotesTable, ClientOutcomesTable, Tables } from '../tables.ts';

/** Rows an UPDATE names at once, well under every database's limit of parameters. */
const BATCH = 500;

export function createClientRecords(db: Kysely<Tables>): ClientRecordStore {
  return {
    recordClientNote: async ({ clientId, createdAt, author, text }) => {
      await db.insertInto('clientNotes').values({ clientId, createdAt, author, text }).execute();
    },
    recordOutcome: async ({ clientId, createdAt, outcome, at, author }) => {
      const settled = outcome === 'contacted' ? 1 : 0;
      await db
        .insertInto('clientOutcomes')
        .values({ clientId, createdAt, outcome, at, author, settled })
        .execute();
    },
    clientNotes: async (clientId, limit) => {
      const rows = await db
        .selectFrom('clientNotes')
        .selectAll()
        .where('clientId', '=', clientId)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toNote);
    },
    outcomes: async (clientId, limit) => {
      const rows = await db
        .selectFrom('clientOutcomes')
        .selectAll()
        .where('clientId', '=', clientId)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toOutcome);
    },
    waitingOutcomes: async (limit) => {
      const rows = await db
        .selectFrom('clientOutcomes')
        .selectAll()
        .where('settled', '=', 0)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toOutcome(row), seq: row.seq }));
    },
    settleOutcomes: (places, file) => settleOutcomes(db, places, file),
  };
}

async function settleOutcomes(
  db: Kysely<Tables>,
  places: readonly number[],
  file: string | null,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (let from = 0; from < places.length; from += BATCH) {
      await transaction
        .updateTable('clientOutcomes')
        .set({ settled: 1, file })
        .where('seq', 'in', places.slice(from, from + BATCH))
        .execute();
    }
  });
}

function toNote({ seq, ...row }: Selectable<ClientNotesTable>): ClientNoteRecord {
  return row;
}

function toOutcome({ seq, ...row }: Selectable<ClientOutcomesTable>): OutcomeRecord {
  return { ...row, settled: row.settled === 1 };
}
