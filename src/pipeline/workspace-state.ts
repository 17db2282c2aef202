/** What the workspace holds now: the live model, the trained model, the snapshot, the test data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TidewatchError } from '../base/errors.ts';
import { sha256, sha256File } from '../base/hash.ts';
import { readTextFile } from '../base/regular-file.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { parseModel } from '../core/models/model-file.ts';
import { readFoldModels } from '../engine/kept/fold-models.ts';
import type { Snapshot } from '../engine/port.ts';
import type { ChangedRows, TestData } from '../engine/rows/test-rows.ts';
import type { TrainedOn } from '../engine/rows/trained-rows.ts';
import { listDataFiles } from '../formats/input-folder.ts';
import type { LiveModel } from '../steps/deploy.ts';
import { MODEL_FILE } from '../store/live/deployed-files.ts';
import { changeKnownBy } from './bound/known-change.ts';
import { type Current, currentSnapshot } from './current.ts';
import type { Resources } from './resources.ts';
import { outcomeRuleOf } from './settings.ts';

/**
 * The rows that score models: those of held-out clients, or the files of test_data_path. Where the live model was made
 * after a change, rows before it tell nothing.
 */
export async function readTestData(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store' | 'keptRows'>,
  current: Current,
): Promise<TestData> {
  const live = current.live?.model;
  const changed = live === undefined ? null : await changedRows(resources, live, 'recent');
  return testDataSince(resources, changed, current);
}

/** The rows that score this model: where it was made after a change, those since then. */
export async function readTestDataFor(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store' | 'keptRows'>,
  model: ModelDocument,
  current: Current,
): Promise<TestData> {
  if (model.certificate.change === undefined) return readTestData(resources, current);
  return testDataSince(resources, await changedRows(resources, model, null), current);
}

async function testDataSince(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store' | 'keptRows'>,
  changed: ChangedRows | null,
  current: Current,
): Promise<TestData> {
  const { contract, workspace, clock } = resources;
  const { holdout } = workspace.config;
  const outcomes = { ...outcomeRuleOf(workspace.config), now: clock.now() };
  if (holdout !== null) {
    const snapshot = currentSnapshot(resources, current);
    const live = await trainingOf(resources, current.live);
    const rows = {
      kind: 'held-out',
      snapshot,
      holdout,
      live,
      changed,
    } as const;
    const since = changed === null ? [] : [changed.since.at];
    const hashes = [snapshot.id, ...(live === null ? [] : [live.version]), ...since];
    return { rows, hashes, contract, outcomes };
  }
  const paths = listTestFiles(resources, workspace.paths.testData, current);
  const hashes = await Promise.all(paths.map(sha256File));
  return {
    rows: { kind: 'files', paths, training: current.snapshot },
    hashes,
    contract,
    outcomes,
  };
}

/** The rows since the change that a model was made after; null where it was not. */
async function changedRows(
  resources: Pick<Resources, 'workspace' | 'store' | 'keptRows'>,
  model: ModelDocument,
  after: ChangedRows['after'],
): Promise<ChangedRows | null> {
  const since = await changeKnownBy(resources, model);
  if (since === null) return null;
  const foldsOf = (version: string) => readFoldModels(resources.workspace.paths.output, version);
  return { since, after, crossFits: foldsOf(model.version) !== null, foldsOf };
}

/** Absolute paths of the test files. Error `input-empty`, with what was there before where clients were held out then. */
function listTestFiles(
  resources: Pick<Resources, 'workspace'>,
  folder: string,
  { live }: Pick<Current, 'live'>,
): string[] {
  try {
    return listDataFiles(folder, resources.workspace.root);
  } catch (cause) {
    const isEmpty = cause instanceof TidewatchError && cause.code === 'input-empty';
    if (!isEmpty || live?.model.certificate.heldOut === undefined) throw cause;
    throw new TidewatchError(
      'input-empty',
      `${folder} has no test file, and config.json has no "holdout" any more, by which the live model was tested. Put it ` +
        'back, or put labelled rows that no model learns from into that folder.',
      { details: { folder }, cause },
    );
  }
}

/** What the live model was trained on; null where none is live, or the store does not know its snapshot. */
async function trainingOf(
  resources: Pick<Resources, 'workspace' | 'store'>,
  live: LiveModel | null,
): Promise<(TrainedOn & { readonly version: string }) | null> {
  const snapshot = live === null ? null : await trainingSnapshot(resources, live.model);
  if (live === null || snapshot === null) return null;
  const { version, certificate } = live.model;
  return { version, snapshot, outcomes: certificate.outcomes, heldOut: certificate.heldOut };
}

/** The snapshot that a model was trained on; null where the store does not know it. */
export async function trainingSnapshot(
  { workspace, store }: Pick<Resources, 'workspace' | 'store'>,
  model: ModelDocument,
): Promise<Pick<Snapshot, 'parquetPath' | 'columns'> | null> {
  const trained = await (await store()).snapshot(model.certificate.snapshot.id);
  if (trained === null) return null;
  return {
    parquetPath: join(workspace.root, trained.parquetPath),
    columns: trained.columns,
  };
}

/** The compiled data where it is the snapshot of this id; null where it is another one, or damaged. */
export function compiledAs(
  { snapshots, workspace }: Pick<Resources, 'snapshots' | 'workspace'>,
  id: string,
): Snapshot | null {
  try {
    const snapshot = snapshots.current(workspace.paths.output);
    return snapshot?.id === id ? snapshot : null;
  } catch (error) {
    if (error instanceof TidewatchError && error.code === 'nothing-ingested') return null;
    throw error;
  }
}

/**
 * The version of the model in output_model_path, for work that can do without it: null where there is none, or its file
 * is damaged, which the commands that need it say.
 */
export function trainedVersion(resources: Pick<Resources, 'workspace'>): string | null {
  try {
    return readTrainedModel(resources).version;
  } catch (error) {
    const codes = ['nothing-trained', 'model-invalid'];
    if (error instanceof TidewatchError && codes.includes(error.code)) return null;
    throw error;
  }
}

/** The model of output_model_path. Errors: `nothing-trained` where there is none, `model-invalid` where it is damaged. */
export function readTrainedModel(resources: Pick<Resources, 'workspace'>): ModelDocument {
  const path = join(resources.workspace.paths.model, MODEL_FILE);
  if (!existsSync(path)) {
    throw new TidewatchError('nothing-trained', `${path} is not there. Run "tidewatch train" first.`, {
      details: { path },
    });
  }
  return parseModel(readTextFile(path), sha256, path);
}
