/** Checks: what each rule said about drift, and the gate about a challenger. */
import type { Kysely, Selectable } from 'kysely';
import type { CheckOutline, CheckRecord, CheckStore } from '../port/checks.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { ChecksTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createChecks(db: Kysely<Tables>): CheckStore {
  return {
    recordCheck: (check) => recordCheck(db, check),
    checks: (page) => listChecks(db, page),
    latestCheck: (kind, modelVersion) => latestCheck(db, kind, modelVersion),
  };
}

const LISTED = [
  'seq',
  'runId',
  'modelVersion',
  'createdAt',
  'kind',
  'rule',
  'outcome',
  'rows',
  'observed',
  'expected',
  'reason',
] as const;

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

async function listChecks(
  db: Kysely<Tables>,
  page: Page & { readonly kind?: CheckRecord['kind'] },
): Promise<readonly Listed<CheckOutline>[]> {
  let query = db.selectFrom('checks').select(LISTED).where(beforeCursor('createdAt', page));
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toOutline(row), row.createdAt, row.seq));
}

async function latestCheck(
  db: Kysely<Tables>,
  kind: CheckRecord['kind'],
  modelVersion: string | undefined,
): Promise<CheckRecord | null> {
  let query = db
    .selectFrom('checks')
    .select([...LISTED, 'details'])
    .where('kind', '=', kind);
  if (modelVersion !== undefined) query = query.where('modelVersion', '=', modelVersion);
  const row = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return null;
  const { details, ...outline } = row;
  return { ...toOutline(outline), details: fromJson(details) };
}

function toOutline({ seq, ...row }: Omit<Selectable<ChecksTable>, 'details'>): CheckOutline {
  return { ...row, outcome: row.outcome === 1 };
}
