import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { Estimate } from '../document/document.ts';
import { twoSidedT } from '../math/student.ts';
import { addConfusion, confusionMatrix, createConfusion } from '../statistics/confusion.ts';
import {
  accuracyEstimate,
  f1Estimate,
  f1Score,
  precisionEstimate,
  recallEstimate,
} from './classification.ts';
import { precisionRecallCurve, rocCurve } from './curves.ts';
import { evaluate } from './evaluate.ts';
import { DECILES, gainPoints } from './gain.ts';
import { meanEstimate, symmetricT, wilsonEstimate } from './interval.ts';
import { brierScoreLoss, logLoss } from './probability.ts';
import { expectedProfit } from './profit.ts';
import { rankScores } from './ranked-scores.ts';
import { averagePrecisionScore, placements, rocAucEstimate, rocAucScore } from './ranking.ts';
import { calibrationError, reliabilityBins } from './reliability.ts';

interface GoldenCase {
  readonly name: string;
  readonly labels: number[];
  readonly scores: number[];
  readonly threshold: number;
  readonly confusion: number[][];
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly accuracy: number;
  readonly roc_auc: number;
  readonly average_precision: number;
  readonly log_loss: number;
  readonly brier: number;
  readonly delong_variance: number;
  readonly roc: { readonly fpr: number[]; readonly tpr: number[] };
}
type Ends = readonly [number, number];
interface Golden {
  readonly cases: GoldenCase[];
  readonly intervals: {
    readonly name: string;
    readonly labels: number[];
    readonly scores: number[];
    readonly roc_auc: Ends;
    readonly average_precision: Ends;
    readonly log_loss: Ends;
    readonly brier: Ends;
  }[];
  readonly wilson: { successes: number; trials: number; level: number; low: number; high: number }[];
}

const golden: Golden = JSON.parse(readFileSync('test/golden/metrics.json', 'utf8'));

describe('metrics', () => {
  it.each(golden.cases)('equal those of scikit-learn: $name', (wanted) => {
    const { labels, scores, threshold } = wanted;
    const counts = addConfusion(createConfusion(), labels, scores, threshold);
    const ranked = rankScores(labels, scores);
    expect(confusionMatrix(counts)).toEqual(wanted.confusion);
    expect(f1Score(counts)).toBeCloseTo(wanted.f1, 14);
    expect(precisionEstimate(counts, 0.95)?.value ?? 0).toBeCloseTo(wanted.precision, 14);
    expect(recallEstimate(counts, 0.95)?.value ?? 0).toBeCloseTo(wanted.recall, 14);
    expect(accuracyEstimate(counts, 0.95)?.value ?? 0).toBeCloseTo(wanted.accuracy, 14);
    expect(rocAucScore(ranked)).toBeCloseTo(wanted.roc_auc, 14);
    expect(placements(ranked).variance).toBeCloseTo(wanted.delong_variance, 14);
    expect(averagePrecisionScore(ranked)).toBeCloseTo(wanted.average_precision, 14);
    expect(logLoss(labels, scores)).toBeCloseTo(wanted.log_loss, 13);
    expect(brierScoreLoss(labels, scores)).toBeCloseTo(wanted.brier, 14);
  });

  it.each(golden.intervals)('have the intervals of SciPy by their definitions: $name', (wanted) => {
    const { metrics } = evaluate(wanted.labels, wanted.scores, 0.5);
    const close = (made: Estimate | null, [low, high]: Ends, digits: number) => {
      expect(made?.low).toBeCloseTo(low, digits);
      expect(made?.high).toBeCloseTo(high, digits);
    };
    close(metrics.rocAuc, wanted.roc_auc, 10);
    close(metrics.logLoss, wanted.log_loss, 9);
    close(metrics.brier, wanted.brier, 9);
    // The influence of a row is told by scikit-learn with weights, as a difference.
    close(metrics.averagePrecision, wanted.average_precision, 6);
  });

  it.each(golden.wilson)(
    'have the Wilson interval of SciPy: $successes of $trials',
    ({ successes, trials, level, low, high }) => {
      const estimate = wilsonEstimate(successes, trials, level);
      expect(estimate?.low).toBeCloseTo(low, 12);
      expect(estimate?.high).toBeCloseTo(high, 12);
    },
  );

  it('trace the ROC curve of scikit-learn where nothing is thinned', () => {
    const wanted = golden.cases[1] as GoldenCase;
    const curve = rocCurve(rankScores(wanted.labels, wanted.scores), 1e6);
    expect(curve?.falsePositiveRate.length).toBe(wanted.roc.fpr.length);
    curve?.falsePositiveRate.forEach((rate, k) => {
      expect(rate).toBeCloseTo(wanted.roc.fpr[k] as number, 14);
    });
    curve?.truePositiveRate.forEach((rate, k) => {
      expect(rate).toBeCloseTo(wanted.roc.tpr[k] as number, 14);
    });
  });
});

function simulate(rows: number, seed: number): { labels: Float64Array; scores: Float64Array } {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: rows }, () => random.uniform() ** 2);
  return { scores, labels: scores.map((p) => (random.uniform() < p ? 1 : 0)) };
}

const CAMPAIGN = { value: 100, contactCost: 1, offerCost: 10, successRate: 0.5 };

describe('curves', () => {
  it('keep their ends and about the points asked for on large data', () => {
    const { labels, scores } = simulate(30_000, 1);
    const ranked = rankScores(labels, scores);
    const roc = rocCurve(ranked, 100);
    expect(roc?.thresholds.length).toBeLessThan(220);
    expect([roc?.falsePositiveRate[0], roc?.truePositiveRate.at(-1), roc?.falsePositiveRate.at(-1)]).toEqual([
      0, 1, 1,
    ]);
    const pr = precisionRecallCurve(ranked, 100);
    expect(pr?.recall.at(-1)).toBe(1);
    expect(pr?.recall.length).toBeLessThan(320);
  });

  it('give gains that rise to 1, and the expectation inside ties', () => {
    const { labels, scores } = simulate(1000, 2);
    const gains = gainPoints(rankScores(labels, scores), DECILES) ?? [];
    gains.forEach(({ gain, lift, share }, k) => {
      expect(gain).toBeGreaterThanOrEqual(k === 0 ? 0 : (gains[k - 1]?.gain ?? 0));
      expect(lift).toBeCloseTo(gain / share, 12);
    });
    expect(gains.at(-1)?.gain).toBe(1);
    const flat = gainPoints(rankScores([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5]), [0.25, 0.5]);
    expect(flat?.map((point) => point.gain)).toEqual([0.25, 0.5]);
  });
});

describe('calibration error', () => {
  it('finds nothing in calibrated scores and the gap in scores that are off by one tenth', () => {
    const { labels, scores } = simulate(50_000, 3);
    const of = (shift: number) =>
      calibrationError(
        reliabilityBins(
          rankScores(
            labels,
            scores.map((p) => p + shift),
          ),
          0.95,
        ),
        0.95,
      );
    expect(of(0)?.low).toBe(0);
    expect(of(0)?.value).toBeLessThan(0.01);
    expect(of(0.1)?.value).toBeCloseTo(0.1, 2);
    expect(of(0.1)?.low).toBeGreaterThan(0.09);
  });

  it('bins every row once, in bins of equal mass', () => {
    const { labels, scores } = simulate(1500, 4);
    const bins = reliabilityBins(rankScores(labels, scores), 0.95);
    expect(bins.map((bin) => bin.rows)).toEqual(new Array(15).fill(100));
    expect(reliabilityBins(rankScores([1, 0, 0], [0.2, 0.2, 0.2]), 0.95)).toHaveLength(1);
  });
});

describe('intervals', () => {
  it('of F1 hold their level on few rows', () => {
    const random = createRandom(6);
    let held = 0;
    const truth = (2 * 0.2) / (2 * 0.2 + 0.1 + 0.15);
    for (let run = 0; run < 1000; run++) {
      const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
      for (let row = 0; row < 40; row++) {
        const u = random.uniform();
        if (u < 0.2) counts.tp++;
        else if (u < 0.3) counts.fp++;
        else if (u < 0.45) counts.fn++;
        else counts.tn++;
      }
      const estimate = f1Estimate(counts, 0.95);
      if (estimate !== null && estimate.low <= truth && truth <= estimate.high) held++;
    }
    expect(held).toBeGreaterThan(930);
    expect(held).toBeLessThan(985);
  });

  it('of skewed values lean to the side of the rare ones, and are those of Student where nothing is skewed', () => {
    const skewed = meanEstimate({ rows: 100, mean: 1, deviation: 1, skewness: 2 }, 0.95);
    expect(skewed.high - 1).toBeGreaterThan(1.2 * (1 - skewed.low));
    const even = meanEstimate({ rows: 20, mean: 1, deviation: 1, skewness: 0 }, 0.95);
    expect(even.high - 1).toBeCloseTo(2.0930240544083096 / Math.sqrt(20), 12);
    expect(1 - even.low).toBeCloseTo(even.high - 1, 12);
  });

  it('of a mean undo the cubic that makes its t symmetric', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 5000 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (rows, skewness) => {
          const { low, high } = meanEstimate({ rows, mean: 0, deviation: 1, skewness }, 0.95);
          const [skew, t] = [skewness / Math.sqrt(rows), twoSidedT(0.95, rows - 1)];
          expect(symmetricT(-low * Math.sqrt(rows), skew)).toBeCloseTo(t, 6);
          expect(symmetricT(-high * Math.sqrt(rows), skew)).toBeCloseTo(-t, 6);
        },
      ),
    );
  });

  it('of one value know nothing', () => {
    expect(meanEstimate({ rows: 1, mean: 3, deviation: 0, skewness: 0 }, 0.95)).toMatchObject({
      low: -Infinity,
      high: Infinity,
    });
  });

  it('of a ranking without error are not a point', () => {
    const estimate = rocAucEstimate(rankScores([0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5]), 0.95);
    expect(estimate).toMatchObject({ value: 1, high: 1 });
    expect(estimate?.low).toBeLessThan(0.5);
  });
});

describe('expected profit', () => {
  it('pays the offer to those who would have stayed and keeps a share of those who would have left', () => {
    const terms = {
      value: Float64Array.of(100, 200, Number.NaN, 100),
      contactCost: 1,
      offerCost: 10,
      successRate: 0.5,
    };
    const profit = expectedProfit([1, 0, 1, 1], [0.9, 0.8, 0.7, 0.1], 0.5, terms, 0.95);
    expect(profit?.value).toBeCloseTo((0.5 * 90 - 1 + (-10 - 1) + (0.5 * -10 - 1)) / 4, 12);
  });
});

describe('evaluate', () => {
  it('gives values but no intervals below 20 rows of the smaller class, and says of which', () => {
    const rows = (left: number, stayed: number) => {
      const labels = [...new Array(left).fill(1), ...new Array(stayed).fill(0)];
      const probabilities = labels.map((_, k) => ((k * 37) % 101) / 101);
      return evaluate(labels, probabilities, 0.5, { campaign: CAMPAIGN });
    };
    const names = ['f1', 'precision', 'recall', 'accuracy', 'rocAuc', 'averagePrecision'] as const;
    const all = [...names, 'logLoss', 'brier', 'calibrationError', 'profit'] as const;
    const [few, enough, stayers] = [rows(19, 200), rows(20, 200), rows(200, 12)];
    for (const name of all) {
      const tooFew = { of: 'left', rows: 19, needed: 20 };
      expect(few.metrics[name]).toMatchObject({ low: null, high: null, tooFew });
      expect(few.metrics[name]?.value).toBeTypeOf('number');
      expect(enough.metrics[name]).not.toHaveProperty('tooFew');
      expect(enough.metrics[name]?.low).toBeTypeOf('number');
      expect(stayers.metrics[name]?.tooFew).toEqual({ of: 'stayed', rows: 12, needed: 20 });
    }
    // A share of rows holds its level on any number of them.
    expect(few.metrics.baseRate?.high).toBeGreaterThan(0.086);
  });

  it('keeps the deviations over rows that the watch starts from, on any number of rows', () => {
    const { deviations, metrics } = evaluate([1, 0, 0], [0.7, 0.4, 0.1], 0.5, { campaign: CAMPAIGN });
    const losses = [0.09, 0.16, 0.01];
    const mean = (0.09 + 0.16 + 0.01) / 3;
    const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    expect(deviations?.brier).toBeCloseTo(Math.sqrt(squares / 2), 14);
    expect(metrics.brier?.low).toBeNull();
    // Profits are 44, 0 and 0.
    expect(deviations?.profit).toBeCloseTo(44 / Math.sqrt(3), 12);
  });

  it('answers for no rows and for one class with reasons instead of numbers', () => {
    const none = evaluate([], [], 0.5);
    expect(none.f1Score).toBe(0);
    expect(Object.values(none.metrics).every((metric) => metric === null)).toBe(true);
    expect(none.undefinedBecause.f1).toBe('There is no labelled row.');
    const stayed = evaluate([0, 0, 0], [0.1, 0.2, 0.6], 0.5);
    expect(stayed.metrics.rocAuc).toBeNull();
    expect(stayed.undefinedBecause.rocAuc).toBe('No row left.');
    expect(stayed.metrics.f1?.value).toBe(0);
    expect(stayed.metrics.logLoss?.value).toBeGreaterThan(0);
    const left = evaluate([1, 1], [0.1, 0.9], 0.5);
    expect(left.undefinedBecause.rocAuc).toBe('Every row left.');
    expect(left.metrics.recall?.value).toBe(0.5);
    const unflagged = evaluate([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.1], 0.5);
    expect(unflagged.undefinedBecause).toEqual({ precision: 'No row is flagged at this threshold.' });
  });

  it('leaves rows without a label out and says how many', () => {
    const made = evaluate([1, Number.NaN, 0], [0.9, 0.9, 0.1], 0.5);
    expect([made.rows, made.unlabelled, made.confusion]).toEqual([
      2,
      1,
      [
        [1, 0],
        [0, 1],
      ],
    ]);
  });

  it('refuses arrays of different lengths and scores that are not numbers', () => {
    expect(() => evaluate([1, 0], [0.5], 0.5)).toThrow('2 labels came with 1 probabilities');
    expect(() => evaluate([1, 0], [0.5, Number.NaN], 0.5)).toThrow('row 2');
  });
});
