/** Puts a trained and scored model into production: model, score and file list together, or nothing. */
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';
import { renderFileList } from '../core/models/file-list.ts';
import { parseModel } from '../core/models/model-file.ts';
import { type LiveFolder, MODEL_FILE, renderScore } from '../store/live-folder.ts';
import type { Store } from '../store/port.ts';

export interface DeployOptions {
  readonly runId: string;
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

/**
 * Deploys a model with its recorded test score. The file list is the one that the model was trained on. Throws
 * `model-invalid` for a text that is no model, `nothing-scored` where this very model has no test score.
 */
export async function deploy(
  deps: {
    readonly live: LiveFolder;
    readonly store: Pick<Store, 'latestScore' | 'recordDeployment'>;
    readonly clock: Clock;
  },
  options: DeployOptions,
): Promise<DeploySummary> {
  const model = parseModel(options.model);
  const score = await deps.store.latestScore(model.version, 'test');
  if (score === null) {
    throw new TidewatchError(
      'nothing-scored',
      `Model ${model.version} has not been scored on the test data, so it is not deployed. Run "tidewatch score" first.`,
    );
  }
  const manifest = deps.live.publish({
    deployedAt: deps.clock.now(),
    runId: options.runId,
    modelVersion: model.version,
    f1: score.f1,
    reason: options.reason,
    model: options.model,
    score: renderScore(score.f1),
    fileList: renderFileList(model.certificate.files),
  });
  const { id, deployedAt, reason } = manifest;
  const summary: DeploySummary = { id, modelVersion: model.version, f1: score.f1, deployedAt, reason };
  await deps.store.recordDeployment({ ...summary, runId: options.runId });
  return summary;
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
