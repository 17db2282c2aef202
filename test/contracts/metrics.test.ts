/** Promises that every metric of an evaluation keeps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evaluation, evaluate } from '../../src/core/metrics/evaluate.ts';

type Name = keyof Evaluation['metrics'];

const METRICS: readonly { name: Name; best: number; low: number; high: number; scaleFree: boolean }[] = [
  { name: 'f1', best: 1, low: 0, high: 1, scaleFree: false },
  { name: 'precision', best: 1, low: 0, high: 1, scaleFree: false },
  { name: 'recall', best: 1, low: 0, high: 1, scaleFree: false },
  { name: 'accuracy', best: 1, low: 0, high: 1, scaleFree: false },
  { name: 'rocAuc', best: 1, low: 0, high: 1, scaleFree: true },
  { name: 'averagePrecision', best: 1, low: 0, high: 1, scaleFree: true },
  { name: 'logLoss', best: 0, low: 0, high: Number.POSITIVE_INFINITY, scaleFree: false },
  { name: 'brier', best: 0, low: 0, high: 1, scaleFree: false },
  { name: 'calibrationError', best: 0, low: 0, high: 1, scaleFree: false },
];

const rows = fc.array(
  fc.tuple(
    fc.constantFrom(0, 1),
    fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 0.75, 1)),
  ),
  { minLength: 1, maxLength: 120 },
);
const of = (pairs: readonly (readonly [number, number])[]) =>
  evaluate(
    pairs.map(([label]) => label),
    pairs.map(([, score]) => score),
    0.5,
  ).metrics;

describe.each(METRICS)('$name', ({ name, best, low, high, scaleFree }) => {
  it('is null or inside its interval, and the interval inside the range', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const metric = of(pairs)[name];
        if (metric === null) return;
        // Below 20 rows of a class there are no ends to hold in order.
        const bounds = [low, metric.low, metric.value, metric.high, high].filter((bound) => bound !== null);
        expect(bounds.length).toBe(metric.tooFew === undefined ? 5 : 3);
        bounds.slice(1).forEach((bound, k) => {
          expect(bound).toBeGreaterThanOrEqual((bounds[k] as number) - 1e-12);
        });
        expect(metric.rows).toBeLessThanOrEqual(pairs.length);
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const [there, back] = [of(pairs)[name], of(pairs.toReversed())[name]];
        if (there === null) expect(back).toBeNull();
        else expect(back?.value).toBeCloseTo(there.value, 12);
      }),
    );
  });

  it('is at its best for scores that are the labels', () => {
    const made = of([
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ])[name];
    expect(made?.value).toBeCloseTo(best, 12);
  });

  it('has a narrower interval when every row is there sixteen times', () => {
    const pairs: [number, number][] = [
      [1, 0.8],
      [0, 0.3],
      [1, 0.4],
      [0, 0.6],
      [1, 0.7],
      [0, 0.1],
      [0, 0.2],
      [1, 0.9],
    ];
    const repeated = (times: number) => of(Array.from({ length: times }, () => pairs).flat())[name];
    const [once, often] = [repeated(6), repeated(96)];
    if (once === null || often === null) throw new Error('defined on these rows');
    const widthOf = ({ low: from, high: to }: typeof once) => (to ?? Number.NaN) - (from ?? Number.NaN);
    expect(widthOf(often)).toBeLessThan(widthOf(once));
    if (name !== 'calibrationError') expect(often.value).toBeCloseTo(once.value, 12);
  });

  it.runIf(scaleFree)('does not change when scores are squeezed without a change of order', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const rounded = pairs.map(([label, score]) => [label, Math.round(score * 1000) / 1000] as const);
        const squeezed = rounded.map(([label, score]) => [label, score / 4 + 0.5] as const);
        expect(of(squeezed)[name]).toEqual(of(rounded)[name]);
      }),
    );
  });
});
