/** Scorings: when a model scored every client of a snapshot. */
import type { Kysely, Selectable } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { ScoringRecord, ScoringStore } from '../port/scorings.ts';
import type { ScoringsTable, Tables } from '../tables.ts';

export function createScorings(db: Kysely<Tables>, dialect: StoreDialect): ScoringStore {
  return {
    recordScoring: (scoring, keepClients) =>
      dialect.durably(db, (transaction) => recordScoring(transaction, scoring, keepClients)),
    scorings: (limit) => listScorings(db, limit),
  };
}

async function recordScoring(db: Kysely<Tables>, scoring: ScoringRecord, keepClients: number): Promise<void> {
  const { runId, modelVersion, snapshotId, createdAt, clients, reference } = scoring;
  await db
    .insertInto('scorings')
    .values({ runId, modelVersion, snapshotId, createdAt, clients, reference })
    .execute();
  const old = beyond(await listScorings(db, MAX_SCORINGS), keepClients);
  if (old.length === 0) return;
  await db.deleteFrom('scoringParts').where('runId', 'in', old).execute();
  await db.deleteFrom('scorings').where('runId', 'in', old).execute();
}

/** Scorings that are looked at when old ones are forgotten. */
const MAX_SCORINGS = 1000;
const ALWAYS_KEPT = 2;

/** Runs of the scorings, newest first, that come after `keepClients` scores. */
function beyond(scorings: readonly ScoringRecord[], keepClients: number): string[] {
  let sum = 0;
  return scorings
    .filter(({ clients }, place) => {
      sum += clients;
      return place >= ALWAYS_KEPT && sum > keepClients;
    })
    .map(({ runId }) => runId);
}

async function listScorings(db: Kysely<Tables>, limit: number): Promise<readonly ScoringRecord[]> {
  const rows = await db.selectFrom('scorings').selectAll().orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(toScoring);
}

function toScoring({ seq, ...row }: Selectable<ScoringsTable>): ScoringRecord {
  return row;
}
