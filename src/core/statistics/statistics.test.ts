import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { addConfusion, confusionMatrix, createConfusion, mergeConfusion } from './confusion.ts';
import { type DesignBlock, type GramPoint, type GramStatistics, sumGram } from './gram.ts';
import { gramKernel } from './gram-kernel.ts';
import { addMoments, createMoments, deviationOf, mergeMoments } from './moments.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
  {
    maxLength: 40,
  },
);
const rows = fc.array(
  fc.tuple(fc.constantFrom(0, 1, Number.NaN), fc.double({ min: 0, max: 1, noNaN: true })),
  {
    maxLength: 30,
  },
);
const close = (a: number, b: number, scale = 1) =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * (scale + Math.abs(b)));

function design(rowCount: number, features: number, seed: number, weighted = false): DesignBlock {
  const random = createRandom(seed);
  const draw = () => random.normal() * 3;
  return {
    rows: rowCount,
    columns: Array.from({ length: features }, () => Float64Array.from({ length: rowCount }, draw)),
    labels: Float64Array.from({ length: rowCount }, () => random.below(2)),
    weights: weighted ? Float64Array.from({ length: rowCount }, random.uniform) : null,
  };
}

function pointOf(features: number, size: number): GramPoint {
  return {
    coefficients: Float64Array.from({ length: features + 1 }, (_, j) => size * Math.sin(j + 1)),
    means: Float64Array.from({ length: features }, (_, j) => 0.1 * j),
    scales: Float64Array.from({ length: features }, (_, j) => 1 / (1 + j)),
  };
}

/** The definition, row by row. */
function gramByDefinition(block: DesignBlock, point: GramPoint): GramStatistics {
  const total = sumGram([], block.columns.length);
  const size = total.gradient.length;
  for (let i = 0; i < block.rows; i++) {
    const z = [
      1,
      ...block.columns.map(
        (column, j) => ((column[i] ?? 0) - (point.means[j] ?? 0)) * (point.scales[j] ?? 0),
      ),
    ];
    const margin = z.reduce((sum, value, j) => sum + value * (point.coefficients[j] ?? 0), 0);
    const label = block.labels[i] as number;
    const weight = block.weights?.[i] ?? 1;
    const signed = label === 1 ? margin : -margin;
    total.rows++;
    total.weight += weight;
    total.loss += weight * (signed < -30 ? -signed : Math.log1p(Math.exp(-signed)));
    if (signed <= 0) total.wrong++;
    const p = 1 / (1 + Math.exp(-margin));
    const curvature = 1 / (2 + Math.exp(margin) + Math.exp(-margin));
    for (let j = 0; j < size; j++) {
      total.gradient[j] = (total.gradient[j] ?? 0) + weight * (p - label) * (z[j] ?? 0);
      for (let k = j; k < size; k++) {
        total.hessian[j * size + k] =
          (total.hessian[j * size + k] ?? 0) + weight * curvature * (z[j] ?? 0) * (z[k] ?? 0);
      }
    }
  }
  return total;
}

describe('Gram statistics', () => {
  const cases = [1, 2, 3, 4, 5, 8].flatMap((features) =>
    [0.3, 30].flatMap((size) => [false, true].map((weighted) => ({ features, size, weighted }))),
  );
  it.each(cases)(
    'equal their definition: $features features, coefficients $size, weighted $weighted',
    ({ features, size, weighted }) => {
      const block = design(700, features, features, weighted);
      const point = pointOf(features, size);
      const [made, wanted] = [gramKernel(block, point), gramByDefinition(block, point)];
      expect([made.rows, made.wrong]).toEqual([wanted.rows, wanted.wrong]);
      close(made.weight, wanted.weight);
      close(made.loss, wanted.loss);
      made.gradient.forEach((value, j) => {
        close(value, wanted.gradient[j] as number, 1e3);
      });
      made.hessian.forEach((value, j) => {
        close(value, wanted.hessian[j] as number, 1e3);
      });
    },
  );

  it('are exact at margin 0 without features', () => {
    const made = gramKernel(design(4, 0, 1), pointOf(0, 0));
    close(made.loss, 4 * Math.LN2);
    expect(made.hessian[0]).toBe(1);
  });

  it('merge as the sum of parts, and give the same bits for the same blocks whoever made them', () => {
    const blocks = [design(600, 3, 1), design(100, 3, 2), design(513, 3, 3)];
    const point = pointOf(3, 1);
    const parts = blocks.map((block) => gramKernel(block, point));
    const [a, b, c] = parts as [GramStatistics, GramStatistics, GramStatistics];
    expect(
      sumGram(
        blocks
          .toReversed()
          .map((block) => gramKernel(block, point))
          .toReversed(),
        3,
      ),
    ).toEqual(sumGram(parts, 3));
    const [left, right] = [sumGram([sumGram([a, b], 3), c], 3), sumGram([a, sumGram([b, c], 3)], 3)];
    close(left.loss, right.loss);
    left.hessian.forEach((value, j) => {
      close(value, right.hessian[j] as number);
    });
  });
});

describe('confusion counts', () => {
  it('put a row above the threshold on the flagged side and an unlabelled row nowhere', () => {
    const counts = addConfusion(createConfusion(), [1, 1, 0, 0, Number.NaN], [0.5, 0.6, 0.5, 0.6, 0.9], 0.5);
    expect(confusionMatrix(counts)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('are the same for any division of the rows', () => {
    fc.assert(
      fc.property(rows, rows, rows, (...parts) => {
        const add = (part: [number, number][]) =>
          addConfusion(
            createConfusion(),
            part.map(([y]) => y),
            part.map(([, s]) => s),
            0.4,
          );
        const [a, b, c] = parts.map(add) as [
          ReturnType<typeof add>,
          ReturnType<typeof add>,
          ReturnType<typeof add>,
        ];
        const whole = add(parts.flat());
        expect(mergeConfusion(mergeConfusion(a, b), c)).toEqual(whole);
        expect(mergeConfusion(a, mergeConfusion(b, c))).toEqual(whole);
      }),
    );
  });
});

describe('moments', () => {
  it('are the same for any division of the values, up to rounding', () => {
    fc.assert(
      fc.property(values, values, values, (...parts) => {
        const of = (part: number[]) => addMoments(createMoments(), Float64Array.from(part));
        const whole = of(parts.flat());
        const [a, b, c] = parts.map(of) as [
          ReturnType<typeof of>,
          ReturnType<typeof of>,
          ReturnType<typeof of>,
        ];
        for (const merged of [mergeMoments(mergeMoments(a, b), c), mergeMoments(a, mergeMoments(b, c))]) {
          expect([merged.count, merged.missing, merged.min, merged.max]).toEqual([
            whole.count,
            whole.missing,
            whole.min,
            whole.max,
          ]);
          close(merged.mean, whole.mean, 1e6);
          close(merged.squares, whole.squares, 1e12);
        }
      }),
    );
  });

  it('keep the spread of values far from zero', () => {
    const far = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
    expect(deviationOf(addMoments(createMoments(), far), 0)).toBeCloseTo(0.5, 9);
    expect(deviationOf(createMoments(), 0)).toBeNaN();
  });
});
