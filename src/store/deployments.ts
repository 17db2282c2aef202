/**
 * Deployments: a model is live from its deployment to the next one, so the one that was live at a time is the
 * first of `deployments({ limit: 1, before: time })`.
 */
import type { Kysely, Selectable } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { beforeCursor, listed } from './paging.ts';
import type { DeploymentEvent, DeploymentRecord, Listed, Page, Store } from './port.ts';
import type { DeploymentsTable, RunsTable, Tables } from './tables.ts';

type Deployments = Pick<Store, 'recordDeployment' | 'deployments'>;

export function createDeployments(db: Kysely<Tables>, dialect: StoreDialect): Deployments {
  return {
    recordDeployment: (deployment) => recordDeployment(db, dialect, deployment),
    deployments: (page) => listDeployments(db, page),
  };
}

async function recordDeployment(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  deployment: DeploymentRecord,
): Promise<void> {
  await dialect.durably(db, (transaction) =>
    transaction
      .insertInto('deployments')
      .values({
        id: deployment.id,
        runId: deployment.runId,
        modelVersion: deployment.modelVersion,
        deployedAt: deployment.deployedAt,
        f1: deployment.f1,
        reason: deployment.reason,
      })
      .execute(),
  );
}

async function listDeployments(
  db: Kysely<Tables>,
  page: Page & { readonly modelVersion?: string },
): Promise<readonly Listed<DeploymentEvent>[]> {
  let query = db
    .selectFrom('deployments')
    .innerJoin('runs', 'runs.id', 'deployments.runId')
    .selectAll('deployments')
    .select(['runs.verb', 'runs.startedBy'])
    .where(beforeCursor('deployments.deployedAt', page, 'deployments.seq'));
  if (page.modelVersion !== undefined) query = query.where('modelVersion', '=', page.modelVersion);
  const rows = await query
    .orderBy('deployedAt', 'desc')
    .orderBy('deployments.seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toDeployment(row), row.deployedAt, row.seq));
}

type Joined = Selectable<DeploymentsTable> & Pick<Selectable<RunsTable>, 'verb' | 'startedBy'>;

function toDeployment({ seq, startedBy, ...row }: Joined): DeploymentEvent {
  return { ...row, f1: row.f1 ?? Number.NaN, trigger: startedBy };
}
