/** Estimates how well a model does on rows whose labels are not known yet, from calibrated probabilities: CBPE. */
import { TidewatchError } from '../../../base/errors.ts';
import type { BoundedEstimate } from '../../document/document.ts';
import { twoSidedZ } from '../../math/normal.ts';
import { type Campaign, termsOf } from '../../metrics/campaign.ts';
import { clampEstimate, DEFAULT_LEVEL } from '../../metrics/interval.ts';
import type { CampaignTerms } from '../../metrics/profit.ts';
import type { CalibrationError } from './calibration-error.ts';
import { expectedAuc } from './expected-auc.ts';
import { type ExpectedGroups, expectedGroups } from './expected-groups.ts';
import { errorOf, groupSensitivity, rowSensitivity, type Sensitivity } from './sensitivity.ts';

export interface EstimateOptions {
  /** Confidence level of the bands; 0.95 unless given. */
  readonly level?: number;
  /** Chance that each row leaves; the model's own probabilities unless others are known to be better. */
  readonly chances?: Float64Array;
  /** Error of those chances; null or absent: the bands leave it out. */
  readonly calibration?: CalibrationError | null;
  /** Where profit is asked for. */
  readonly campaign?: Campaign | null;
  /** Money at stake, one a row, NaN where not known. */
  readonly values?: Float64Array | null;
}

export interface PerformanceEstimate {
  readonly rows: number;
  readonly flagged: number;
  readonly threshold: number;
  readonly level: number;
  /** Expected counts [[tn, fp], [fn, tp]], rows are true classes. */
  readonly confusion: readonly [readonly [number, number], readonly [number, number]];
  /** null where the rows do not define one. */
  readonly metrics: {
    readonly f1: BoundedEstimate | null;
    readonly precision: BoundedEstimate | null;
    readonly recall: BoundedEstimate | null;
    readonly accuracy: BoundedEstimate | null;
    readonly rocAuc: BoundedEstimate | null;
    /** Share of rows that leave. */
    readonly baseRate: BoundedEstimate | null;
    /** Profit a row; null also where no campaign is given. */
    readonly profit: BoundedEstimate | null;
  };
  /** Whether the bands hold the error of the calibration beside the chance of the labels. */
  readonly bandsHoldCalibration: boolean;
}

/**
 * Confidence-based performance estimation (NannyML, "how it works: CBPE"): each row leaves with its chance p, so a
 * flagged one adds p to the expected true positives and 1 - p to the false ones, one that is not flagged p to the
 * false negatives and 1 - p to the true ones; the metrics are those of the expected counts, ROC AUC is of expected
 * pairs. The model's probability decides what is flagged (greater than `threshold`) and how rows rank; the chance
 * decides what is true.
 *
 * A band is to hold, with probability `level`, the metric that these rows will have once all their labels are known:
 * - counts are Poisson-binomial, their variance sum p (1 - p) is exact; ratios and AUC go by the delta method, a
 *   normal limit, cut to the range of the metric; so a band is rough where few rows are flagged or leave;
 * - where `calibration` is given, the error of the chances as far as labelled reference rows tell it.
 * A band does not hold concept drift: if clients of the same features now leave more often, no method can see it
 * without labels. Nor does it hold rows of a kind that the reference lacks (see `supportCoverage`), nor a shift
 * inside one probability (see `estimateUnderShift`).
 *
 * Empty columns give metrics of null. Errors: `value-invalid` where lengths differ or a number is not in [0, 1].
 * @param probabilities of the model, calibrated, one a row.
 */
export function estimatePerformance(
  probabilities: Float64Array,
  threshold: number,
  options: EstimateOptions = {},
): PerformanceEstimate {
  const chances = options.chances ?? probabilities;
  const groups = expectedGroups(probabilities, chances, threshold);
  const rows = chances.length;
  const level = options.level ?? DEFAULT_LEVEL;
  const calibration = options.calibration ?? null;
  const bandOf = ({ value, sensitivity }: Moved): BoundedEstimate => {
    const half = twoSidedZ(level) * errorOf(sensitivity, calibration);
    return { value, low: value - half, high: value + half, level, rows };
  };
  const share = (moved: Moved | null) => {
    if (moved === null) return null;
    // Rounding of the sums may lead a hair beyond the range.
    return clampEstimate(bandOf({ ...moved, value: Math.min(1, Math.max(0, moved.value)) }), 0, 1);
  };
  const profit = profitOf(probabilities, chances, threshold, options);
  const { flagged, unflagged } = groups;
  return {
    rows,
    flagged: flagged.rows,
    threshold,
    level,
    confusion: [
      [Math.max(0, unflagged.rows - unflagged.positives), Math.max(0, flagged.rows - flagged.positives)],
      [unflagged.positives, flagged.positives],
    ],
    metrics: {
      f1: share(f1Of(groups)),
      precision: share(precisionOf(groups)),
      recall: share(recallOf(groups)),
      accuracy: share(accuracyOf(groups, rows)),
      rocAuc: share(aucOf(probabilities, chances)),
      baseRate: share(baseRateOf(groups, rows)),
      profit: profit === null ? null : bandOf(profit),
    },
    bandsHoldCalibration: calibration !== null,
  };
}

/** A metric at the expected counts, and how it moves about them. */
interface Moved {
  readonly value: number;
  readonly sensitivity: Sensitivity;
}

function f1Of(groups: ExpectedGroups): Moved | null {
  const { flagged, unflagged } = groups;
  const half = flagged.positives + flagged.rows + unflagged.positives;
  if (half === 0) return null;
  const value = (2 * flagged.positives) / half;
  return { value, sensitivity: groupSensitivity(groups, (2 - value) / half, -value / half) };
}

function precisionOf(groups: ExpectedGroups): Moved | null {
  const { rows, positives } = groups.flagged;
  return rows === 0 ? null : { value: positives / rows, sensitivity: groupSensitivity(groups, 1 / rows, 0) };
}

function recallOf(groups: ExpectedGroups): Moved | null {
  const left = groups.flagged.positives + groups.unflagged.positives;
  if (left === 0) return null;
  const value = groups.flagged.positives / left;
  return { value, sensitivity: groupSensitivity(groups, (1 - value) / left, -value / left) };
}

function accuracyOf(groups: ExpectedGroups, rows: number): Moved | null {
  if (rows === 0) return null;
  const right = groups.flagged.positives + groups.unflagged.rows - groups.unflagged.positives;
  return { value: right / rows, sensitivity: groupSensitivity(groups, 1 / rows, -1 / rows) };
}

function baseRateOf(groups: ExpectedGroups, rows: number): Moved | null {
  if (rows === 0) return null;
  const left = groups.flagged.positives + groups.unflagged.positives;
  return { value: left / rows, sensitivity: groupSensitivity(groups, 1 / rows, 1 / rows) };
}

function aucOf(probabilities: Float64Array, chances: Float64Array): Moved | null {
  const auc = expectedAuc(probabilities, chances);
  return auc === null ? null : { value: auc.value, sensitivity: rowSensitivity(chances, auc.derivatives) };
}

/** Profit a row is linear in the labels, so its mean and its variance are exact. */
function profitOf(
  probabilities: Float64Array,
  chances: Float64Array,
  threshold: number,
  { campaign, values }: EstimateOptions,
): Moved | null {
  const rows = chances.length;
  if (campaign === undefined || campaign === null || rows === 0) return null;
  if (values !== undefined && values !== null && values.length !== rows) {
    throw new TidewatchError(
      'value-invalid',
      `${values.length} values came with ${rows} probabilities: expected one of each a row.`,
    );
  }
  const terms = termsOf(campaign, values ?? null);
  const derivatives = new Float64Array(rows);
  let value = 0;
  for (let i = 0; i < rows; i++) {
    if (!((probabilities[i] as number) > threshold)) continue;
    const gained = keptValue(terms, i) + terms.offerCost;
    derivatives[i] = gained / rows;
    value += ((chances[i] as number) * gained - terms.offerCost - terms.contactCost) / rows;
  }
  return { value, sensitivity: rowSensitivity(chances, derivatives) };
}

/** What contacting a client is worth if the client would have left, before the cost of the contact. */
function keptValue({ value, successRate, offerCost }: CampaignTerms, row: number): number {
  return successRate * ((typeof value === 'number' ? value : (value[row] as number)) - offerCost);
}
