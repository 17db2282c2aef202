/** Checks: what each rule said about drift, and the gate about a challenger. */
import type { Kysely, Selectable } from 'kysely';
import { checkCodecs } from '../codecs/check-codecs.ts';
import type { CheckKind, CheckOutline, CheckRecord, CheckStore } from '../port/checks.ts';
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

async function recordCheck<K extends CheckKind>(db: Kysely<Tables>, check: CheckRecord<K>): Promise<void> {
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
      details: toJson(checkCodecs[check.kind].encode(check.details)),
    })
    .execute();
}

async function listChecks(
  db: Kysely<Tables>,
  page: Page & { readonly kind?: CheckKind },
): Promise<readonly Listed<CheckOutline>[]> {
  let query = db.selectFrom('checks').select(LISTED).where(beforeCursor('createdAt', page));
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind);
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map((row) => listed(toOutline(row), row.createdAt, row.seq));
}

async function latestCheck<K extends CheckKind>(
  db: Kysely<Tables>,
  kind: K,
  modelVersion: string | undefined,
): Promise<CheckRecord<K> | null> {
  let query = db
    .selectFrom('checks')
    .select([...LISTED, 'details'])
    .where('kind', '=', kind);
  if (modelVersion !== undefined) query = query.where('modelVersion', '=', modelVersion);
  const row = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return null;
  const { details, ...outline } = row;
  const place = `The ${kind} check of model ${row.modelVersion} of ${row.createdAt} in the state store`;
  return { ...toOutline(outline), kind, details: checkCodecs[kind].decode(fromJson(details), place) };
}

function toOutline({ seq, ...row }: Omit<Selectable<ChecksTable>, 'details'>): CheckOutline {
  return { ...row, outcome: row.outcome === 1 };
}
