/** Deployments: which model was live when. */
import type { Listed, Page } from './paging.ts';
import type { RunTrigger } from './runs.ts';

export interface DeploymentRecord {
  readonly id: string;
  readonly runId: string;
  readonly modelVersion: string;
  readonly deployedAt: string;
  readonly f1: number;
  readonly reason: string;
}

/** A deployment with what brought it about: the verb of its run (`run`, `deploy`, `promote`, `rollback`). */
export interface DeploymentEvent extends DeploymentRecord {
  readonly verb: string;
  readonly trigger: RunTrigger;
}

export interface DeploymentStore {
  /** Adds the deployment; one that is known already stays as it was. */
  recordDeployment(deployment: DeploymentRecord): Promise<void>;
  /** Once it has returned, all that was recorded before survives the loss of power. */
  settle(): Promise<void>;
  deployment(id: string): Promise<Listed<DeploymentEvent> | null>;
  deployments(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<DeploymentEvent>[]>;
}
