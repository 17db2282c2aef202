/** From out-of-fold margins to the rest of the model: the calibration map and the threshold. */
import { TidewatchError } from '../../base/errors.ts';
import { fitBeta } from '../../core/calibration/beta.ts';
import { chooseCalibration } from '../../core/calibration/choose.ts';
import { fitIsotonic } from '../../core/calibration/isotonic.ts';
import { fitPlatt } from '../../core/calibration/platt.ts';
import type { Calibration } from '../../core/document/document.ts';
import type { Choice } from '../../core/learners/selection.ts';
import type { Campaign } from '../../core/metrics/campaign.ts';
import { rankScores } from '../../core/metrics/ranked-scores.ts';
import {
  breakEvenThreshold,
  thresholdByBudget,
  thresholdByCost,
  thresholdByF1,
} from '../../core/metrics/threshold.ts';
import { calibratorOf } from '../../core/models/calibrated.ts';

export type CalibrationRule = 'none' | 'platt' | 'beta' | 'isotonic' | 'auto';
export type ThresholdRule = number | 'f1' | 'cost' | 'budget';

export interface DecisionOptions {
  readonly calibration: CalibrationRule;
  readonly threshold: ThresholdRule;
  /** null: none is planned; the rules cost and budget need one. */
  readonly campaign: Campaign | null;
  readonly seed: number;
}

export interface CalibrationDecision {
  readonly calibration: Calibration;
  readonly candidates: Choice['candidates'];
  readonly reason: string;
}

export interface ThresholdDecision {
  readonly threshold: number;
  readonly rule: string;
  readonly reason: string;
}

/** Fits the map that the rule asks for, on rows scored by models that had not seen them; `clients` as in `FoldRows`. */
export function decideCalibration(
  margins: Float64Array,
  labels: Float64Array,
  clients: Int32Array | null,
  options: DecisionOptions,
): CalibrationDecision {
  const { calibration: rule, seed } = options;
  if (rule === 'auto') {
    const { calibration, choice } = chooseCalibration(margins, labels, { seed, clients });
    return { calibration, candidates: choice.candidates, reason: choice.reason };
  }
  const fitted = {
    none: () => ({ kind: 'none' }) as const,
    platt: fitPlatt,
    beta: fitBeta,
    isotonic: fitIsotonic,
  }[rule];
  return { calibration: fitted(margins, labels), candidates: [], reason: 'The configuration asks for it.' };
}

/** Draws the line by the rule, on calibrated out-of-fold probabilities. */
export function decideThreshold(
  margins: Float64Array,
  labels: Float64Array,
  values: Float64Array | null,
  calibration: Calibration,
  options: DecisionOptions,
): ThresholdDecision {
  const { threshold: rule, campaign } = options;
  if (typeof rule === 'number')
    return { threshold: rule, rule: 'fixed', reason: 'The configuration gives it.' };
  const probabilities = margins.map(calibratorOf(calibration));
  if (rule === 'f1') {
    const choice = thresholdByF1(rankScores(labels, probabilities));
    if (choice === null)
      return { threshold: 0.5, rule, reason: 'No out-of-fold row left, so the line stays at 0.5.' };
    return {
      threshold: choice.threshold,
      rule,
      reason: `The highest out-of-fold F1, ${choice.value.toFixed(4)}, is there.`,
    };
  }
  if (campaign === null) {
    throw new TidewatchError(
      'config-invalid',
      `threshold "${rule}" needs "campaign" in config.json: give its terms.`,
    );
  }
  if (rule === 'budget') {
    const choice = thresholdByBudget(probabilities, campaign.contactShare);
    return {
      threshold: choice.threshold,
      rule,
      reason: `It flags ${choice.flagged} of ${labels.length} out-of-fold rows, within the share of ${campaign.contactShare}.`,
    };
  }
  if (values === null) {
    const threshold = breakEvenThreshold(campaign.clientValue, campaign);
    return {
      threshold,
      rule,
      reason: `A contact pays from there for a client of value ${campaign.clientValue}.`,
    };
  }
  const choice = thresholdByCost(probabilities, values, campaign);
  return {
    threshold: choice.threshold,
    rule,
    reason: `The highest expected gain over the out-of-fold rows, ${choice.value.toFixed(2)}, is there.`,
  };
}
