/** Makes the check out of what a look at the deployed model has found. */
import { DRIFT_RULES } from '../../config/drift-rules.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { DriftCheck, InputCheck, WatchEstimate } from '../../store/port/drift-check.ts';
import type { Look } from './look.ts';
import type { Performance } from './performance.ts';
import { segmentPerformance } from './segments.ts';
import type { WatchOptions } from './watch-options.ts';

/** What the risks say, with the outcomes that are no evidence of them. */
export function tellPassedOver(performance: Performance, passedOver: number): Performance {
  const { risk, verdicts } = performance;
  if (risk === null || passedOver === 0) return performance;
  const outcomes = passedOver === 1 ? '1 new outcome is' : `${passedOver} new outcomes are`;
  const said = `${outcomes} passed over, since an input of the rows is broken.`;
  const sentence = risk.rows === 0 ? said : `${risk.sentence} ${said}`;
  const sequential = { ...verdicts.sequential, reason: sentence };
  return { ...performance, risk: { ...risk, sentence }, verdicts: { ...verdicts, sequential } };
}

/** Puts what a look has found together. `heldOut`: the evaluation of the model on its test rows; null: not known. */
export function checkOf(
  look: Look,
  { evaluation, verdicts, risk, monitor }: Performance,
  estimated: WatchEstimate | null,
  inputs: InputCheck | null,
  heldOut: Evaluation | null,
  options: WatchOptions,
): DriftCheck {
  const { rule, model } = options;
  const verdict = verdicts[rule];
  const labelled = evaluation?.rows ?? 0;
  return {
    rule,
    drift: verdict.drift,
    observed: verdicts.raw.observed,
    estimate: evaluation?.metrics.f1 ?? null,
    expected: options.deployedScore,
    rows: labelled,
    confusion: evaluation?.confusion ?? null,
    metrics: evaluation?.metrics ?? null,
    reason:
      look.rows === 0 && !DRIFT_RULES[rule].remembers
        ? 'Every row of the data is one that the model was trained on, so nothing speaks of drift.'
        : verdict.reason,
    unlabelled: look.rows - labelled - look.immature - look.superseded.reduce((sum, is) => sum + is, 0),
    immature: look.immature,
    verdicts,
    risk,
    monitor,
    estimated,
    inputs,
    segments: segmentPerformance(look, model.threshold, heldOut, options),
  };
}
