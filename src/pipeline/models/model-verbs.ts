/** Verbs that use a model and change nothing of the workspace: predict a file, export the model. */
import { existsSync } from 'node:fs';
import { asTidewatchError, TidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readTextFile } from '../../base/regular-file.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { parseModel } from '../../core/models/model-file.ts';
import type { Table, TableSource } from '../../engine/port.ts';
import { unfitInputs } from '../../engine/rows/score-table.ts';
import { scoringContract } from '../../formats/contract/scoring-contract.ts';
import { listDataFiles } from '../../formats/input-folder.ts';
import { type ExportFormat, type ExportSummary, exportModel } from '../../steps/export/export.ts';
import { type PredictFileSummary, predictFile } from '../../steps/predict-file.ts';
import { selectInDuckdb, selectInSqlite } from '../../store/external/scratch-select.ts';
import type { Resources, WithLive, WithSnapshots, WithWorkspace } from '../resources.ts';
import { readServedModel } from './live-model.ts';

export interface PredictFileRequest {
  /** Absolute path of a model file; null: the deployed model. */
  readonly model: string | null;
  /** Absolute path of the data. */
  readonly path: string;
  /** Absolute path of the predictions. */
  readonly out: string;
}

export interface ExportRequest {
  /** Absolute path of a model file; null: the deployed model. */
  readonly model: string | null;
  readonly format: ExportFormat;
  /** Absolute path of the file to write; null: none. */
  readonly path: string | null;
}

export async function predictFileVerb(
  resources: Pick<Resources, 'snapshots' | 'contract' | 'clock' | 'progress' | 'live' | 'store' | 'engine'>,
  request: PredictFileRequest,
): Promise<PredictFileSummary> {
  const { clock, progress, contract } = resources;
  const model = await chosenModel(resources, request.model);
  const options = { model, path: request.path, out: request.out, contract };
  return predictFile({ engine: await resources.engine(), clock, progress }, options);
}

export async function exportVerb(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'live' | 'store' | 'engine'>,
  request: ExportRequest,
): Promise<ExportSummary> {
  const model = await chosenModel(resources, request.model);
  const table = await clientsToCheck(resources, model);
  try {
    return await exportModel(
      { duckdb: selectInDuckdb, sqlite: selectInSqlite },
      { model, format: request.format, table, path: request.path },
    );
  } finally {
    await table?.close();
  }
}

async function chosenModel(resources: WithLive, path: string | null): Promise<ModelDocument> {
  if (path !== null) {
    if (existsSync(path)) return parseModel(readTextFile(path), sha256, path);
    throw new TidewatchError(
      'not-found',
      `${path} is not there. Name a model file, such as trainedmodel.json.`,
      {
        details: { path },
      },
    );
  }
  const live = await readServedModel(resources);
  if (live !== null) return live;
  throw new TidewatchError(
    'nothing-deployed',
    'No model is deployed yet. "tidewatch run" trains and deploys one; or name a model file with --model.',
  );
}

/** The latest snapshot where it has the model's columns, else the test data where there is any. */
async function clientsToCheck(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'contract' | 'engine'>,
  model: ModelDocument,
): Promise<Table | null> {
  const source = snapshotSource(resources, model) ?? testSource(resources, model);
  return source === null ? null : (await resources.engine()).open(source);
}

function snapshotSource(resources: WithWorkspace & WithSnapshots, model: ModelDocument): TableSource | null {
  const snapshot = resources.snapshots.current(resources.workspace.paths.output);
  const { absent, otherwise } = unfitInputs(resources.contract, model.inputs);
  const fits =
    absent.length + otherwise.length === 0 &&
    model.inputs.every(({ name, kind }) =>
      snapshot?.columns.some((column) => column.name === name && column.role === kind),
    );
  return snapshot !== null && fits ? { kind: 'snapshot', snapshot, contract: resources.contract } : null;
}

function testSource(resources: WithWorkspace, model: ModelDocument): TableSource | null {
  const folder = resources.workspace.paths.testData;
  const contract = scoringContract(model, resources.contract);
  try {
    const paths = listDataFiles(folder, resources.workspace.root);
    return { kind: 'files', paths, contract, labels: 'optional' };
  } catch (thrown) {
    // A model can be exported where there is no data.
    if (asTidewatchError(thrown).code === 'input-empty') return null;
    throw thrown;
  }
}
