/** After a change of the base rate alone: the live model with its risks moved, in place of a new one. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { sha256 } from '../../base/hash.ts';
import { estimateShift, shiftCalibration } from '../../core/calibration/shift.ts';
import { takeValues } from '../../core/columns/take-rows.ts';
import type { BoundedEstimate, Calibration, ModelDocument } from '../../core/document/document.ts';
import type { FoldPlan } from '../../core/learners/plan-folds.ts';
import { type Candidate, chooseByOneStandardError } from '../../core/learners/selection.ts';
import { logit, sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { modelVersion, renderModel } from '../../core/models/model-file.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { copyFoldModels, type FoldModels } from '../../engine/kept/fold-models.ts';
import {
  type ReferenceSample,
  readReferenceSample,
  writeReferenceSample,
} from '../../engine/kept/reference-file.ts';
import {
  countClients,
  type Examples,
  placesOf,
  readExamples,
  withPlaces,
} from '../../engine/rows/examples.ts';
import { readClientKeys } from '../../engine/rows/read-client-ids.ts';
import { flagsSince } from '../../engine/rows/rows-since.ts';
import { scoreTable } from '../../engine/rows/score-table.ts';
import { unseenScorer } from '../../engine/rows/unseen-scorer.ts';
import { MODEL_FILE } from '../../store/live/deployed-files.ts';
import { ALONE, isFitted, lossesText, rowsBefore, sinceChange } from './choose-rows.ts';
import {
  type DecisionOptions,
  decideThreshold,
  type ThresholdDecision,
  type ThresholdRule,
} from './decide.ts';
import { hasSelected } from './describe-model.ts';
import { moveSample, sampleOf } from './moved-reference.ts';
import { readTraining } from './read-training.ts';
import type { RowsAfter, TrainDeps, TrainOptions } from './train-options.ts';

export interface RecalibrateOptions extends Omit<TrainOptions, 'changes'> {
  /** The live model. */
  readonly live: ModelDocument;
  /** Its models that have not seen the clients that it was trained on; null where there are none. */
  readonly folds: FoldModels | null;
  /** The change of the base rate. */
  readonly change: RowsAfter;
}

/** What came of it: a model, or why another one has to be trained. */
export type Recalibrated =
  | {
      readonly kind: 'recalibrated';
      readonly document: ModelDocument;
      readonly shift: BoundedEstimate;
      readonly reason: string;
    }
  | { readonly kind: 'retrain'; readonly reason: string };

/** Rows since the change of clients that may be learned from, scored by the live model. */
interface ScoredSince {
  readonly probabilities: Float64Array;
  readonly labels: Float64Array;
  readonly values: Float64Array | null;
}

/** With fewer leavers, or fewer who stayed, the threshold of the highest F1 is moved along instead of drawn anew. */
const MIN_LEAVERS = 20;
/** Rows that a share to be contacted, or a line by the value of clients, is drawn on. */
const MIN_BUDGET_ROWS = 100;

/**
 * Adds to the log-odds that the live model gives what the rows since the change say (`estimateShift`), by clients that
 * are not held out; a client that it was trained on is scored by a model that has not seen it. What a cross-validated
 * retraining makes of these rows, from all rows and from these alone, is compared by log loss on the same folds, the
 * shift of each estimated on the others; where it is better by more than one standard error, or the moved risks are no
 * better than those that are live, the answer is to retrain. Else the model is written, with its fold models, and a
 * reference sample in which the classes have the new odds (`moveSample`). Nothing is written otherwise.
 */
export async function recalibrate(deps: TrainDeps, options: RecalibrateOptions): Promise<Recalibrated> {
  const { snapshot, contract, holdout, change, live } = options;
  const from = deps.clock.elapsedMs();
  const table = await deps.engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    const now = deps.clock.now();
    const examples = await readExamples(table, { ...options.outcomes, now }, holdout);
    const places = placesOf(examples, 'training');
    const isSince = await flagsSince(examples.table, change);
    const rowsSince = places.filter((row) => isSince[row] === 1);
    const scored = await scoreSince(examples, rowsSince, options);
    if (scored.labels.length === 0)
      return { kind: 'retrain', reason: 'No row that may be learned from came since.' };
    const flags = Uint8Array.from(places, (row) => isSince[row] as number);
    const answer = await compare(deps, examples, places, { ...change, flags }, scored, options);
    if (answer.kind === 'retrain') return { kind: 'retrain', reason: answer.reason };
    const shift = estimateShift(scored.probabilities, scored.labels);
    const document = documentOf(live, scored, shift, examples, now, options);
    const reference = await referenceOf(examples, rowsSince, shift.value, options);
    await write(deps, document, reference, (deps.clock.elapsedMs() - from) / 1000, options);
    return { kind: 'recalibrated', document, shift, reason: answer.reason };
  } finally {
    await table.close();
  }
}

async function scoreSince(
  examples: Examples,
  since: Uint32Array,
  { live, folds }: RecalibrateOptions,
): Promise<ScoredSince> {
  if (since.length === 0)
    return { probabilities: new Float64Array(0), labels: new Float64Array(0), values: null };
  return withPlaces(examples, since, async (rows) => {
    const scorer = createScorer(live);
    const scorerOf = folds === null ? undefined : unseenScorer(scorer, folds, await readClientKeys(rows));
    return scoreTable(rows, scorer, { labels: true, values: true, scorerOf });
  });
}

/** Compares moved risks with those that are live and with a retraining, where there are rows enough to. */
async function compare(
  deps: TrainDeps,
  examples: Examples,
  places: Uint32Array,
  change: RowsAfter & { readonly flags: Uint8Array },
  scored: ScoredSince,
  options: RecalibrateOptions,
): Promise<{ readonly kind: 'recalibrated' | 'retrain'; readonly reason: string }> {
  return withPlaces(examples, places, async (known) => {
    const training = await readTraining(known, { clients: true });
    const since = sinceChange(deps, training, change, options);
    const { plan, words } = since;
    if (plan === null) return { kind: 'recalibrated', reason: `The ${words} are too few to retrain by.` };
    const moved = { name: 'moved risks', losses: movedLosses(scored, plan, true) };
    const still = { name: 'the risks as they are', losses: movedLosses(scored, plan, false) };
    const all = await since.lossesWith('all rows', rowsBefore(null, change.flags, options.seed));
    const alone = await since.lossesWith(ALONE, new Uint32Array(0));
    const candidates = [moved, all, alone].filter(isFitted);
    const told = lossesText(words, chooseByOneStandardError([still, ...candidates], plan.testShare));
    if (mean(moved) > mean(still))
      return { kind: 'retrain', reason: `${told} Moving the risks makes them no better.` };
    const { chosen } = chooseByOneStandardError(candidates, plan.testShare);
    return { kind: chosen === moved.name ? 'recalibrated' : 'retrain', reason: told };
  });
}

/** Log loss by fold, each with the shift that the other folds ask for, or with none. */
function movedLosses({ probabilities, labels }: ScoredSince, plan: FoldPlan, isMoved: boolean): number[] {
  return plan.folds.map(({ train, test }) => {
    const shift = isMoved
      ? estimateShift(takeValues(probabilities, train), takeValues(labels, train)).value
      : 0;
    const tested = takeValues(probabilities, test).map((p) => sigmoid(logit(p) + shift));
    return logLoss(takeValues(labels, test), tested);
  });
}

function mean({ losses }: Candidate): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function documentOf(
  live: ModelDocument,
  scored: ScoredSince,
  shift: BoundedEstimate,
  examples: Examples,
  now: Date,
  options: RecalibrateOptions,
): ModelDocument {
  const { snapshot, change, outcomes, files } = options;
  const { unlabelled, immature, gone, superseded } = examples.leftOut;
  const threshold = thresholdOf(live, scored, shift.value, options);
  const positives = scored.labels.reduce((sum, label) => sum + label, 0);
  const rows = scored.labels.length;
  const left = {
    horizonDays: outcomes.horizonDays,
    asOf: now.toISOString(),
    ...(outcomes.meaning === 'status' && { meaning: outcomes.meaning }),
    unlabelled,
    immature,
    ...(gone > 0 && { gone }),
    ...(superseded > 0 && { superseded }),
  };
  const { outcomes: _, ...certificate } = live.certificate;
  const { heldOut } = certificate;
  const held = heldOut === undefined ? null : placesOf(examples, 'held-out');
  const reason =
    `Recalibrated from ${live.version} on ${rows.toLocaleString('en-US')} rows since the rate of leaving changed: ` +
    `the log-odds are moved by ${tell(shift)}.`;
  const unnamed: Omit<ModelDocument, 'version'> = {
    ...live,
    calibration: shiftCalibration(live.calibration, shift.value),
    threshold: threshold.threshold,
    certificate: {
      ...certificate,
      // Its rows are those that the live model learned from; those of the snapshot are known to it all the same.
      snapshot: { ...certificate.snapshot, id: snapshot.id },
      ...(hasSelected(left) && { outcomes: left }),
      ...(heldOut !== undefined &&
        held !== null && {
          heldOut: { ...heldOut, rows: held.length, clients: countClients(examples, held) },
        }),
      files,
      calibration: reason,
      threshold: { rule: threshold.rule, reason: threshold.reason },
      change: { at: change.at, looks: change.looks, rows: change.rows, learned: 'all', reason },
      recalibrated: { of: live.version, at: now.toISOString(), rows, positives, shift },
    },
  };
  return { ...unnamed, version: modelVersion(unnamed, sha256) };
}

function tell({ value, low, high, level }: BoundedEstimate): string {
  const digits = (each: number) => Number(each.toFixed(3));
  return `${digits(value)} (${Number((100 * level).toFixed(1))} % interval ${digits(low)} to ${digits(high)})`;
}

/**
 * The threshold by its rule on the rows since the change. Where they are too few that of the live model is moved along,
 * but for one that says from which risk on a contact pays: what it costs and brings has not changed.
 */
export function thresholdOf(
  live: Pick<ModelDocument, 'version' | 'threshold' | 'certificate'>,
  { probabilities, labels, values }: ScoredSince,
  shift: number,
  options: DecisionOptions,
): ThresholdDecision {
  const left = labels.reduce((sum, label) => sum + label, 0);
  const { threshold: rule } = options;
  if (isDrawn(rule, labels.length, left, values !== null)) {
    const calibration: Calibration = { kind: 'platt', slope: 1, intercept: shift };
    return decideThreshold(probabilities.map(logit), labels, values, calibration, options);
  }
  const of = `That of model ${live.version}, ${Number(live.threshold.toPrecision(4))}`;
  if (rule === 'cost' && live.certificate.threshold?.rule === 'cost') {
    return {
      threshold: live.threshold,
      rule,
      reason: `${of}: from which risk on a contact pays does not change.`,
    };
  }
  const threshold = sigmoid(logit(live.threshold) + shift);
  return { threshold, rule: String(rule), reason: `${of}, moved along.` };
}

/** Whether there are rows enough to draw the line anew; one that no row has a say in always is. */
function isDrawn(rule: ThresholdRule, rows: number, left: number, hasValues: boolean): boolean {
  if (typeof rule === 'number' || (rule === 'cost' && !hasValues)) return true;
  return rule === 'f1' ? Math.min(left, rows - left) >= MIN_LEAVERS : rows >= MIN_BUDGET_ROWS;
}

/** That of the live model moved along; null where it has none. */
async function referenceOf(
  examples: Examples,
  rowsSince: Uint32Array,
  shift: number,
  { live, folds, outputFolder }: RecalibrateOptions,
): Promise<ReferenceSample | null> {
  const reading = readReferenceSample(outputFolder, live.version);
  if (reading.kind !== 'found') return null;
  return moveSample(reading.sample, shift, await sampleOf(examples, rowsSince, { live, folds }));
}

async function write(
  deps: TrainDeps,
  document: ModelDocument,
  reference: ReferenceSample | null,
  seconds: number,
  { live, outputFolder, modelFolder, runId, snapshot }: RecalibrateOptions,
): Promise<void> {
  const { version, calibration, threshold } = document;
  if (reference !== null) writeReferenceSample(outputFolder, version, reference);
  copyFoldModels(outputFolder, live.version, version, (fold) => {
    const changed = { ...fold, calibration, threshold };
    return { ...changed, version: modelVersion(changed, sha256) };
  });
  const path = join(modelFolder, MODEL_FILE);
  await deps.store.whileHeld(() => writeFileAtomic(path, renderModel(document)));
  await deps.store.recordModel({
    version,
    runId,
    createdAt: deps.clock.now().toISOString(),
    snapshotId: snapshot.id,
    learner: document.learner.kind,
    seconds,
    document,
  });
}
