/** What the workspace holds now: the live model, the trained model, the snapshot, the test data. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TidewatchError } from '../base/errors.ts';
import { sha256File } from '../base/hash.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { parseModel } from '../core/models/model-file.ts';
import { listInputFolder } from '../engine/compile/input-folder.ts';
import type { Snapshot } from '../engine/port.ts';
import { readSnapshotFile } from '../engine/snapshot-file.ts';
import type { TestData } from '../steps/score.ts';
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

/** The files of test_data_path with their hashes. */
export async function readTestData(resources: Resources): Promise<TestData> {
  const { paths } = resources.workspace;
  const files = listInputFolder(paths.testData).names.map((name) => join(paths.testData, name));
  const hashes = await Promise.all(files.map(sha256File));
  const outcomes = {
    horizonDays: resources.workspace.config.labels.horizon_days,
    now: resources.clock.now(),
  };
  return { paths: files, hashes, contract: resources.contract, outcomes };
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
  return parseModel(readFileSync(path, 'utf8'));
}
