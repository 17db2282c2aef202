/**
 * Deployments in the order in which they were recorded; what is live the live folder says. A model is live from its
 * deployment to the next one, so the one that was live at a time is the first of `deployments({ limit: 1, before: time })`:
 * the last recorded of those that were made before it, also where a clock was ahead for a while.
 */
import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { DeploymentEvent, DeploymentRecord, DeploymentStore } from '../port/deployments.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { DeploymentsTable, RunsTable, Tables } from '../tables.ts';
import { beforeCursor, listed } from './paging.ts';

export function createDeployments(db: Kysely<Tables>, dialect: StoreDialect): DeploymentStore {
  return {
    recordDeployment: (deployment) => recordDeployment(db, dialect, deployment),
    deployment: (id) => findDeployment(db, id),
    deployments: (page) => listDeployments(db, page),
    settle: () => settle(db, dialect),
  };
}

async function recordDeployment(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  deployment: DeploymentRecord,
): Promise<void> {
  await dialect.durably(db, (transaction) => {
    const insert = transaction.insertInto('deployments').values({
      id: deployment.id,
      runId: deployment.runId,
      modelVersion: deployment.modelVersion,
      deployedAt: deployment.deployedAt,
      f1: deployment.f1,
      reason: deployment.reason,
    });
    return dialect.ifAbsent(insert).execute();
  });
}

/** A transaction that changes nothing would not reach the disk. */
async function settle(db: Kysely<Tables>, dialect: StoreDialect): Promise<void> {
  const token = `settle-${randomUUID()}`;
  await dialect.durably(db, async (transaction) => {
    await transaction.insertInto('commits').values({ token, at: '' }).execute();
    await transaction.deleteFrom('commits').where('token', '=', token).execute();
  });
}

async function findDeployment(db: Kysely<Tables>, id: string): Promise<Listed<DeploymentEvent> | null> {
  const row = await joined(db).where('deployments.id', '=', id).executeTakeFirst();
  return row === undefined ? null : toListed(row);
}

async function listDeployments(
  db: Kysely<Tables>,
  page: Page & { readonly modelVersion?: string },
): Promise<readonly Listed<DeploymentEvent>[]> {
  let query = joined(db).where(beforeCursor('deployments.deployedAt', page, 'deployments.seq'));
  if (page.modelVersion !== undefined) query = query.where('modelVersion', '=', page.modelVersion);
  const rows = await query.orderBy('deployments.seq', 'desc').limit(page.limit).execute();
  return rows.map(toListed);
}

function joined(db: Kysely<Tables>) {
  return db
    .selectFrom('deployments')
    .innerJoin('runs', 'runs.id', 'deployments.runId')
    .selectAll('deployments')
    .select(['runs.verb', 'runs.startedBy']);
}

type Joined = Selectable<DeploymentsTable> & Pick<Selectable<RunsTable>, 'verb' | 'startedBy'>;

function toListed({ seq, startedBy, ...row }: Joined): Listed<DeploymentEvent> {
  return listed({ ...row, f1: row.f1 ?? Number.NaN, trigger: startedBy }, row.deployedAt, seq);
}
