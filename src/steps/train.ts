/** Fits a model on a snapshot and writes it as trainedmodel.json. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { fitRecipe, PLAIN_RECIPE } from '../core/features/recipe.ts';
import type { SourceBatch } from '../core/features/source-column.ts';
import { fitSources } from '../core/features/source-fit.ts';
import { createTransform } from '../core/features/transform.ts';
import { fitLogistic } from '../core/learners/logistic.ts';
import type { LogisticFit } from '../core/learners/newton.ts';
import { type Feature, MODEL_FORMAT, type ModelDocument } from '../core/models/document.ts';
import { modelVersion, renderModel } from '../core/models/model-file.ts';
import type { DesignBlock } from '../core/statistics/gram.ts';
import { columnOf } from '../engine/contract.ts';
import { modelInputsOf } from '../engine/model-inputs.ts';
import type { Engine, Snapshot, Table, TableContract } from '../engine/port.ts';
import { MODEL_FILE } from '../store/live-folder.ts';
import type { Store } from '../store/port.ts';

export interface TrainOptions {
  readonly runId: string;
  readonly version: string;
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
  /** Names of the files that the snapshot was made of. */
  readonly files: readonly string[];
  readonly contract: TableContract;
  /** Absolute path of output_model_path. */
  readonly modelFolder: string;
  readonly logistic: { readonly C: number; readonly standardize: boolean };
  readonly threshold: number;
  readonly seed: number;
}

export interface TrainSummary {
  readonly version: string;
  readonly learner: string;
  readonly path: string;
  readonly snapshot: string;
  readonly rows: number;
  readonly positives: number;
  readonly coefficients: readonly { readonly name: string; readonly value: number }[];
  readonly intercept: number;
  readonly fit: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/**
 * Trains on every labelled row of the snapshot. Errors of the learner pass through: `one-class` where the target
 * has one value, `too-few-rows` where there is no row at all.
 */
export async function train(
  deps: { readonly engine: Engine; readonly store: Pick<Store, 'recordModel'>; readonly clock: Clock },
  options: TrainOptions,
): Promise<TrainSummary> {
  const from = deps.clock.elapsedMs();
  const table = await deps.engine.open({
    kind: 'snapshot',
    snapshot: options.snapshot,
    contract: options.contract,
  });
  try {
    const training = await readTraining(table, options.contract);
    const model = fitModel(training, options, deps.clock.now());
    const path = join(options.modelFolder, MODEL_FILE);
    writeFileAtomic(path, renderModel(model.document));
    await deps.store.recordModel({
      version: model.document.version,
      runId: options.runId,
      createdAt: model.document.certificate.trainedAt,
      snapshotId: options.snapshot.id,
      learner: model.document.learner.kind,
      seconds: (deps.clock.elapsedMs() - from) / 1000,
      document: model.document,
    });
    return summarise(model, path);
  } finally {
    await table.close();
  }
}

interface Training {
  readonly batches: readonly SourceBatch[];
  readonly labels: readonly Float64Array[];
  readonly rows: number;
}

/** The rows as typed arrays, in the order of the snapshot. */
async function readTraining(table: Table, contract: TableContract): Promise<Training> {
  const names = modelInputsOf(contract).map((input) => input.name);
  const batches: SourceBatch[] = [];
  const labels: Float64Array[] = [];
  for await (const batch of table.stream([...names, columnOf(contract, 'target')])) {
    const target = batch.columns[names.length];
    if (target?.kind !== 'numeric')
      throw new TidewatchError('internal', 'The target did not come as numbers.');
    batches.push({ rows: batch.rows, columns: batch.columns.slice(0, names.length) });
    labels.push(target.values);
  }
  if (table.rows === 0) {
    throw new TidewatchError(
      'too-few-rows',
      'The snapshot has no rows, so there is nothing to train on. Add data and ingest.',
    );
  }
  return { batches, labels, rows: table.rows };
}

interface Fitted {
  readonly document: ModelDocument;
  readonly features: readonly Feature[];
  readonly fit: LogisticFit;
}

function fitModel(training: Training, options: TrainOptions, trainedAt: Date): Fitted {
  const inputs = modelInputsOf(options.contract);
  const features = fitRecipe(fitSources(inputs, training.batches, { knots: 0 }), PLAIN_RECIPE);
  const transform = createTransform(features, inputs);
  const blocks = training.batches.map((batch, index): DesignBlock => {
    return {
      rows: batch.rows,
      columns: transform(batch),
      labels: training.labels[index] as Float64Array,
      weights: null,
    };
  });
  const fit = fitLogistic(blocks, options.logistic);
  const positives = training.labels.reduce(
    (sum, part) => sum + part.reduce((total, label) => total + label, 0),
    0,
  );
  const { coefficients, intercept, means } = fit;
  const unnamed: Omit<ModelDocument, 'version'> = {
    format: MODEL_FORMAT,
    target: { column: columnOf(options.contract, 'target') ?? '', positive: options.contract.positive },
    id: columnOf(options.contract, 'id'),
    inputs,
    features,
    learner: { kind: 'logistic-regression', coefficients, intercept, means },
    calibration: { kind: 'none' },
    threshold: options.threshold,
    certificate: {
      trainedAt: trainedAt.toISOString(),
      version: options.version,
      seed: options.seed,
      snapshot: { id: options.snapshot.id, rows: training.rows, positives },
      files: options.files,
      options: { learner: 'logistic-regression', ...options.logistic },
      fit: {
        objective: fit.objective,
        loss: fit.loss,
        gradientNorm: fit.gradientNorm,
        iterations: fit.iterations,
        passes: fit.passes,
        notes: fit.notes,
      },
    },
  };
  return { document: { ...unnamed, version: modelVersion(unnamed, sha256) }, features, fit };
}

function summarise({ document, features, fit }: Fitted, path: string): TrainSummary {
  const { certificate } = document;
  return {
    version: document.version,
    learner: document.learner.kind,
    path,
    snapshot: certificate.snapshot.id,
    rows: certificate.snapshot.rows,
    positives: certificate.snapshot.positives,
    coefficients: features.map((feature, index) => ({
      name: nameOf(feature),
      value: fit.coefficients[index] ?? 0,
    })),
    intercept: fit.intercept,
    fit: certificate.fit,
    notes: fit.notes,
  };
}

function nameOf(feature: Feature): string {
  if (feature.kind === 'level') return `${feature.source} = ${feature.level}`;
  if (feature.kind === 'missing') return `${feature.source} is missing`;
  if (feature.kind === 'hinge') return `${feature.source} above ${feature.knot}`;
  return feature.source;
}
