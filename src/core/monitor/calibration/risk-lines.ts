/** What a risk detector sets against each other: the curves that held-out rows allow, and those after a change. */
import { sigmoid } from '../../math/sigmoid.ts';
import { curveAt, expectedLeavers, fitLine, type Line, logLikelihood, type RiskCurve } from './risk-curve.ts';
import { type RiskHistogram, totalsOf } from './risk-histogram.ts';

/** A change that is looked for: the spread of the log-odds is multiplied by `keep`, then all are shifted. */
export interface Change extends Line {
  readonly keep: number;
  readonly shift: number;
}

/** 1: the risks still set clients apart as they did; 0: not at all; below 0: the wrong way round. */
const KEEPS = [1, 1.4, 0.7, 0.35, 0, -0.5] as const;
/** In log-odds: 0.7 is twice the odds of leaving. */
const SHIFTS = [0, -1.5, -0.7, -0.35, 0.35, 0.7, 1.5] as const;
/** What a chi-square of 2 degrees of freedom exceeds with chance 0.32: edge of the region that counts as no change. */
const LIMIT = -2 * Math.log(0.32);
/**
 * Points on the edge, and on two rings within. The truth may lie between them, and is then taken for a change once new
 * rows tell it from each of them: with 16 points on two rings, one stream in five had such an alarm within five years,
 * with these one in ten.
 */
const RINGS = [16, 12, 8] as const;
/** The edge is looked for between the ellipse and this many times as far. */
const MAX_STRETCH = 4;
/** So small a shift of the log-odds, or change of their slope, is none. */
const TOLERANCE = 0.05;

/** Covariance (row-major) of a shift and a change of slope of the curve, the slope about the mean log-odds. */
export function covarianceAt(
  heldOut: RiskHistogram,
  curve: RiskCurve,
): readonly [number, number, number, number] {
  const m = curveAt(curve, heldOut);
  const centre = meanLogOdds(heldOut, m);
  const columns = [m.map(() => 1), m.map((value) => value - centre)];
  const [a = 1, b = 0, c = 0, d = 1] = fitLine(heldOut, columns, [0, 1], [1, 1]).covariance;
  return [a, b, c, d];
}

/**
 * Lines over the curve that count as no change: the curve itself, and points of the 68 % confidence region of a shift
 * and a slope around it, by the likelihood of the held-out rows, widened by the tolerance. Where few left, the region is
 * longer on one side than on the other, which an ellipse would not know.
 */
export function unchangedLines(heldOut: RiskHistogram, curve: RiskCurve): Line[] {
  const m = curveAt(curve, heldOut);
  const centre = meanLogOdds(heldOut, m);
  const [a, b, , d] = covarianceAt(heldOut, curve);
  const widened = TOLERANCE ** 2 / LIMIT;
  // Cholesky's factor of the covariance takes a circle to the ellipse.
  const first = Math.sqrt(a + widened);
  const mixed = b / first;
  const second = Math.sqrt(Math.max(0, d + widened - mixed * mixed));
  const lineAt = (radius: number, angle: number): Line => {
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const slope = mixed * u + second * v;
    return { alpha: first * u - slope * centre, beta: 1 + slope };
  };
  // As the fit is penalised: a prior of precision 1 around no shift and the slope 1.
  const fitness = (line: Line): number => {
    const shift = line.alpha + (line.beta - 1) * centre;
    return logLikelihood(heldOut, m, line) - (shift ** 2 + (line.beta - 1) ** 2) / 2;
  };
  const best = fitness({ alpha: 0, beta: 1 });
  const edge = (angle: number): number => {
    let [low, high] = [Math.sqrt(LIMIT), MAX_STRETCH * Math.sqrt(LIMIT)];
    for (let step = 0; step < 40; step++) {
      const radius = (low + high) / 2;
      if (2 * (best - fitness(lineAt(radius, angle))) < LIMIT) low = radius;
      else high = radius;
    }
    return low;
  };
  return [
    { alpha: 0, beta: 1 },
    ...RINGS.flatMap((points, ring) =>
      Array.from({ length: points }, (_, point) => {
        const angle = (2 * Math.PI * (point + (ring % 2) / 2)) / points;
        return lineAt((edge(angle) * (RINGS.length - ring)) / RINGS.length, angle);
      }),
    ),
  ];
}

/**
 * Lines over the curve after a change. Where discrimination falls the rate of leaving stays that of the held-out rows,
 * unless it is shifted too: a model that no longer knows who leaves is often still right about how many.
 */
export function changesOf(heldOut: RiskHistogram, curve: RiskCurve): Change[] {
  const m = curveAt(curve, heldOut);
  const left = expectedLeavers(heldOut, m, { alpha: 0, beta: 1 });
  return KEEPS.flatMap((keep) => {
    const middle = keep === 1 ? 0 : interceptFor(heldOut, m, keep, left);
    return SHIFTS.filter((shift) => keep !== 1 || shift !== 0).map((shift) => ({
      keep,
      shift,
      alpha: middle + shift,
      beta: keep,
    }));
  });
}

/** The alpha under which as many rows are expected to leave, by bisection. */
function interceptFor(heldOut: RiskHistogram, m: Float64Array, beta: number, left: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 80; step++) {
    const alpha = (low + high) / 2;
    if (expectedLeavers(heldOut, m, { alpha, beta }) < left) low = alpha;
    else high = alpha;
  }
  return (low + high) / 2;
}

/** The mean log-odds, each row by how much its outcome says of a shift. */
function meanLogOdds(heldOut: RiskHistogram, m: Float64Array): number {
  let [sum, weight] = [0, 0];
  for (const [cell, value] of m.entries()) {
    const p = sigmoid(value);
    const w = ((heldOut.stayed[cell] as number) + (heldOut.left[cell] as number)) * p * (1 - p);
    sum += w * value;
    weight += w;
  }
  return weight > 0 ? sum / weight : 0;
}

/** Held-out rows of the smaller class below which nothing can be told from chance. */
const MIN_SMALLER_CLASS = 10;

/** Held-out rows that would do where these are too few; null where they are not. */
export function rowsNeeded(heldOut: RiskHistogram): number | null {
  const { rows, left } = totalsOf(heldOut);
  const smaller = Math.min(left, rows - left);
  if (smaller >= MIN_SMALLER_CLASS) return null;
  return Math.ceil((MIN_SMALLER_CLASS * Math.max(rows, 1)) / Math.max(smaller, 1));
}
