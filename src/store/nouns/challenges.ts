/**
 * Challenges: a retrained model scores beside the live one on new rows until a test decides. At most one is open;
 * opening another ends it.
 */
import type { Kysely, Selectable } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import { duelCodec } from '../codecs/duel-codec.ts';
import type { StoreDialect } from '../databases/dialect.ts';
import type { ChallengeRecord, ChallengeStore } from '../port/challenges.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { ChallengesTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createChallenges(db: Kysely<Tables>, dialect: StoreDialect): ChallengeStore {
  return {
    startChallenge: (challenge) => startChallenge(db, dialect, challenge),
    advanceChallenge: (step) => advanceChallenge(db, dialect, step),
    endChallenge: (end) => endChallenge(db, dialect, end),
    openChallenge: () => openChallenge(db),
    challenges: (page) => listChallenges(db, page),
  };
}

async function startChallenge(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  challenge: Parameters<ChallengeStore['startChallenge']>[0],
): Promise<void> {
  const { runId, challenger, champion, openedAt } = challenge;
  await dialect.durably(db, async (transaction) => {
    await transaction
      .updateTable('challenges')
      .set({
        status: 'superseded',
        decidedRun: runId,
        decidedAt: openedAt,
        reason: `The newer model ${challenger} challenges instead.`,
      })
      .where('status', '=', 'open')
      .execute();
    await transaction
      .insertInto('challenges')
      .values({
        runId,
        challenger,
        champion,
        openedAt,
        rows: 0,
        state: toJson(duelCodec.encode(challenge.state)),
        status: 'open',
      })
      .execute();
  });
}

async function advanceChallenge(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  step: Parameters<ChallengeStore['advanceChallenge']>[0],
): Promise<void> {
  const { numUpdatedRows } = await dialect.durably(db, (transaction) =>
    transaction
      .updateTable('challenges')
      .set({ rows: step.rows, state: toJson(duelCodec.encode(step.state)) })
      .where('challenger', '=', step.challenger)
      .where('status', '=', 'open')
      .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) throw notOpen(step.challenger);
}

async function endChallenge(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  end: Parameters<ChallengeStore['endChallenge']>[0],
): Promise<void> {
  const { status, runId: decidedRun, at: decidedAt, reason } = end;
  const { numUpdatedRows } = await dialect.durably(db, (transaction) =>
    transaction
      .updateTable('challenges')
      .set({ status, decidedRun, decidedAt, reason })
      .where('challenger', '=', end.challenger)
      .where('status', '=', 'open')
      .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) throw notOpen(end.challenger);
}

function notOpen(challenger: string): TidewatchError {
  return new TidewatchError('internal', `No challenge of the model "${challenger}" is open.`);
}

async function openChallenge(db: Kysely<Tables>): Promise<ChallengeRecord | null> {
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('status', '=', 'open')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toChallenge(row);
}

async function listChallenges(db: Kysely<Tables>, page: Page): Promise<readonly Listed<ChallengeRecord>[]> {
  const rows = await db
    .selectFrom('challenges')
    .selectAll()
    .where(beforeCursor('openedAt', page))
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toChallenge(row), row.openedAt, row.seq));
}

function toChallenge({ seq, ...row }: Selectable<ChallengesTable>): ChallengeRecord {
  const place = `The duel of model ${row.challenger} in the state store`;
  return { ...row, state: duelCodec.decode(fromJson(row.state), place) };
}
