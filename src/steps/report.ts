/** Draws the report from stored values: the confusion matrix as confusionmatrix.png. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import type { Evaluation } from '../core/metrics/evaluate.ts';
import { confusionMatrix } from '../report/charts/confusion-matrix.ts';
import type { Renderer } from '../report/renderer.ts';
import type { ScoreRecord, Store } from '../store/port.ts';

const CONFUSION_MATRIX_FILE = 'confusionmatrix.png';

export interface ReportOptions {
  /** The model to report on: the deployed one, or the trained one where none is deployed. */
  readonly modelVersion: string;
  /** Absolute path of output_model_path. */
  readonly modelFolder: string;
}

export interface ReportSummary {
  readonly model: string;
  /** Absolute paths of the files written. */
  readonly files: readonly string[];
}

/**
 * Writes the confusion matrix of the model's newest test score. It computes nothing anew, so equal values give an
 * equal file, byte for byte; on any failure the old file stays. Throws `nothing-scored` where there is no score.
 */
export async function report(
  deps: { readonly store: Pick<Store, 'latestScore'>; readonly renderer: Pick<Renderer, 'png'> },
  { modelVersion, modelFolder }: ReportOptions,
): Promise<ReportSummary> {
  const score = await deps.store.latestScore(modelVersion, 'test');
  if (score === null) {
    throw new TidewatchError(
      'nothing-scored',
      `Model ${modelVersion} has not been scored on the test data, so there is nothing to draw. ` +
        'Run "tidewatch score" first.',
      { details: { modelVersion } },
    );
  }
  const chart = confusionMatrix(evaluationOf(score), { modelVersion, datasetName: 'test data' });
  const path = join(modelFolder, CONFUSION_MATRIX_FILE);
  writeFileAtomic(path, await deps.renderer.png(chart));
  return { model: modelVersion, files: [path] };
}

/** The stored metrics as what was stored: the score step writes an Evaluation there. */
function evaluationOf(score: ScoreRecord): Evaluation {
  const { metrics } = score;
  if (typeof metrics === 'object' && metrics !== null && 'confusion' in metrics) return metrics as Evaluation;
  throw new TidewatchError(
    'store-unavailable',
    `The stored score of model ${score.modelVersion} of ${score.createdAt} holds no confusion matrix. ` +
      'Run "tidewatch score" again.',
    { details: { modelVersion: score.modelVersion, createdAt: score.createdAt } },
  );
}
