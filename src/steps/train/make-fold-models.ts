/** Makes the models that score clients that a model was trained on: those of folds, each of which has not seen its own. */
import { asTidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { planFolds } from '../../core/learners/plan-folds.ts';
import { modelVersion } from '../../core/models/model-file.ts';
import type { FoldModelsToWrite } from '../../engine/kept/fold-models.ts';
import type { Table } from '../../engine/port.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import { crossValidate, type Validation } from './cross-validate.ts';
import type { FittedCandidate } from './fit/rows.ts';
import type { Training } from './read-training.ts';
import { type CrossFitOptions, TOO_LITTLE } from './reference-sample.ts';

/**
 * The models of the first repeat of cross-validation, with the calibration and the threshold of the model: these come
 * from out-of-fold rows, so they are right for them. Folds forward in time do not hold every client, and their first
 * models know little; then the chosen candidate is fitted once more on stratified folds. null where cross-validation
 * looked at a sample of the rows, where such a fold cannot be fitted, and where the model is the base rate, which hardly
 * depends on one client.
 */
export async function makeFoldModels(
  document: ModelDocument,
  table: Table,
  training: Training,
  { data, plan, winner }: Validation,
  { seed, horizonDays, compute }: CrossFitOptions,
): Promise<FoldModelsToWrite | null> {
  if (plan.rows < training.rows || winner.spec.family === 'base-rate') return null;
  if (plan.kind === 'stratified') {
    const tested = plan.folds.slice(0, plan.firstRepeat).map(({ test }) => test);
    return withClients(document, winner.models, tested, await clientsOf(table, training));
  }
  const again = planFolds({ ...data, times: null }, { seed, horizonDays });
  if (again === null) return null;
  const once = { ...again, folds: again.folds.slice(0, again.firstRepeat), repeats: 1 };
  try {
    const { models } = await crossValidate(winner.spec, data, once, compute);
    const tested = once.folds.map(({ test }) => test);
    return withClients(document, models, tested, await clientsOf(table, training));
  } catch (error) {
    if (!TOO_LITTLE.has(asTidewatchError(error).code)) throw error;
    return null;
  }
}

function withClients(
  document: ModelDocument,
  models: readonly FittedCandidate[],
  tested: readonly Uint32Array[],
  keys: BigUint64Array,
): FoldModelsToWrite {
  const rows = tested.flatMap((own, fold) => Array.from(own, (row) => ({ key: keys[row] as bigint, fold })));
  return {
    models: models.map((model) => foldDocument(document, model)),
    clients: {
      keys: BigUint64Array.from(rows, ({ key }) => key),
      folds: Uint8Array.from(rows, ({ fold }) => fold),
    },
  };
}

/** The model with the recipe and the learner of a fold, and of its certificate what does not fill the file. */
function foldDocument(document: ModelDocument, { features, learner, fit }: FittedCandidate): ModelDocument {
  const { reference: _, selection: __, ...certificate } = document.certificate;
  const model = { ...document, features, learner, certificate: { ...certificate, fit } };
  return { ...model, version: modelVersion(model, sha256) };
}

/** The key of the client of each row: that of its id, else of all that the row says but its outcome. */
async function clientsOf(table: Table, { clients, ids, rows }: Training): Promise<BigUint64Array> {
  if (clients === null || ids === null) {
    const target = columnOf(table.contract, 'target');
    return table.keys(table.contract.columns.map(({ name }) => name).filter((name) => name !== target));
  }
  const keys = BigUint64Array.from({ length: ids.length }, (_, code) => clientKey(ids.text(code)));
  const own = new BigUint64Array(rows);
  for (let row = 0; row < rows; row++) own[row] = keys[clients[row] as number] as bigint;
  return own;
}
