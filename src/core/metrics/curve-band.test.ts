import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { normalQuantile } from '../math/normal.ts';
import { normalTail } from '../math/normal-tail.ts';
import { type BandPoint, gainBand, precisionRecallBand, rocBand } from './curve-band.ts';
import { type Evaluation, evaluate } from './evaluate.ts';

const normalCdf = (z: number) => normalTail(-z);

/** Scores of two normal distributions, one apart: true positive rate = cdf(1 + quantile(false positive rate)). */
function sample(rows: number, seed: number): Evaluation {
  const random = createRandom(seed);
  const labels = Float64Array.from({ length: rows }, () => (random.uniform() < 0.3 ? 1 : 0));
  return evaluate(
    labels,
    labels.map((label) => normalCdf(label + random.normal())),
    0.5,
  );
}
const trueRate = (fpr: number) => normalCdf(1 + normalQuantile(fpr));

function bandsOf({ curves: { roc, precisionRecall, gain }, positives, rows, level }: Evaluation) {
  if (roc === null || precisionRecall === null || gain === null) throw new Error('a class is absent');
  return {
    roc: rocBand(roc, positives, rows - positives, level),
    precisionRecall: precisionRecallBand(precisionRecall, positives, level),
    gain: gainBand(gain, positives, level),
  };
}
const at = (band: readonly BandPoint[], x: number) => band.find((each) => Math.abs(each.x - x) < 1e-9);
const width = (band: readonly BandPoint[], x: number) => {
  const { low, high } = at(band, x) ?? { low: Number.NaN, high: Number.NaN };
  return high - low;
};

describe('the band of a curve', () => {
  const bands = Array.from({ length: 250 }, (_, seed) => bandsOf(sample(200, seed)));
  const shareOf = (test: (band: (typeof bands)[number]) => boolean) =>
    bands.filter(test).length / bands.length;
  const within = (band: BandPoint | undefined, value: number) =>
    band !== undefined && band.low <= value && value <= band.high;

  it.each([0.1, 0.3, 0.6])('holds the true rate at %d in nearly all samples of the same kind', (fpr) => {
    expect(shareOf(({ roc }) => within(at(roc, fpr), trueRate(fpr)))).toBeGreaterThan(0.94);
  });

  it('holds the true precision at a recall, and the true gain at a share, in nearly all samples', () => {
    // What holds for 200,000 rows stands for the truth.
    const truth = sample(200_000, 5);
    const precisionAt = (recall: number) => {
      const { recall: reached = [], precision = [] } = truth.curves.precisionRecall ?? {};
      return precision[reached.findIndex((each) => each >= recall)] ?? Number.NaN;
    };
    const gained = truth.curves.gain?.find(({ share }) => share === 0.3)?.gain ?? Number.NaN;
    expect(
      shareOf(({ precisionRecall }) => within(at(precisionRecall, 0.6), precisionAt(0.6))),
    ).toBeGreaterThan(0.94);
    expect(shareOf(({ gain }) => within(at(gain, 0.3), gained))).toBeGreaterThan(0.94);
  });

  it('is a quarter as wide for sixteen times the rows', () => {
    const [few, many] = [bandsOf(sample(1000, 1)), bandsOf(sample(16_000, 1))];
    expect(width(few.roc, 0.3) / width(many.roc, 0.3)).toBeGreaterThan(3);
    expect(width(few.roc, 0.3) / width(many.roc, 0.3)).toBeLessThan(5.5);
    expect(width(few.gain, 0.3) / width(many.gain, 0.3)).toBeCloseTo(4, 0);
  });

  it('holds the curve itself, stays between 0 and 1, and is closed where all is known', () => {
    for (const rows of [10, 50, 1000]) {
      const evaluation = sample(rows, 4);
      const { roc, precisionRecall, gain } = bandsOf(evaluation);
      for (const { low, high } of [...roc, ...precisionRecall, ...gain]) {
        expect(0 <= low && low <= high && high <= 1).toBe(true);
      }
      for (const point of evaluation.curves.gain ?? []) {
        const band = at(gain, point.share);
        expect(band && band.low <= point.gain && point.gain <= band.high).toBe(true);
      }
      expect([gain[0], gain.at(-1)]).toEqual([
        { x: 0, low: 0, high: 0 },
        { x: 1, low: 1, high: 1 },
      ]);
      expect(roc.at(-1)?.high).toBe(1);
    }
  });
});
