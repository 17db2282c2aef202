/**
 * Scorings: what a model said of every client of a snapshot. A scoring of a million clients is 256 records of some
 * 60 kB, by the first byte of the client's key, so that writing one is quick and so is asking for a few clients.
 */
import type { Kysely, Selectable } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { ClientScores, ScoringRecord, ScoringStore } from '../port/scorings.ts';
import type { ScoringsTable, Tables } from '../tables.ts';
import { floatsFromText, floatsToText, keysFromText, keysToText } from './row-keys.ts';

const PARTS = 256;
const PART_SHIFT = 56n;
/** Records of an INSERT. */
const BATCH = 32;

export function createScorings(db: Kysely<Tables>, dialect: StoreDialect): ScoringStore {
  return {
    recordScoring: (scoring, keepClients) => recordScoring(db, dialect, scoring, keepClients),
    scorings: (limit) => listScorings(db, limit),
    clientScores: (runId, keys) => clientScores(db, runId, keys),
    scoresOfClient: (key, limit) => scoresOfClient(db, key, limit),
  };
}

async function recordScoring(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  scoring: ScoringRecord & ClientScores,
  keepClients: number,
): Promise<void> {
  const { runId, modelVersion, snapshotId, createdAt, clients } = scoring;
  const rows = split(scoring).map(({ part, keys, probabilities }) => ({
    runId,
    part,
    clients: keys.length,
    clientKeys: keysToText(keys),
    probabilities: floatsToText(probabilities),
  }));
  await dialect.durably(db, async (transaction) => {
    await transaction
      .insertInto('scorings')
      .values({ runId, modelVersion, snapshotId, createdAt, clients })
      .execute();
    for (let at = 0; at < rows.length; at += BATCH) {
      await transaction
        .insertInto('scoringParts')
        .values(rows.slice(at, at + BATCH))
        .execute();
    }
    const old = beyond(await listScorings(transaction, MAX_SCORINGS), keepClients);
    if (old.length === 0) return;
    await transaction.deleteFrom('scoringParts').where('runId', 'in', old).execute();
    await transaction.deleteFrom('scorings').where('runId', 'in', old).execute();
  });
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

/** The scores by part, those of a part in the order of their keys. */
function split({ keys, probabilities }: ClientScores): (ClientScores & { readonly part: number })[] {
  const places: number[][] = Array.from({ length: PARTS }, () => []);
  keys.forEach((key, place) => {
    places[partOf(key)]?.push(place);
  });
  return places.flatMap((own, part) => {
    if (own.length === 0) return [];
    const ordered = own.sort((a, b) => ((keys[a] as bigint) < (keys[b] as bigint) ? -1 : 1));
    return {
      part,
      keys: BigUint64Array.from(ordered, (place) => keys[place] as bigint),
      probabilities: Float32Array.from(ordered, (place) => probabilities[place] as number),
    };
  });
}

function partOf(key: bigint): number {
  return Number(key >> PART_SHIFT);
}

async function listScorings(db: Kysely<Tables>, limit: number): Promise<readonly ScoringRecord[]> {
  const rows = await db.selectFrom('scorings').selectAll().orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(toScoring);
}

async function clientScores(db: Kysely<Tables>, runId: string, keys: BigUint64Array): Promise<Float64Array> {
  const found = new Float64Array(keys.length).fill(Number.NaN);
  const parts = [...new Set(Array.from(keys, partOf))];
  const rows =
    parts.length === 0
      ? []
      : await db
          .selectFrom('scoringParts')
          .select(['part', 'clientKeys', 'probabilities'])
          .where('runId', '=', runId)
          .where('part', 'in', parts)
          .execute();
  const byPart = new Map(rows.map((row) => [row.part, toScores(row)]));
  keys.forEach((key, place) => {
    const scores = byPart.get(partOf(key));
    if (scores !== undefined) found[place] = scoreOf(scores, key);
  });
  return found;
}

async function scoresOfClient(
  db: Kysely<Tables>,
  key: bigint,
  limit: number,
): Promise<readonly (ScoringRecord & { readonly probability: number })[]> {
  const rows = await db
    .selectFrom('scoringParts')
    .innerJoin('scorings', 'scorings.runId', 'scoringParts.runId')
    .selectAll('scorings')
    .select(['scoringParts.clientKeys', 'scoringParts.probabilities'])
    .where('scoringParts.part', '=', partOf(key))
    .orderBy('scorings.seq', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ clientKeys, probabilities, ...row }) => {
    const probability = scoreOf(toScores({ clientKeys, probabilities }), key);
    return Number.isNaN(probability) ? [] : [{ ...toScoring(row), probability }];
  });
}

function toScores(row: { readonly clientKeys: string; readonly probabilities: string }): ClientScores {
  return { keys: keysFromText(row.clientKeys), probabilities: floatsFromText(row.probabilities) };
}

/** The score of a client among those of its part, NaN where it is not there. */
function scoreOf({ keys, probabilities }: ClientScores, key: bigint): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as bigint) < key) low = middle + 1;
    else high = middle;
  }
  return keys[low] === key ? (probabilities[low] as number) : Number.NaN;
}

function toScoring({ seq, ...row }: Selectable<ScoringsTable>): ScoringRecord {
  return row;
}
