import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { Calibration } from '../document/document.ts';
import { logit, sigmoid } from '../math/sigmoid.ts';
import { calibratorOf } from '../models/calibrated.ts';
import { estimateShift, shiftCalibration } from './shift.ts';

const MAPS: readonly Calibration[] = [
  { kind: 'none' },
  { kind: 'platt', slope: 0.8, intercept: -0.3 },
  { kind: 'beta', a: 0.7, b: 1.2, c: 0.1 },
  { kind: 'isotonic', from: [0.1, 0.4, 0.9], to: [0.05, 0.3, 0.8] },
];

describe('a shifted calibration', () => {
  it.each(MAPS)('adds the shift to the log-odds of $kind, at the knots where it is isotonic', (map) => {
    const odds = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(odds, odds, (margin, shift) => {
        const at = map.kind === 'isotonic' ? logit(map.from[1] as number) : margin;
        const [before, after] = [map, shiftCalibration(map, shift)].map((each) => calibratorOf(each)(at));
        expect(logit(after as number)).toBeCloseTo(logit(before as number) + shift, 6);
      }),
    );
  });
});

describe('the estimated shift', () => {
  const draw = (rows: number, seed: number, shift: number) => {
    const random = createRandom(seed);
    const probabilities = Float64Array.from({ length: rows }, () => sigmoid(-1.5 + random.normal()));
    const labels = probabilities.map((p) => Number(random.uniform() < sigmoid(logit(p) + shift)));
    return { probabilities, labels };
  };

  it('has an interval that holds the truth as often as it says', () => {
    let held = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { probabilities, labels } = draw(300, seed, 0.7);
      const { low, high } = estimateShift(probabilities, labels);
      held += Number(low <= 0.7 && 0.7 <= high);
    }
    expect(held / 400).toBeGreaterThan(0.925);
    expect(held / 400).toBeLessThan(0.98);
  });

  it('makes the expected number of leavers that of those who left, but for the prior', () => {
    const { probabilities, labels } = draw(5000, 1, -1.2);
    const { value } = estimateShift(probabilities, labels);
    const expected = probabilities.reduce((sum, p) => sum + sigmoid(logit(p) + value), 0);
    expect(expected - value * -1).toBeCloseTo(
      labels.reduce((sum, label) => sum + label, 0),
      6,
    );
  });

  it('stays finite for one class, for certain probabilities, and without a row', () => {
    expect(estimateShift(new Float64Array(0), new Float64Array(0)).value).toBe(0);
    const certain = estimateShift(Float64Array.of(0, 1, 1, 0), Float64Array.of(1, 1, 1, 1));
    expect(Number.isFinite(certain.value) && certain.value > 0).toBe(true);
  });
});
