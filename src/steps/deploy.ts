/** Puts a trained and scored model into production: model, score and file list together, or nothing. */
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { readTextFile } from '../base/regular-file.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { renderFileList } from '../core/models/file-list.ts';
import { parseModel, renderModel } from '../core/models/model-file.ts';
import { MODEL_FILE, renderScore } from '../store/live/deployed-files.ts';
import type { LiveFolder } from '../store/live/live-folder.ts';
import type { DeploymentStore } from '../store/port/deployments.ts';
import type { LeaseStore } from '../store/port/leases.ts';
import type { ModelRecord, ModelStore } from '../store/port/models.ts';
import type { ScoreStore } from '../store/port/scores.ts';

export interface DeployOptions {
  readonly runId: string;
  /** That of the lock which the run holds. */
  readonly token: number;
  /** The text of the model file. */
  readonly model: string;
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

interface DeployDeps {
  readonly live: LiveFolder;
  readonly store: Pick<ModelStore, 'recordModel'> &
    Pick<DeploymentStore, 'settle' | 'recordDeployment'> &
    Pick<LeaseStore, 'whileHeld'>;
  readonly clock: Clock;
}

/**
 * Deploys a model with its recorded test score. The file list is the one that the model was trained on. Throws
 * `model-invalid` for a text that is no model, `nothing-scored` where this very model has no test score.
 */
export async function deploy(
  deps: DeployDeps & { readonly store: Pick<ScoreStore, 'latestScore'> },
  options: DeployOptions,
): Promise<DeploySummary> {
  const model = parseModel(options.model, sha256, `The model to deploy (${MODEL_FILE})`);
  const score = await deps.store.latestScore(model.version, 'test');
  if (score === null) {
    throw new TidewatchError(
      'nothing-scored',
      `Model ${model.version} has not been scored on the test data, so it is not deployed. Run "tidewatch score" first.`,
    );
  }
  return makeLive(deps, model, { ...options, f1: score.f1 });
}

/**
 * Makes a model live. What the store has to know of it is durable before the link moves, and the deployment is recorded
 * after: whoever is killed, or loses power, in between leaves files that the next run records.
 */
export async function makeLive(
  { live, store, clock }: DeployDeps,
  model: ModelDocument,
  { runId, token, reason, f1 }: Omit<DeployOptions, 'model'> & { readonly f1: number },
): Promise<DeploySummary> {
  await store.recordModel(modelRecordOf(model, runId));
  await store.settle();
  const publication = {
    deployedAt: clock.now(),
    runId,
    modelVersion: model.version,
    f1,
    reason,
    token,
    model: renderModel(model),
    score: renderScore(f1),
    fileList: renderFileList(model.certificate.files),
  };
  const { id, deployedAt } = await store.whileHeld(() => live.publish(publication));
  const summary: DeploySummary = { id, modelVersion: model.version, f1, deployedAt, reason };
  await store.recordDeployment({ ...summary, runId });
  return summary;
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

/** The text of the model in output_model_path; `nothing-trained` where there is none. */
export function readTrainedText(modelFolder: string): string {
  const path = join(modelFolder, MODEL_FILE);
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new TidewatchError('nothing-trained', `${path} cannot be read. Run "tidewatch train" first.`, {
      details: { path },
      cause,
    });
  }
}
