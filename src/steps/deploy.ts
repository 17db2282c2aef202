/** Puts a trained and scored model into production: model, score and file list together, or nothing. */
import type { Clock } from '../base/clock.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { renderFileList } from '../core/models/file-list.ts';
import { renderModel } from '../core/models/model-file.ts';
import { type Deployed, renderScore } from '../store/live/deployed-files.ts';
import type { LiveFolder } from '../store/live/live-folder.ts';
import type { DeploymentStore } from '../store/port/deployments.ts';
import type { LeaseStore } from '../store/port/leases.ts';
import type { ModelRecord, ModelStore } from '../store/port/models.ts';

/** The model that is live, with the files that it is deployed as. */
export interface LiveModel {
  readonly deployed: Deployed;
  readonly model: ModelDocument;
  /** On the test data, as it went live. */
  readonly f1: number;
}

/** A model with its F1 on the test data. */
export type ScoredModel = Pick<LiveModel, 'model' | 'f1'>;

export interface DeployOptions {
  readonly runId: string;
  /** That of the lock which the run holds. */
  readonly token: number;
  /** Why, for the history. */
  readonly reason: string;
}

export interface DeploySummary {
  readonly id: string;
  readonly modelVersion: string;
  readonly f1: number;
  readonly deployedAt: string;
  readonly reason: string;
}

/**
 * Makes a scored model live. The file list is the one that it was trained on. What the store has to know of it is
 * durable before the link moves, and the deployment is recorded after: whoever is killed, or loses power, in between
 * leaves files that the next run records.
 */
export async function deploy(
  {
    live,
    store,
    clock,
  }: {
    readonly live: Pick<LiveFolder, 'publish'>;
    readonly store: Pick<ModelStore, 'recordModel'> &
      Pick<DeploymentStore, 'settle' | 'recordDeployment'> &
      Pick<LeaseStore, 'whileHeld'>;
    readonly clock: Clock;
  },
  { model, f1 }: ScoredModel,
  { runId, token, reason }: DeployOptions,
): Promise<LiveModel> {
  await store.recordModel(modelRecordOf(model, runId));
  await store.settle();
  const files = {
    model: renderModel(model),
    score: renderScore(f1),
    fileList: renderFileList(model.certificate.files),
  };
  const publication = { deployedAt: clock.now(), runId, modelVersion: model.version, f1, reason, token };
  const manifest = await store.whileHeld(() => live.publish({ ...publication, ...files }));
  const deployment: LiveModel = { deployed: { manifest, ...files }, model, f1 };
  await store.recordDeployment({ ...summariseDeployment(deployment), runId });
  return deployment;
}

export function summariseDeployment({ deployed, f1 }: Pick<LiveModel, 'deployed' | 'f1'>): DeploySummary {
  const { id, modelVersion, deployedAt, reason } = deployed.manifest;
  return { id, modelVersion, f1, deployedAt, reason };
}

/** What the store keeps of a model that another workspace or another store has trained. */
export function modelRecordOf(model: ModelDocument, runId: string): ModelRecord {
  const { trainedAt, snapshot } = model.certificate;
  return {
    version: model.version,
    runId,
    createdAt: trainedAt,
    snapshotId: snapshot.id,
    learner: model.learner.kind,
    seconds: 0,
    document: model,
  };
}
