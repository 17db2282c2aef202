/** What a risk detector says now: numbers, and which kind of change they speak for. */
import { normalQuantile } from '../../math/normal.ts';
import { curveAt, expectedLeavers, fitLine } from './risk-curve.ts';
import { type ChangeKind, evidenceOf, kindOf, type RiskDetectorState } from './risk-detector.ts';
import { logOddsOf, mergeRisks, NO_RISKS, type RiskHistogram, totalsOf } from './risk-histogram.ts';

export interface RiskReading {
  readonly looks: number;
  /** Labelled rows over all looks, those of them that left, and those that were expected to by the held-out rows. */
  readonly rows: number;
  readonly left: number;
  readonly expected: number;
  /** Sum of the weights of the looks: days, or rows. */
  readonly weight: number;
  readonly heldOut: { readonly rows: number; readonly left: number };
  /** log10 of the detector; null before the first look, or where there are too few held-out rows to judge by. */
  readonly log10: number | null;
  /** log10 of what makes it an alarm. */
  readonly levelLog10: number;
  /** It has once reached its level. */
  readonly alarm: boolean;
  /** The look at which it did, from 1. */
  readonly alarmAt: number | null;
  /** What has changed; null without an alarm. */
  readonly change: ChangeKind | null;
  /** Share of the evidence that speaks for each kind of change, sum 1; null without evidence. */
  readonly shares: {
    readonly baseRate: number;
    readonly discrimination: number;
    readonly both: number;
  } | null;
  /** The look at which the change most likely began, from 1, or an earlier one of its block; null without an alarm. */
  readonly changedAt: number | null;
  /** The rows from there on; null without an alarm. */
  readonly since: { readonly rows: number; readonly left: number; readonly expected: number } | null;
  /** Of the rows since the change, without an alarm of all; null where under ten of either class are among them. */
  readonly calibration: RiskCalibration | null;
  /** Held-out rows that would do; null where there are enough. */
  readonly tooFew: { readonly rowsNeeded: number } | null;
}

/** Calibration of the risks as the model gives them, with Wald intervals. */
export interface RiskCalibration {
  /** In log-odds; 0: as many left as expected (calibration in the large, the slope held at 1). */
  readonly intercept: Bounds;
  /** 1: risks set clients apart as much as they say; 0: not at all. */
  readonly slope: Bounds;
  readonly level: number;
  readonly rows: number;
}

export interface Bounds {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const LEVEL = 0.95;
const MIN_SMALLER_CLASS = 10;
/** So weak that it moves nothing but what would be infinite. */
const WEAK = 1e-3;
const Z = normalQuantile(0.5 + LEVEL / 2);
/** So strong that nothing moves what is held. */
const HELD = 1e12;

/** All that a detector says now; changes nothing. An alarm stays until a new detector is started. */
export function readRiskDetector(state: RiskDetectorState): RiskReading {
  const { looks, weight, heldOut, expected, alarmAt } = state;
  const isJudged = looks > 0 && state.rowsNeeded === null;
  const evidence = isJudged ? evidenceOf(state) : null;
  const shares = evidence === null ? null : sharesOf(state, evidence.shares);
  const alarm = alarmAt !== null;
  const changedAt = alarm && evidence !== null ? startOf(state, evidence.shares) : null;
  const all = gather(state, 1);
  const since = changedAt === null ? null : gather(state, changedAt);
  return {
    looks,
    ...totalsOf(all),
    expected,
    weight,
    heldOut,
    log10: evidence === null ? null : evidence.log / Math.LN10,
    levelLog10: Math.log10(state.perFalseAlarm),
    alarm,
    alarmAt,
    change: since === null ? null : changeOf(state, since),
    shares,
    changedAt,
    since:
      since === null
        ? null
        : {
            ...totalsOf(since),
            expected: expectedLeavers(since, curveAt(state.curve, since), { alpha: 0, beta: 1 }),
          },
    calibration: calibrationOf(since ?? all),
    tooFew: state.rowsNeeded === null ? null : { rowsNeeded: state.rowsNeeded },
  };
}

function sharesOf(
  { changes }: RiskDetectorState,
  shares: readonly number[],
): NonNullable<RiskReading['shares']> {
  const of = (kind: ChangeKind) =>
    changes.reduce(
      (sum, change, place) => sum + (kindOf(change) === kind ? (shares[place] as number) : 0),
      0,
    );
  return { baseRate: of('base-rate'), discrimination: of('discrimination'), both: of('both') };
}

/**
 * What the rows since the change show by themselves, beside the error of the held-out rows: another rate (calibration in
 * the large), another slope, or both; where neither stands out, the one that does more.
 */
function changeOf({ curve, errors }: RiskDetectorState, since: RiskHistogram): ChangeKind {
  const m = curveAt(curve, since);
  const z = (value: number, variance: number, error: number) =>
    Math.abs(value) / Math.sqrt(variance + error ** 2);
  const { large, line } = fitsOf(since, m);
  const rate = z(large.coefficients[0] as number, large.covariance[0] as number, errors.shift);
  const slope = z((line.coefficients[1] as number) - 1, line.covariance[3] as number, errors.slope);
  if (rate >= Z && slope >= Z) return 'both';
  return rate > slope ? 'base-rate' : 'discrimination';
}

/** Where the sum of the likeliest change began, or the first look of the block that holds it. */
function startOf({ starts, blocks }: RiskDetectorState, shares: readonly number[]): number {
  const likeliest = shares.indexOf(Math.max(...shares));
  const start = starts[likeliest] as number;
  return blocks.find(({ to }) => to >= start)?.from ?? start;
}

function gather({ blocks }: RiskDetectorState, from: number): RiskHistogram {
  return blocks
    .filter((block) => block.from >= from)
    .map(({ risks }) => risks)
    .reduce(mergeRisks, NO_RISKS);
}

/**
 * Calibration in the large and calibration slope (Cox 1958; Van Calster et al., J Clin Epidemiol 74, 2016), log-odds
 * beyond 8 counted as 8; null with under ten rows of either class.
 */
export function calibrationOf(risks: RiskHistogram): RiskCalibration | null {
  const { rows, left } = totalsOf(risks);
  if (Math.min(left, rows - left) < MIN_SMALLER_CLASS) return null;
  const bounds = (value: number, variance: number): Bounds => {
    const half = Z * Math.sqrt(variance);
    return { value, low: value - half, high: value + half };
  };
  const { large, line } = fitsOf(risks, logOddsOf(risks));
  return {
    intercept: bounds(large.coefficients[0] as number, large.covariance[0] as number),
    slope: bounds(line.coefficients[1] as number, line.covariance[3] as number),
    level: LEVEL,
    rows,
  };
}

/** A shift of log-odds with their slope held at 1, and a line over them. */
function fitsOf(risks: RiskHistogram, odds: Float64Array) {
  const columns = [odds.map(() => 1), odds];
  return {
    large: fitLine(risks, columns, [0, 1], [WEAK, HELD]),
    line: fitLine(risks, columns, [0, 1], [WEAK, WEAK]),
  };
}
