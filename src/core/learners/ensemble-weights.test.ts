import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { sigmoid, softplus } from '../math/sigmoid.ts';
import { averageMargins, crossFittedLosses, type FoldMargins, greedyWeights } from './ensemble-weights.ts';

/** Margins of a truth with the noise of each candidate, and labels drawn by the truth. */
function foldOf(seed: number, noises: readonly number[], rows = 400): FoldMargins {
  const random = createRandom(seed, 0);
  const truth = Float64Array.from({ length: rows }, () => 2 * random.normal());
  const labels = truth.map((margin) => (random.uniform() < sigmoid(margin) ? 1 : 0));
  return { labels, margins: noises.map((noise) => truth.map((margin) => margin + noise * random.normal())) };
}

function lossOf({ labels }: FoldMargins, margins: Float64Array): number {
  const sum = margins.reduce(
    (total, margin, row) => total + softplus(labels[row] === 1 ? -margin : margin),
    0,
  );
  return sum / labels.length;
}

describe('greedyWeights', () => {
  it('averages candidates whose errors are their own, and the average is better than each', () => {
    const folds = [1, 2, 3].map((seed) => foldOf(seed, [1.5, 1.5, 1.5]));
    const weights = greedyWeights(folds);
    for (const weight of weights) expect(weight).toBeGreaterThan(0.15);
    for (const fold of folds) {
      const own = lossOf(fold, averageMargins(fold.margins, weights));
      for (const margins of fold.margins) expect(own).toBeLessThan(lossOf(fold, margins));
    }
  });

  it('takes one candidate alone where the others are noise', () => {
    const weights = greedyWeights([foldOf(4, [0, 30, 30])]);
    expect(Array.from(weights)).toEqual([1, 0, 0]);
  });

  it('takes the first of equal candidates', () => {
    const { labels, margins } = foldOf(5, [0.5]);
    const same = margins[0] as Float64Array;
    expect(Array.from(greedyWeights([{ labels, margins: [same, same] }]))).toEqual([1, 0]);
  });

  it('has at most four members, and weights that sum to 1, at a loss no worse than the best candidate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 9 }), (seed, count) => {
        const fold = foldOf(
          seed,
          Array.from({ length: count }, (_, k) => 0.5 + k / 5),
          120,
        );
        const weights = greedyWeights([fold]);
        expect(weights.filter((weight) => weight > 0).length).toBeLessThanOrEqual(4);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        const best = Math.min(...fold.margins.map((margins) => lossOf(fold, margins)));
        expect(lossOf(fold, averageMargins(fold.margins, weights))).toBeLessThanOrEqual(best + 1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it('comes near the weights of the least loss, found by trying all', () => {
    const fold = foldOf(7, [1, 2], 2000);
    const losses = Array.from({ length: 101 }, (_, k) =>
      lossOf(fold, averageMargins(fold.margins, Float64Array.of(k / 100, 1 - k / 100))),
    );
    const found = lossOf(fold, averageMargins(fold.margins, greedyWeights([fold])));
    expect(found - Math.min(...losses)).toBeLessThan(1e-4);
  });
});

describe('crossFittedLosses', () => {
  it('judges each fold by weights that it has no say in', () => {
    const folds = [foldOf(1, [0, 30]), foldOf(2, [0, 30]), foldOf(3, [30, 0])];
    const losses = crossFittedLosses([folds]);
    // The third fold alone would take its second candidate; the others make it take the first.
    expect(losses[2]).toBeCloseTo(lossOf(folds[2] as FoldMargins, folds[2]?.margins[0] as Float64Array), 12);
  });

  it('is no better than the best candidate where there is nothing to gain', () => {
    const noise = (seed: number): FoldMargins => {
      const random = createRandom(seed, 0);
      const labels = Float64Array.from({ length: 100 }, () => (random.uniform() < 0.3 ? 1 : 0));
      const margins = Array.from({ length: 8 }, () => labels.map(() => -0.85 + 0.5 * random.normal()));
      return { labels, margins: [labels.map(() => -0.85), ...margins] };
    };
    const gaps = Array.from({ length: 20 }, (_, k) => {
      const folds = [1, 2, 3, 4, 5].map((fold) => noise(10 * k + fold));
      const losses = crossFittedLosses([folds]);
      const base = folds.map((fold) => lossOf(fold, fold.margins[0] as Float64Array));
      return losses.reduce((sum, loss, fold) => sum + loss - (base[fold] as number), 0);
    });
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThanOrEqual(0);
  });
});
