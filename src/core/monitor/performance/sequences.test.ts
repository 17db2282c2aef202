import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { advanceMeanSequence, meanInterval, startMeanSequence } from './mean-sequence.ts';
import { shareSequence } from './share-sequence.ts';

describe('confidence sequences', () => {
  it('of a share bound exactly the shares that the mixture does not refute', () => {
    const { low, high } = shareSequence(3, 10, 0.05);
    // B(3.5, 7.5) / B(1/2, 1/2), by hand from gamma functions of halves.
    const mixture = ((15 / 8) * (135135 / 128)) / 3628800;
    for (const p of [low, high]) expect(mixture / (p ** 3 * (1 - p) ** 7)).toBeCloseTo(20, 4);
    expect(shareSequence(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
    expect(shareSequence(0, 50, 0.05).low).toBe(0);
    expect(shareSequence(50, 50, 0.05).high).toBe(1);
  });

  it('of a share lie around it and mirror', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const k = Math.round(n * share);
          const [here, there] = [shareSequence(k, n, 0.1), shareSequence(n - k, n, 0.1)];
          expect(here.low).toBeLessThanOrEqual(k / n);
          expect(here.high).toBeGreaterThanOrEqual(k / n);
          expect(here.low).toBeCloseTo(1 - there.high, 9);
        },
      ),
    );
  });

  it('miss the truth at some look in few runs, though looked at after every row', () => {
    const [runs, alpha] = [300, 0.1];
    let [shareMisses, meanMisses] = [0, 0];
    const one = new Float64Array(1);
    for (let run = 0; run < runs; run++) {
      const random = createRandom(5, run);
      let [successes, shareMissed, meanMissed] = [0, false, false];
      let sequence = startMeanSequence(alpha);
      for (let t = 1; t <= 400; t++) {
        successes += Number(random.uniform() < 0.3);
        one[0] = random.uniform() ** 2;
        sequence = advanceMeanSequence(sequence, one, 1);
        const share = shareSequence(successes, t, alpha);
        const mean = meanInterval(sequence);
        shareMissed ||= share.low > 0.3 || share.high < 0.3;
        meanMissed ||= mean.low > 1 / 3 || mean.high < 1 / 3;
      }
      shareMisses += Number(shareMissed);
      meanMisses += Number(meanMissed);
    }
    expect(shareMisses / runs).toBeLessThan(alpha);
    expect(meanMisses / runs).toBeLessThan(alpha);
    expect(shareMisses).toBeGreaterThan(0);
  });
});
