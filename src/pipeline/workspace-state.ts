/** What the workspace holds now: the live model, the trained model, the snapshot, the test data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TidewatchError } from '../base/errors.ts';
import { sha256File } from '../base/hash.ts';
import { readTextFile } from '../base/regular-file.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { parseModel } from '../core/models/model-file.ts';
import { listDataFiles } from '../engine/compile/input-folder.ts';
import type { OutcomeRule } from '../engine/history.ts';
import type { Snapshot } from '../engine/port.ts';
import { readSnapshotFile } from '../engine/snapshot-file.ts';
import type { TestData } from '../engine/test-rows.ts';
import type { TrainedOn } from '../engine/trained-rows.ts';
import { type Deployed, MODEL_FILE, parseScore } from '../store/live-folder.ts';
import type { Resources } from './resources.ts';

/** The model that is live. */
export interface LiveModel {
  readonly deployed: Deployed;
  readonly model: ModelDocument;
  readonly f1: number;
}

/** The live model, or null; `deployment-damaged` or `model-invalid` where it cannot be read. */
export function readLiveModel(resources: Resources): LiveModel | null {
  const deployed = resources.live.read();
  if (deployed === null) return null;
  return { deployed, model: parseModel(deployed.model), f1: parseScore(deployed.score) };
}

/** When the outcome of a row is known, by the configuration. */
export function outcomeRuleOf({ workspace }: Pick<Resources, 'workspace'>): Omit<OutcomeRule, 'now'> {
  const { horizon_days: horizonDays, meaning } = workspace.config.labels;
  return { horizonDays, meaning };
}

/** The rows that score a model: those of held-out clients, or the files of test_data_path. */
export async function readTestData(resources: Resources): Promise<TestData> {
  const { contract, workspace, clock } = resources;
  const { holdout } = workspace.config;
  const outcomes = { ...outcomeRuleOf(resources), now: clock.now() };
  if (holdout !== null) {
    const snapshot = currentSnapshot(resources);
    const live = await trainingOfLive(resources);
    const rows = { kind: 'held-out', snapshot, holdout, live } as const;
    return { rows, hashes: [snapshot.id, ...(live === null ? [] : [live.version])], contract, outcomes };
  }
  const { testData, output } = workspace.paths;
  const paths = listTestFiles(resources, testData);
  const hashes = await Promise.all(paths.map(sha256File));
  return {
    rows: { kind: 'files', paths, training: readSnapshotFile(output) },
    hashes,
    contract,
    outcomes,
  };
}

/** Absolute paths of the test files. Error `input-empty`, with what was there before where clients were held out then. */
function listTestFiles(resources: Resources, folder: string): string[] {
  try {
    return listDataFiles(folder, resources.workspace.root);
  } catch (cause) {
    const isEmpty = cause instanceof TidewatchError && cause.code === 'input-empty';
    if (!isEmpty || readLiveModel(resources)?.model.certificate.heldOut === undefined) throw cause;
    throw new TidewatchError(
      'input-empty',
      `${folder} has no test file, and config.json has no "holdout" any more, by which the live model was tested. Put it ` +
        'back, or put labelled rows that no model learns from into that folder.',
      { details: { folder }, cause },
    );
  }
}

/** What the live model was trained on; null where none is live, or the store does not know its snapshot. */
async function trainingOfLive(
  resources: Resources,
): Promise<(TrainedOn & { readonly version: string }) | null> {
  const model = readLiveModel(resources)?.model;
  const snapshot = model === undefined ? null : await trainingSnapshot(resources, model);
  if (model === undefined || snapshot === null) return null;
  const { outcomes, heldOut } = model.certificate;
  return { version: model.version, snapshot, outcomes, heldOut };
}

/** The snapshot that a model was trained on; null where the store does not know it. */
export async function trainingSnapshot(
  { workspace, store }: Resources,
  model: ModelDocument,
): Promise<Pick<Snapshot, 'parquetPath' | 'columns'> | null> {
  const trained = await (await store()).snapshot(model.certificate.snapshot.id);
  if (trained === null) return null;
  return {
    parquetPath: join(workspace.root, trained.parquetPath),
    columns: trained.columns as Snapshot['columns'],
  };
}

/** The snapshot that finaldata.csv is; `nothing-ingested` before the first ingestion. */
export function currentSnapshot(resources: Resources): Snapshot {
  const { output } = resources.workspace.paths;
  const snapshot = readSnapshotFile(output);
  if (snapshot !== null) return snapshot;
  throw new TidewatchError(
    'nothing-ingested',
    `${output} holds no compiled data yet. Run "tidewatch ingest" first.`,
  );
}

/** The model of output_model_path; `nothing-trained` where there is none. */
export function readTrainedModel(resources: Resources): ModelDocument {
  const path = join(resources.workspace.paths.model, MODEL_FILE);
  if (!existsSync(path)) {
    throw new TidewatchError('nothing-trained', `${path} is not there. Run "tidewatch train" first.`, {
      details: { path },
    });
  }
  return parseModel(readTextFile(path));
}
