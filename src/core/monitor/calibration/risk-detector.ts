/**
 * The alarm of a deployed model: whether outcomes still follow the risks that it gives. State that is started from
 * held-out rows, advanced by the labelled rows of each look, and kept as plain JSON between looks.
 */
import { TidewatchError } from '../../../base/errors.ts';
import {
  curveAt,
  expectedLeavers,
  fitRiskCurve,
  type Line,
  logLikelihood,
  type RiskCurve,
} from './risk-curve.ts';
import { mergeRisks, type RiskHistogram, totalsOf } from './risk-histogram.ts';
import { type Change, changesOf, covarianceAt, rowsNeeded, unchangedLines } from './risk-lines.ts';

export const RISK_DETECTOR_FORMAT = 'tidewatch-risk-detector/1';

/** Consecutive looks whose rows are counted together. */
export interface LookBlock {
  /** First and last look, from 1. */
  readonly from: number;
  readonly to: number;
  readonly risks: RiskHistogram;
}

export interface RiskDetectorState {
  readonly format: typeof RISK_DETECTOR_FORMAT;
  /** Sum of the weights of looks to a false alarm, on average at least. */
  readonly perFalseAlarm: number;
  readonly heldOut: { readonly rows: number; readonly left: number };
  /** Held-out rows that would do where these are too few to judge; null where they are not. */
  readonly rowsNeeded: number | null;
  readonly curve: RiskCurve;
  /** Standard errors of a shift of the curve and of its slope. */
  readonly errors: { readonly shift: number; readonly slope: number };
  readonly unchanged: readonly Line[];
  readonly changes: readonly Change[];
  /** ln M of each change against each unchanged line, changes first; `NOTHING` before the first look. */
  readonly logs: readonly number[];
  /** Of each change against the curve itself: Page's sum, and the look at which it last began, from 1. */
  readonly sums: readonly number[];
  readonly starts: readonly number[];
  readonly looks: number;
  /** Sum of the weights of the looks. */
  readonly weight: number;
  /** Of all rows, what the curve expects to leave. */
  readonly expected: number;
  /** All rows, in blocks of looks, newest last. */
  readonly blocks: readonly LookBlock[];
  /** The look at which the level was first reached, from 1. */
  readonly alarmAt: number | null;
}

/** ln 0, as a number that JSON can hold. */
const NOTHING = -1e300;
/** Blocks that are kept; the older, the more looks they hold. */
const MAX_BLOCKS = 24;

export interface RiskDetectorOptions {
  /** Rows that the model was not trained on, scored by it when it went live. */
  readonly heldOut: RiskHistogram;
  /** Sum of the weights of looks to a false alarm, on average at least: days or rows, whatever weights are given in. */
  readonly perFalseAlarm: number;
}

/**
 * A detector that has seen no look. Error: `value-invalid` where `perFalseAlarm` is not above 0 and finite. Held-out
 * rows with under ten of either class allow no alarm; what is looked at is kept all the same.
 */
export function startRiskDetector({ heldOut, perFalseAlarm }: RiskDetectorOptions): RiskDetectorState {
  if (!(perFalseAlarm > 0 && Number.isFinite(perFalseAlarm))) {
    throw new TidewatchError(
      'value-invalid',
      `An alarm was asked for with ${perFalseAlarm} a false alarm: expected a number above 0.`,
    );
  }
  const curve = fitRiskCurve(heldOut);
  const unchanged = unchangedLines(heldOut, curve);
  const changes = changesOf(heldOut, curve);
  const [ofShift, , , ofSlope] = covarianceAt(heldOut, curve);
  return {
    format: RISK_DETECTOR_FORMAT,
    perFalseAlarm,
    heldOut: totalsOf(heldOut),
    rowsNeeded: rowsNeeded(heldOut),
    curve,
    errors: { shift: Math.sqrt(ofShift), slope: Math.sqrt(ofSlope) },
    unchanged,
    changes,
    logs: new Array<number>(changes.length * unchanged.length).fill(NOTHING),
    sums: changes.map(() => 0),
    starts: changes.map(() => 1),
    looks: 0,
    weight: 0,
    expected: 0,
    blocks: [],
    alarmAt: null,
  };
}

/**
 * The detector after one more look at rows that no look has used, in one histogram.
 *
 * M <- (M + weight) L, with L the likelihood of the outcomes under a change over that under no change: the detector of
 * Shiryaev and Roberts with a weight for the time in which a change could begin. M less the sum of weights is a
 * martingale where nothing has changed, so until M reaches A the weights sum to A on average at least (Shin, Ramdas and
 * Rinaldo, NEJSDS 2023, arXiv 2203.03532): with the days since the look before as weights, A is the days to a false
 * alarm however often and however irregularly it is looked at. Mixed over changes, a third of the weight each for those
 * of the rate of leaving, of discrimination, and of both. What counts as no change is a set; the line of it that speaks
 * most against a change counts (universal inference: Wasserman, Ramdas and Balakrishnan, PNAS 2020).
 * A look without rows passes its weight on: give its time to the next one.
 *
 * @param weight not negative and finite: days since the look before (the first: since the model went live), or rows.
 * Error: `value-invalid` for another weight.
 */
export function advanceRiskDetector(
  state: RiskDetectorState,
  risks: RiskHistogram,
  weight: number,
): RiskDetectorState {
  if (!(weight >= 0 && Number.isFinite(weight))) {
    throw new TidewatchError('value-invalid', `A look was given the weight ${weight}: expected 0 or more.`);
  }
  if (risks.cells.length === 0) return state;
  const m = curveAt(state.curve, risks);
  const looks = state.looks + 1;
  const unchanged = state.unchanged.map((line) => logLikelihood(risks, m, line));
  const changed = state.changes.map((line) => logLikelihood(risks, m, line));
  const begin = weight === 0 ? NOTHING : Math.log(weight);
  const logs = state.logs.map((log, place) => {
    const change = Math.floor(place / unchanged.length);
    const ratio = (changed[change] as number) - (unchanged[place % unchanged.length] as number);
    return Math.max(NOTHING, addLogs(log, begin) + ratio);
  });
  const [own = 0] = unchanged;
  const starts = state.starts.map((start, change) => ((state.sums[change] as number) > 0 ? start : looks));
  const sums = state.sums.map((sum, change) => Math.max(0, sum) + (changed[change] as number) - own);
  const advanced: RiskDetectorState = {
    ...state,
    logs,
    sums,
    starts,
    looks,
    weight: state.weight + weight,
    expected: state.expected + expectedLeavers(risks, m, { alpha: 0, beta: 1 }),
    blocks: condense([...state.blocks, { from: looks, to: looks, risks }]),
  };
  const isOver = state.rowsNeeded === null && evidenceOf(advanced).log >= Math.log(state.perFalseAlarm);
  return { ...advanced, alarmAt: state.alarmAt ?? (isOver ? looks : null) };
}

export interface RiskEvidence {
  /** ln of the mixture against the unchanged line that speaks most against a change. */
  readonly log: number;
  /** Share of each change in that mixture, in their order, sum 1. */
  readonly shares: readonly number[];
}

/** What has come together against no change. */
export function evidenceOf({ logs, changes, unchanged }: RiskDetectorState): RiskEvidence {
  const weights = mixtureOf(changes);
  let least: { readonly log: number; readonly terms: readonly number[] } | null = null;
  for (let line = 0; line < unchanged.length; line++) {
    const terms = weights.map(
      (weight, change) => (logs[change * unchanged.length + line] as number) + Math.log(weight),
    );
    const log = terms.reduce(addLogs, NOTHING);
    if (least === null || log < least.log) least = { log, terms };
  }
  const { log, terms } = least ?? { log: NOTHING, terms: [] };
  return { log, shares: log === NOTHING ? weights : terms.map((term) => Math.exp(term - log)) };
}

export type ChangeKind = 'base-rate' | 'discrimination' | 'both';

export function kindOf({ keep, shift }: Change): ChangeKind {
  if (keep === 1) return 'base-rate';
  return shift === 0 ? 'discrimination' : 'both';
}

/** A third of the weight to each kind of change, shared alike within it. */
function mixtureOf(changes: readonly Change[]): number[] {
  const kinds = changes.map(kindOf);
  return kinds.map((kind) => 1 / (3 * kinds.filter((other) => other === kind).length));
}

/** ln (e^a + e^b). */
function addLogs(a: number, b: number): number {
  const most = Math.max(a, b);
  return most + Math.log1p(Math.exp(Math.min(a, b) - most));
}

/** Merges the two neighbours that are least beside the rows after them, so that the newest looks stay apart. */
function condense(blocks: readonly LookBlock[]): readonly LookBlock[] {
  if (blocks.length <= MAX_BLOCKS) return blocks;
  const rows = blocks.map(({ risks }) => totalsOf(risks).rows);
  let after = 0;
  let best = { place: 0, share: Number.POSITIVE_INFINITY };
  for (let place = blocks.length - 2; place >= 0; place--) {
    const both = (rows[place] as number) + (rows[place + 1] as number);
    const share = both / (after + 1);
    if (share < best.share) best = { place, share };
    after += rows[place + 1] as number;
  }
  return blocks.flatMap((block, place) => {
    if (place === best.place + 1) return [];
    const next = blocks[place + 1];
    if (place !== best.place || next === undefined) return [block];
    return [{ from: block.from, to: next.to, risks: mergeRisks(block.risks, next.risks) }];
  });
}
