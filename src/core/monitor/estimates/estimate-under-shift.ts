/** Estimates without labels that follow a shift of the inputs: PAPE, with CBPE beside it and where it cannot be. */
import { fitBeta } from '../../calibration/beta.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import type { Calibration } from '../../document/document.ts';
import { logit } from '../../math/sigmoid.ts';
import type { Campaign } from '../../metrics/campaign.ts';
import { calibratorOf } from '../../models/calibrated.ts';
import { type CalibrationError, calibrationErrorOf, effectiveRowsOf } from './calibration-error.ts';
import { type DensityRatio, densityRatio } from './density-ratio.ts';
import { estimatePerformance, type PerformanceEstimate } from './performance-estimate.ts';
import { type SupportCoverage, supportCoverage } from './support-coverage.ts';

/** Labelled rows, each scored by a model that had not seen it. */
export interface ReferenceRows {
  readonly batch: SourceBatch;
  /** 1 and 0. */
  readonly labels: Float64Array;
  /** Log-odds before calibration. */
  readonly margins: Float64Array;
  /** Key of the client of each row; absent or null: each row is a client of its own. */
  readonly clients?: BigUint64Array | null;
}

/** Rows without labels, scored by the model in question. */
export interface CurrentRows {
  readonly batch: SourceBatch;
  /** Log-odds before calibration. */
  readonly margins: Float64Array;
  /** Money at stake, one a row, NaN where not known; null: not told. */
  readonly values: Float64Array | null;
  /** As of the reference; a client of both sides is one. */
  readonly clients?: BigUint64Array | null;
}

export interface ShiftOptions {
  readonly inputs: readonly ModelInput[];
  /** The model's own map and line. */
  readonly calibration: Calibration;
  readonly threshold: number;
  readonly campaign: Campaign | null;
  readonly level: number;
  readonly seed: number;
}

export interface ShiftEstimate {
  /** Which of the two is to be shown as the estimate, and why. */
  readonly method: 'pape' | 'cbpe';
  readonly reason: string;
  /** null where the reference is too small for the weights. */
  readonly pape: PerformanceEstimate | null;
  readonly cbpe: PerformanceEstimate;
  readonly referenceRows: number;
  /** Equally weighted rows that the weighted reference is worth; null where none was weighted. */
  readonly effectiveRows: number | null;
  /** Out-of-fold ROC AUC of telling current rows from reference rows; null where it was not tried. */
  readonly separation: number | null;
  readonly coverage: SupportCoverage;
}

/** With fewer reference rows, or worth fewer once weighted, in all and of a class, a weighted map is noise. */
const MIN_ROWS = 200;
const MIN_OF_CLASS = 30;
/** With fewer current rows, how the inputs shifted cannot be told. */
const MIN_CURRENT = 100;
/** Where the two have less in common than this, the reference cannot be made to look like the current rows. */
const MIN_OVERLAP = 0.5;
/** With fewer reference rows of a class no map is fitted at all. */
const MIN_FOR_MAP = 20;

/**
 * CBPE and PAPE of the current rows. Both map the model's probabilities once more, by a beta map fitted on the
 * reference (it holds the identity), so that a model whose own map is off is corrected: the chances say what is true,
 * the model's probabilities what is flagged.
 * - CBPE (NannyML): every reference row counts once.
 * - PAPE, probabilistic adaptive performance estimation (Bialek, Kivimaki, Kuberski and Perrakis, arXiv 2401.08348):
 *   each reference row counts by how much more often its like is found now. So it follows a shift of the inputs,
 *   also one inside a single probability; neither sees a change of what follows from the inputs.
 *
 * The method is PAPE where the reference allows it, else CBPE, with the reason; with too few rows of a class even for
 * that, the model's probabilities are taken as they are and the bands hold the chance of the labels alone.
 * The same input gives the same bits. Errors: `value-invalid` as `estimatePerformance`.
 */
export function estimateUnderShift(
  reference: ReferenceRows,
  current: CurrentRows,
  options: ShiftOptions,
): ShiftEstimate {
  const { inputs, seed } = options;
  const probabilities = current.margins.map(calibratorOf(options.calibration));
  const scored: Scored = {
    labels: reference.labels,
    known: logitsOf(reference.margins.map(calibratorOf(options.calibration))),
    sought: logitsOf(probabilities),
  };
  const estimate = (chances: Recalibrated | null) =>
    estimatePerformance(probabilities, options.threshold, {
      level: options.level,
      campaign: options.campaign,
      values: current.values,
      ...chances,
    });
  const refusal = refusalOf(reference, current);
  const clients = [reference.clients ?? null, current.clients ?? null] as const;
  const ratio = refusal === null ? densityRatio(reference.batch, current.batch, inputs, seed, clients) : null;
  const worth = ratio === null ? 0 : leastWorth(reference.labels, ratio.weights);
  const coverage = supportCoverage(reference.batch, current.batch, inputs, ratio?.currentRatios ?? null);
  const doubt = refusal ?? doubtOf(ratio, worth, coverage);
  return {
    method: ratio !== null && doubt === null ? 'pape' : 'cbpe',
    reason:
      doubt ??
      `${worthOf(ratio?.effectiveRows ?? 0, reference.labels.length)}: the estimate (PAPE) follows the shift.`,
    pape: ratio !== null && doubt === null ? estimate(recalibrate(scored, ratio.weights)) : null,
    cbpe: estimate(leastWorth(reference.labels, null) < MIN_FOR_MAP ? null : recalibrate(scored, null)),
    referenceRows: reference.labels.length,
    effectiveRows: ratio?.effectiveRows ?? null,
    separation: ratio?.separation ?? null,
    coverage,
  };
}

/** Logits of the model's probabilities, kept finite. */
interface Scored {
  readonly labels: Float64Array;
  readonly known: Float64Array;
  readonly sought: Float64Array;
}

const EDGE = 1e-9;

function logitsOf(probabilities: Float64Array): Float64Array {
  return probabilities.map((probability) => logit(Math.min(1 - EDGE, Math.max(EDGE, probability))));
}

interface Recalibrated {
  readonly chances: Float64Array;
  readonly calibration: CalibrationError | null;
}

function recalibrate({ labels, known, sought }: Scored, weights: Float64Array | null): Recalibrated {
  const map = calibratorOf(fitBeta(known, labels, weights));
  return { chances: sought.map(map), calibration: calibrationErrorOf(known.map(map), labels, weights) };
}

/** Rows of equal weight that the rows of the smaller class are worth. */
function leastWorth(labels: Float64Array, weights: Float64Array | null): number {
  const sums = [0, 0];
  const squares = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const side = labels[i] === 1 ? 1 : 0;
    const weight = weights === null ? 1 : (weights[i] as number);
    sums[side] = (sums[side] as number) + weight;
    squares[side] = (squares[side] as number) + weight * weight;
  }
  return Math.min(...sums.map((sum, side) => effectiveRowsOf(sum, squares[side] as number)));
}

function refusalOf({ labels }: ReferenceRows, { margins }: CurrentRows): string | null {
  const smaller = leastWorth(labels, null);
  if (labels.length < MIN_ROWS || smaller < MIN_OF_CLASS) {
    return (
      `The reference has ${labels.length} rows, ${smaller} of the smaller class; to follow a shift of the inputs takes ` +
      `${MIN_ROWS} and ${MIN_OF_CLASS}. The estimate (CBPE) takes the reference as it is.`
    );
  }
  if (margins.length >= MIN_CURRENT) return null;
  return (
    `There are ${margins.length} current rows; to see how the inputs have shifted takes ${MIN_CURRENT}. ` +
    'The estimate (CBPE) takes the reference as it is.'
  );
}

function worthOf(effectiveRows: number, rows: number): string {
  return `Weighted to look like the current rows, the ${rows} reference rows are worth ${Math.round(effectiveRows)}`;
}

/** Why the weights cannot be relied on; null: they can. */
function doubtOf(ratio: DensityRatio | null, worth: number, coverage: SupportCoverage): string | null {
  if (ratio === null) return null;
  const ending = 'The estimate (CBPE) takes the reference as it is and may be off.';
  if (ratio.overlap < MIN_OVERLAP || (coverage.share ?? 1) < MIN_OVERLAP) {
    return (
      `Only ${coverage.covered} of ${coverage.rows} current rows lie where the reference has rows, and it can be made to ` +
      `look like a share of ${Math.min(1, ratio.overlap).toFixed(2)} of them; to follow the shift takes ${MIN_OVERLAP}. ${ending}`
    );
  }
  if (ratio.effectiveRows >= MIN_ROWS && worth >= MIN_OF_CLASS) return null;
  return (
    `${worthOf(ratio.effectiveRows, coverage.referenceRows)}, ${Math.round(worth)} of the smaller class; to follow the ` +
    `shift takes ${MIN_ROWS} and ${MIN_OF_CLASS}. ${ending}`
  );
}
