/** Checks: what each rule said about drift, and the gate about a challenger. */
import type { Kysely, Selectable } from 'kysely';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';
import type { CheckRecord, Listed, Page, Store } from './port.ts';
import type { ChecksTable, Tables } from './tables.ts';

type Checks = Pick<Store, 'recordCheck' | 'checks'>;

export function createChecks(db: Kysely<Tables>): Checks {
  return {
    recordCheck: (check) => recordCheck(db, check),
    checks: (page) => listChecks(db, page),
  };
}

async function recordCheck(db: Kysely<Tables>, check: CheckRecord): Promise<void> {
  await db
    .insertInto('checks')
    .values({
      runId: check.runId,
      modelVersion: check.modelVersion,
      createdAt: check.createdAt,
      kind: check.kind,
      rule: check.rule,
      outcome: check.outcome ? 1 : 0,
      rows: check.rows,
      observed: check.observed,
      expected: check.expected,
      reason: check.reason,
      details: toJson(check.details),
    })
    .execute();
}

async function listChecks(db: Kysely<Tables>, page: Page): Promise<readonly Listed<CheckRecord>[]> {
  const rows = await db
    .selectFrom('checks')
    .selectAll()
    .where(beforeCursor('createdAt', page))
    .orderBy('createdAt', 'desc')
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toCheck(row), row.createdAt, row.seq));
}

function toCheck({ seq, ...row }: Selectable<ChecksTable>): CheckRecord {
  return { ...row, outcome: row.outcome === 1, details: fromJson(row.details) };
}
