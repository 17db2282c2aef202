import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { fitLink } from '../../calibration/link.ts';
import { logit, sigmoid } from '../../math/sigmoid.ts';
import { fitLine, fitRiskCurve, logLikelihood } from './risk-curve.ts';
import {
  advanceRiskDetector,
  evidenceOf,
  type RiskDetectorState,
  startRiskDetector,
} from './risk-detector.ts';
import {
  countRisks,
  logOddsOf,
  mergeRisks,
  NO_RISKS,
  type RiskHistogram,
  totalsOf,
} from './risk-histogram.ts';
import { unchangedLines } from './risk-lines.ts';
import { calibrationOf, readRiskDetector } from './risk-reading.ts';

const FIVE_YEARS = 5 * 365.25;

/** Rows of a model whose log-odds are normal; `truth` makes the log-odds of leaving from the model's. */
function draw(
  rows: number,
  seed: number,
  truth = (l: number) => l,
  middle = -1.3,
  spread = 1.3,
): RiskHistogram {
  const random = createRandom(seed, 5);
  const odds = Float64Array.from({ length: rows }, () => middle + spread * random.normal());
  const labels = odds.map((l) => Number(random.uniform() < sigmoid(truth(l))));
  return countRisks(odds.map(sigmoid), labels);
}

function weeks(state: RiskDetectorState, count: number, truth?: (l: number) => number, seed = 1000) {
  let advanced = state;
  for (let week = 0; week < count; week++)
    advanced = advanceRiskDetector(advanced, draw(200, seed + week, truth), 7);
  return advanced;
}

describe('counts of risks', () => {
  it('holds each labelled row in the cell nearest to its log-odds, the ends in the last cells', () => {
    const risks = countRisks([0.5, 0.5, sigmoid(1 / 32), 0, 1, 0.3], [1, 0, 1, 0, 1, Number.NaN]);
    expect(risks).toEqual({ cells: [-256, 0, 1, 256], stayed: [1, 1, 0, 0], left: [0, 1, 1, 1] });
    expect(totalsOf(risks)).toEqual({ rows: 5, left: 3 });
    expect([...logOddsOf(risks)]).toEqual([-8, 0, 1 / 32, 8]);
  });

  it('adds up: parts merged are the whole, in any order', () => {
    const [a, b, c] = [draw(50, 1), draw(70, 2), NO_RISKS];
    const probabilities = [0.1, 0.2, 0.2, 0.9];
    const labels = [0, 1, 0, 1];
    expect(
      mergeRisks(
        countRisks(probabilities.slice(0, 2), labels),
        countRisks(probabilities.slice(2), labels.slice(2)),
      ),
    ).toEqual(countRisks(probabilities, labels));
    expect(mergeRisks(mergeRisks(a, b), c)).toEqual(mergeRisks(c, mergeRisks(b, a)));
  });

  it('refuses what is no probability', () => {
    expect(() => countRisks([1.5], [1])).toThrow(/risk of 1.5/);
    expect(() => countRisks([Number.NaN], [1])).toThrow(/NaN/);
  });
});

describe('the curve of held-out rows', () => {
  it('is the maximum-likelihood recalibration where the prior is weak', () => {
    const risks = draw(3000, 3, (l) => 0.4 + 0.7 * l);
    const odds = logOddsOf(risks);
    const ours = fitLine(risks, [odds.map(() => 1), odds], [0, 1], [1e-9, 1e-9]);
    const counts = odds.map((_, cell) => (risks.stayed[cell] as number) + (risks.left[cell] as number));
    const shares = odds.map((_, cell) => (risks.left[cell] as number) / (counts[cell] as number));
    const reference = fitLink([odds], shares, counts);
    expect(ours.coefficients[0]).toBeCloseTo(reference.intercept, 6);
    expect(ours.coefficients[1]).toBeCloseTo(reference.coefficients[0] as number, 6);
  });

  it('takes the risks as they are where no row says otherwise', () => {
    expect(fitRiskCurve(NO_RISKS)).toEqual({ intercept: 0, slope: 1, knots: [], bends: [] });
  });

  it('bends where many rows show that no line mends the risks', () => {
    const truth = (l: number) => Math.max(l, -1);
    const curve = fitRiskCurve(draw(20_000, 4, truth));
    const at = (l: number) =>
      curve.knots.reduce(
        (sum, knot, k) => sum + (curve.bends[k] as number) * Math.max(0, l - knot),
        curve.intercept + curve.slope * l,
      );
    for (const l of [-3, -2, -1, 0, 1]) expect(Math.abs(at(l) - truth(l))).toBeLessThan(0.35);
  });

  it('stays finite where the classes are apart, and where there is one class', () => {
    for (const labels of [
      [0, 0, 1, 1],
      [1, 1, 1, 1],
    ]) {
      const curve = fitRiskCurve(countRisks([0.1, 0.2, 0.8, 0.9], labels));
      expect([curve.intercept, curve.slope].every(Number.isFinite)).toBe(true);
    }
  });

  it('holds the true recalibration within its region about two times in three', () => {
    // The distance of the truth from the fit, by likelihood, against the edge that the lines are on.
    let inside = 0;
    const streams = 300;
    for (let seed = 0; seed < streams; seed++) {
      const risks = draw(400, 9000 + seed, undefined, -3.6, 1.4);
      const odds = logOddsOf(risks);
      const fit = fitLine(risks, [odds.map(() => 1), odds], [0, 1], [1, 1]);
      const penalty = (fit.coefficients[0] as number) ** 2 + ((fit.coefficients[1] as number) - 1) ** 2;
      const [alpha, beta] = fit.coefficients as [number, number];
      const gap =
        logLikelihood(risks, odds, { alpha, beta }) -
        penalty / 2 -
        logLikelihood(risks, odds, { alpha: 0, beta: 1 });
      if (2 * gap < -2 * Math.log(0.32)) inside++;
    }
    expect(inside / streams).toBeGreaterThan(0.63);
  });

  it('draws a wider region from fewer rows, and never a smaller one than the tolerance', () => {
    const spread = (rows: number) => {
      const risks = draw(rows, 6);
      const lines = unchangedLines(risks, fitRiskCurve(risks));
      return Math.max(...lines.map(({ beta }) => beta)) - Math.min(...lines.map(({ beta }) => beta));
    };
    expect(spread(200)).toBeGreaterThan(spread(2000));
    expect(spread(500_000)).toBeGreaterThan(0.09);
  });
});

describe('the detector', () => {
  const start = () => startRiskDetector({ heldOut: draw(400, 1), perFalseAlarm: FIVE_YEARS });

  it('rings within weeks when outcomes no longer follow the risks, and says that discrimination is lost', () => {
    const reading = readRiskDetector(weeks(weeks(start(), 10), 2, () => -1, 3000));
    expect(reading).toMatchObject({ alarm: true, change: 'discrimination', changedAt: 11 });
    expect(reading.calibration?.slope.high).toBeLessThan(0.6);
    expect(reading.since?.rows).toBe(400);
  });

  it('rings when twice as many leave, and says that the rate has changed', () => {
    const reading = readRiskDetector(weeks(weeks(start(), 10), 20, (l) => l + 1, 3000));
    expect(reading).toMatchObject({ alarm: true, change: 'base-rate' });
    const { left = 0, expected = 0 } = reading.since ?? {};
    expect(left / expected).toBeGreaterThan(1.3);
    expect(reading.calibration?.intercept.low).toBeGreaterThan(0.5);
  });

  it('stays silent over two years without a change, for a model that never was calibrated too', () => {
    expect(readRiskDetector(weeks(start(), 104)).alarm).toBe(false);
    const off = (l: number) => 0.5 + 0.6 * l;
    const state = startRiskDetector({ heldOut: draw(400, 1, off), perFalseAlarm: FIVE_YEARS });
    expect(readRiskDetector(weeks(state, 104, off)).alarm).toBe(false);
  });

  it('keeps its martingale: the mean of M less the weights stays near 0 when nothing has changed', () => {
    // Under the curve itself, of one change against it, by simulation.
    const heldOut = draw(2000, 1);
    const state = startRiskDetector({ heldOut, perFalseAlarm: FIVE_YEARS });
    const place = state.changes.findIndex(({ keep, shift }) => keep === 1 && shift === 0.35);
    const { curve } = state;
    const truth = (l: number) =>
      curve.knots.reduce(
        (sum, knot, k) => sum + (curve.bends[k] as number) * Math.max(0, l - knot),
        curve.intercept + curve.slope * l,
      );
    let sum = 0;
    const streams = 4000;
    for (let stream = 0; stream < streams; stream++) {
      let advanced = state;
      for (const look of [0, 1, 2]) {
        advanced = advanceRiskDetector(advanced, draw(10, 10_000 + 3 * stream + look, truth), 7);
      }
      sum += Math.exp(advanced.logs[place * state.unchanged.length] as number);
    }
    expect(sum / streams / 21).toBeGreaterThan(0.9);
    expect(sum / streams / 21).toBeLessThan(1.1);
  });

  it('is the mixture that its recursion says, by brute force over beginnings', () => {
    let state = start();
    const looks = [3, 0, 14].map((weight, look) => ({ weight, risks: draw(100, 40 + look) }));
    for (const { weight, risks } of looks) state = advanceRiskDetector(state, risks, weight);
    const curve = state.curve;
    const ratio = (from: number, change: number, line: number) =>
      looks.slice(from).reduce((sum, { risks }) => {
        const m = logOddsOf(risks).map((l) =>
          curve.knots.reduce(
            (at, knot, k) => at + (curve.bends[k] as number) * Math.max(0, l - knot),
            curve.intercept + curve.slope * l,
          ),
        );
        return (
          sum +
          logLikelihood(risks, m, state.changes[change] as never) -
          logLikelihood(risks, m, state.unchanged[line] as never)
        );
      }, 0);
    for (const change of [0, 5, 20]) {
      for (const line of [0, 3, 16]) {
        const whole = looks.reduce(
          (sum, { weight }, from) => sum + weight * Math.exp(ratio(from, change, line)),
          0,
        );
        expect(state.logs[change * state.unchanged.length + line]).toBeCloseTo(Math.log(whole), 8);
      }
    }
  });

  it('goes through JSON without loss, and is the same bits however the rows of a look were put together', () => {
    const [a, b, later] = [draw(90, 7), draw(110, 8), draw(100, 9)];
    const whole = advanceRiskDetector(start(), mergeRisks(a, b), 7);
    const again = advanceRiskDetector(JSON.parse(JSON.stringify(start())), mergeRisks(b, a), 7);
    expect(again).toEqual(whole);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    expect(readRiskDetector(advanceRiskDetector(JSON.parse(JSON.stringify(whole)), later, 7))).toEqual(
      readRiskDetector(advanceRiskDetector(whole, later, 7)),
    );
  });

  it('has nothing to say before the first look, and counts no look without rows', () => {
    const state = start();
    expect(advanceRiskDetector(state, NO_RISKS, 7)).toBe(state);
    expect(readRiskDetector(state)).toMatchObject({
      looks: 0,
      rows: 0,
      log10: null,
      alarm: false,
      shares: null,
    });
    expect(evidenceOf(state).shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
  });

  it('cannot judge by few held-out rows, and says how many would do', () => {
    const state = startRiskDetector({ heldOut: draw(20, 1), perFalseAlarm: FIVE_YEARS });
    const reading = readRiskDetector(weeks(state, 20, (l) => -3 * l));
    expect(reading).toMatchObject({ alarm: false, log10: null, rows: 4000 });
    expect(reading.tooFew?.rowsNeeded).toBeGreaterThan(20);
  });

  it('needs time for an alarm: a look of weight 0 opens no new beginning', () => {
    const state = advanceRiskDetector(
      start(),
      draw(5, 1, () => 0),
      0,
    );
    expect(Math.max(...state.logs)).toBeLessThan(-1e299);
  });

  it('keeps all rows in few blocks, the newest looks apart', () => {
    const state = weeks(start(), 150);
    expect(state.blocks.length).toBeLessThanOrEqual(24);
    expect(state.blocks.at(-1)).toMatchObject({ from: 150, to: 150 });
    expect(state.blocks.at(-2)).toMatchObject({ from: 149, to: 149 });
    expect(state.blocks.reduce((sum, { risks }) => sum + totalsOf(risks).rows, 0)).toBe(150 * 200);
    for (const [place, block] of state.blocks.entries()) {
      expect(block.from).toBe((state.blocks[place - 1]?.to ?? 0) + 1);
    }
  });

  it('survives rows beyond every expectation', () => {
    const wild = countRisks(new Float64Array(100_000).fill(1e-12), new Float64Array(100_000).fill(1));
    const reading = readRiskDetector(advanceRiskDetector(start(), wild, 7));
    expect(reading.alarm).toBe(true);
    expect(Number.isFinite(reading.log10)).toBe(true);
  });

  it('refuses weights and budgets that are none', () => {
    for (const perFalseAlarm of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => startRiskDetector({ heldOut: NO_RISKS, perFalseAlarm })).toThrow(/above 0/);
    }
    expect(() => advanceRiskDetector(start(), draw(5, 1), -1)).toThrow(/weight -1/);
  });
});

describe('calibration of the risks', () => {
  it('finds intercept and slope within their intervals, about 95 times in a hundred', () => {
    let [held, slopes] = [0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const calibration = calibrationOf(draw(1000, seed, (l) => 0.8 * l));
      if (calibration === null) throw new Error('enough rows');
      if (calibration.slope.low <= 0.8 && 0.8 <= calibration.slope.high) slopes++;
      held += calibration.rows;
    }
    expect(held).toBe(400_000);
    expect(slopes / 400).toBeGreaterThan(0.92);
    expect(slopes / 400).toBeLessThan(0.98);
  });

  it('is the shift of the log-odds where the slope is right', () => {
    expect(calibrationOf(draw(50_000, 2, (l) => l + logit(0.6)))?.intercept.value).toBeCloseTo(logit(0.6), 1);
    expect(calibrationOf(draw(30, 2, () => -9))).toBeNull();
  });
});
