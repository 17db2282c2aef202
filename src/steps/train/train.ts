/** Trains a model on a snapshot: chooses, fits, calibrates, draws the line, and writes trainedmodel.json. */

import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import type { Outcomes } from '../../core/document/document.ts';
import { renderModel } from '../../core/models/model-file.ts';
import { knownAfterDays } from '../../core/outcomes/settle.ts';
import type { RowStore } from '../../core/statistics/gram-rows.ts';
import { writeFoldModels } from '../../engine/kept/fold-models.ts';
import { writeReferenceSample } from '../../engine/kept/reference-file.ts';
import type { Table } from '../../engine/port.ts';
import {
  checkExamples,
  countClients,
  type Examples,
  placesOf,
  readExamples,
  withPlaces,
} from '../../engine/rows/examples.ts';
import { flagsSince } from '../../engine/rows/rows-since.ts';
import { modelInputsOf } from '../../formats/contract/model-inputs.ts';
import { MODEL_FILE } from '../../store/live/deployed-files.ts';
import { chooseRows, type FlaggedChange } from './choose-rows.ts';
import { documentOf, type RowsUsed, summarise } from './describe-model.ts';
import { isTeamWork } from './fit/linear.ts';
import { makeFoldModels } from './make-fold-models.ts';
import { isStraight, makeModel } from './make-model.ts';
import { readClients, readTraining } from './read-training.ts';
import { chooseReference } from './reference-sample.ts';
import {
  NO_CHANGES,
  type RowsAfter,
  type TrainDeps,
  type Trained,
  type TrainOptions,
} from './train-options.ts';

/**
 * Trains on every row of the snapshot that has a final outcome and is of no client that is held out, just as if there
 * were no other. One candidate with a fixed threshold and no calibration is fitted straight away; else candidates are
 * cross-validated, and calibration and threshold are taken from out-of-fold rows. Errors of the learner pass through:
 * `one-class` where the target has one value, `too-few-rows` where there is no row; `nothing-labelled` where none has
 * a final outcome.
 */
export async function train(deps: TrainDeps, options: TrainOptions): Promise<Trained> {
  const { snapshot, contract, holdout } = options;
  const table = await deps.engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    const now = deps.clock.now();
    const examples = await readExamples(table, { ...options.outcomes, now }, holdout);
    const places = placesOf(examples, 'training');
    checkExamples(examples, places, 'training', 'the snapshot');
    const { horizonDays, meaning } = options.outcomes;
    const { unlabelled, immature, gone, superseded } = examples.leftOut;
    const outcomes: Outcomes = {
      horizonDays,
      asOf: now.toISOString(),
      ...(meaning === 'status' && { meaning }),
      unlabelled,
      immature,
      ...(gone > 0 && { gone }),
      ...(superseded > 0 && { superseded }),
    };
    const held = holdout === null ? null : placesOf(examples, 'held-out');
    const heldOut =
      holdout === null || held === null
        ? null
        : {
            share: holdout.share,
            seed: holdout.seed,
            rows: held.length,
            clients: countClients(examples, held),
          };
    const chosen = await choosePlaces(deps, examples, places, options);
    return await withPlaces(examples, chosen.places, (known) =>
      trainOn(deps, known, { outcomes, heldOut, ...chosen }, options),
    );
  } finally {
    await table.close();
  }
}

/** The examples that are learned from: after a change those since then, where these teach more. */
async function choosePlaces(
  deps: TrainDeps,
  examples: Examples,
  places: Uint32Array,
  options: TrainOptions,
): Promise<{ readonly places: Uint32Array } & Pick<RowsUsed, 'change' | 'since'>> {
  const { newest, earlier } = options.changes ?? NO_CHANGES;
  if (newest === null || isStraight(options)) return { places, change: null, since: null };
  const flagged = async (change: RowsAfter): Promise<FlaggedChange> => {
    const flags = await flagsSince(examples.table, change);
    return {
      ...change,
      flags: places.length === flags.length ? flags : Uint8Array.from(places, (row) => flags[row] as number),
    };
  };
  const [last, first] = [await flagged(newest), earlier === null ? null : await flagged(earlier)];
  const choice = await withPlaces(examples, places, async (known) =>
    chooseRows(deps, await readTraining(known, { clients: true }), last, first, options),
  );
  const { at, looks, rows } = choice.change ?? newest;
  const learned = choice.change === null ? 'all' : 'since';
  const flags = choice.change?.flags;
  return {
    places: flags === undefined ? places : places.filter((_, row) => flags[row] === 1),
    change: { at, looks, rows, learned, reason: choice.reason },
    since: flags === undefined ? last.flags : null,
  };
}

/** Trains on every row of the table. */
async function trainOn(
  deps: TrainDeps,
  table: Table,
  used: RowsUsed,
  options: TrainOptions,
): Promise<Trained> {
  const from = deps.clock.elapsedMs();
  const store = openRowStore(deps, table, options);
  try {
    const training = await readTraining(table, {
      allocate: store?.allocate,
      clients: !isStraight(options),
      onRows: (done) =>
        deps.progress({ label: 'reading the snapshot', done, total: table.rows, unit: 'rows' }),
    });
    const made = await makeModel(deps, training, options, used.since);
    const document = documentOf(made, training, used, options, deps.clock.now());
    const crossFit = {
      seed: options.seed,
      horizonDays: knownAfterDays(options.outcomes),
      compute: deps.compute,
      readClients: (rows: Uint32Array) => readClients(table, rows),
    };
    const scored =
      made.validation === null ? null : { ...made.validation.data, margins: made.validation.winner.margins };
    const { sample, reason } = await chooseReference(made.spec, training, scored, crossFit);
    if (sample !== null) writeReferenceSample(options.outputFolder, document.version, sample);
    const foldModels =
      made.validation === null
        ? null
        : await makeFoldModels(document, table, training, made.validation, crossFit);
    if (foldModels !== null) writeFoldModels(options.outputFolder, document.version, foldModels);
    const path = join(options.modelFolder, MODEL_FILE);
    await deps.store.whileHeld(() => writeFileAtomic(path, renderModel(document)));
    await deps.store.recordModel({
      version: document.version,
      runId: options.runId,
      createdAt: document.certificate.trainedAt,
      snapshotId: options.snapshot.id,
      learner: document.learner.kind,
      seconds: (deps.clock.elapsedMs() - from) / 1000,
      document,
    });
    const reference = { rows: sample?.labels.length ?? 0, reason };
    return { model: document, summary: { ...summarise(document, made, used, path), reference } };
  } finally {
    store?.close();
  }
}

/** The last batch is allocated whole, so a column takes up to one more. */
const BATCH_ROWS = 65_536;

/** Where the rows of a large logistic regression are read to, so that the team need not copy them. */
function openRowStore(deps: TrainDeps, table: Table, { contract, model }: TrainOptions): RowStore | null {
  const numeric = modelInputsOf(contract).filter(({ kind }) => kind === 'numeric').length + 1;
  if (model !== 'logistic' || !isTeamWork(table.rows, numeric - 1)) return null;
  return deps.compute().openStore((table.rows + BATCH_ROWS) * numeric);
}
