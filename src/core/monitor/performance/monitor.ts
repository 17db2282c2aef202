/**
 * The sequential watch of a deployed model on labelled rows: state that is started from held-out rows, advanced
 * by new ones and kept as plain JSON between runs.
 */
import { TidewatchError } from '../../../base/errors.ts';
import { type ConfusionCounts, createConfusion, mergeConfusion } from '../../statistics/confusion.ts';
import {
  type BaselineBound,
  boundOfBrier,
  boundOfF1,
  boundOfProfit,
  type MetricName,
  type MonitorBaseline,
  type ProfitRange,
} from './baseline-bound.ts';
import { advanceEvidence, type Evidence, STAKES, startEvidence } from './evidence.ts';
import { advanceMeanSequence, type MeanSequence, startMeanSequence } from './mean-sequence.ts';
import {
  countOutcomes,
  type LabelledRows,
  type MonitorRows,
  OUTCOME,
  profitRange,
  takeLabelled,
  type WatchedCampaign,
} from './row-losses.ts';
import { nextReview, shownLine, stricterLine } from './shown-line.ts';

export const MONITOR_FORMAT = 'tidewatch-monitor/1';

/** Part of alpha that goes to the uncertainty of the baseline; the rest goes to the new rows. */
export const BASELINE_PART = 0.5;

/** Rows that are worked on at once, so that they stay near the processor. */
const BLOCK = 4096;

export interface MonitorOptions {
  readonly baseline: MonitorBaseline;
  /** Chance of ever claiming "worse than the limit" falsely, the baseline's own error included. */
  readonly alpha: number;
  /** Fall that nobody needs to hear of: of F1, of the Brier skill score, as a share of profit. */
  readonly tolerance: number;
  /** Labelled rows between false alarms of the detector of each metric, on average at least; absent: it is not read. */
  readonly rowsPerFalseAlarm?: number;
  /** The campaign whose profit is watched; `baseline` must have been made with its range. */
  readonly campaign?: WatchedCampaign | null;
}

export interface MetricState {
  /** Kept under the name that stored states have. */
  readonly promise: BaselineBound;
  /** The mean risk of a row at the limit, which the e-process tests; null: there is no limit. */
  readonly risk: number | null;
  /** The limit that the detector tests: that of the baseline, or what rows have shown since where that is stricter. */
  readonly shown: number | null;
  readonly shownRisk: number | null;
  /** null: there is no limit, so none can be crossed. */
  readonly evidence: Evidence | null;
  /** Of the values scaled to [0, 1]; null for F1, whose counts say all. */
  readonly mean: MeanSequence | null;
}

export interface MonitorState {
  readonly format: typeof MONITOR_FORMAT;
  readonly alpha: number;
  readonly rowsPerFalseAlarm: number;
  readonly campaign: WatchedCampaign | null;
  readonly heldOut: ConfusionCounts;
  /** Labelled rows fed. */
  readonly rows: number;
  readonly counts: ConfusionCounts;
  readonly f1: MetricState;
  readonly brier: MetricState;
  readonly profit: MetricState | null;
}

/**
 * A watch that has seen no row. The limit of each metric is the confidence bound of the baseline on its bad
 * side, at half of alpha, and the tolerance; the e-process then has the other half, so that a claim is false with
 * chance alpha at most (Podkopaev and Ramdas, arXiv 2110.06177). A baseline of too few rows has no limit. The
 * detector starts from the same line and follows what new rows show (see `shownLine`), so that a small held-out
 * set blunts it for a while only; its false alarms keep their distance unless a line is wrong, chance alpha.
 * Error: `value-invalid` for an alpha outside (0, 1) or fewer than 1 row a false alarm.
 */
export function startMonitor(options: MonitorOptions): MonitorState {
  const { baseline, alpha, tolerance, rowsPerFalseAlarm = Number.MAX_VALUE, campaign = null } = options;
  if (!(alpha > 0 && alpha < 1 && rowsPerFalseAlarm >= 1)) {
    throw new TidewatchError(
      'value-invalid',
      `A watch was asked for with alpha ${alpha} and ${rowsPerFalseAlarm} rows a false alarm: expected alpha ` +
        'between 0 and 1 and at least 1 row.',
    );
  }
  const ofBaseline = alpha * BASELINE_PART;
  const levels = { eLevel: 1 / (alpha - ofBaseline), detectorLevel: rowsPerFalseAlarm };
  const stateOf = (bound: BaselineBound): MetricState => {
    const risk = riskOf(bound.metric, bound.line, baseline.profit);
    const bets = STAKES.map((stake) => stake / (risk ?? 1));
    return {
      promise: bound,
      risk,
      shown: bound.line,
      shownRisk: risk,
      evidence: risk === null ? null : startEvidence(bets, levels),
      mean: bound.metric === 'f1' ? null : startMeanSequence(alpha),
    };
  };
  return {
    format: MONITOR_FORMAT,
    alpha,
    rowsPerFalseAlarm,
    campaign,
    heldOut: baseline.counts,
    rows: 0,
    counts: createConfusion(),
    f1: stateOf(boundOfF1(baseline.counts, ofBaseline, tolerance)),
    brier: stateOf(boundOfBrier(baseline, ofBaseline, tolerance)),
    profit: campaign === null ? null : stateOf(boundOfProfit(baseline, ofBaseline, tolerance)),
  };
}

/**
 * The watch with labelled rows added in the order given; those without a label are passed over. Feeding rows at
 * once or in several calls gives the same state, bit for bit. Errors: those of `takeLabelled`.
 */
export function advanceMonitor(state: MonitorState, given: MonitorRows): MonitorState {
  const taken = takeLabelled(given, state.campaign);
  let advanced = state;
  for (let from = 0; from < taken.rows; ) {
    const due = nextReview(advanced.rows) - advanced.rows;
    const to = Math.min(taken.rows, from + Math.min(BLOCK, due));
    advanced = review(advanceSegment(advanced, taken, from, to));
    from = to;
  }
  return advanced;
}

/** Rows from `from` to `to`, over which nothing is reviewed. */
function advanceSegment(state: MonitorState, taken: LabelledRows, from: number, to: number): MonitorState {
  const rows = to - from;
  const outcomes = taken.outcomes.subarray(from, to);
  const losses = taken.losses.subarray(from, to);
  const profits = taken.profits?.subarray(from, to) ?? null;
  const excesses = new Float64Array(rows);
  const shifts = new Float64Array(rows);
  const advance = (metric: MetricState, fill: Fill, values: Float64Array | null): MetricState => {
    const { risk, shownRisk, evidence, mean } = metric;
    if (risk !== null) fill(excesses, values ?? outcomes, risk);
    if (shownRisk !== null) fill(shifts, values ?? outcomes, shownRisk);
    return {
      ...metric,
      evidence: evidence === null ? null : advanceEvidence(evidence, excesses, shifts, rows),
      mean: mean === null || values === null ? mean : advanceMeanSequence(mean, values, rows),
    };
  };
  return {
    ...state,
    rows: state.rows + rows,
    counts: mergeConfusion(state.counts, countOutcomes(outcomes)),
    f1: advance(state.f1, fillFromOutcomes, null),
    brier: advance(state.brier, fillFromLosses, losses),
    profit: state.profit === null ? null : advance(state.profit, fillFromProfits, profits),
  };
}
/** The state, its detectors' lines raised to what the rows support where a review is due. */
function review(state: MonitorState): MonitorState {
  if (nextReview(state.rows - 1) !== state.rows) return state;
  const { heldOut, counts, campaign } = state;
  const alpha = state.alpha * BASELINE_PART;
  const range = campaign === null ? null : profitRange(campaign);
  const raise = (metric: MetricState): MetricState => {
    const { promise: bound, mean, shown } = metric;
    if (shown === null) return metric;
    const supported = shownLine(bound, { alpha, heldOut, counts, mean, range });
    const raised = stricterLine(bound.metric, shown, supported);
    return { ...metric, shown: raised, shownRisk: riskOf(bound.metric, raised, range) };
  };
  const { f1, brier, profit } = state;
  return { ...state, f1: raise(f1), brier: raise(brier), profit: profit === null ? null : raise(profit) };
}

/**
 * The mean risk of a row, in [0, 1], at a limit; null where there is none. For F1 the risk of a row is 0 (TP), 1 (FP,
 * FN) or just the mean risk at the limit (TN): then F1 < f exactly when the mean risk is above (2 - 2 f) / (2 - f),
 * since 2 TP - f (2 TP + FP + FN) is linear in the rows. For the Brier score it is the loss, for profit the place in
 * its range, counted from the top.
 */
function riskOf(metric: MetricName, line: number | null, range: ProfitRange | null): number | null {
  if (line === null) return null;
  if (metric === 'f1') return (2 - 2 * line) / (2 - line);
  if (metric === 'brier') return line;
  return range === null ? null : (range.highest - line) / (range.highest - range.lowest);
}

/** Fills in how much higher than at the limit the risk of each row was. */
type Fill = (excesses: Float64Array, values: Float64Array, risk: number) => void;

const fillFromOutcomes: Fill = (excesses, outcomes, risk) => {
  for (let i = 0; i < excesses.length; i++) {
    const outcome = outcomes[i] as number;
    excesses[i] = outcome === OUTCOME.tn ? 0 : outcome === OUTCOME.tp ? -risk : 1 - risk;
  }
};

const fillFromLosses: Fill = (excesses, losses, risk) => {
  for (let i = 0; i < excesses.length; i++) excesses[i] = (losses[i] as number) - risk;
};

const fillFromProfits: Fill = (excesses, profits, risk) => {
  for (let i = 0; i < excesses.length; i++) excesses[i] = 1 - (profits[i] as number) - risk;
};
