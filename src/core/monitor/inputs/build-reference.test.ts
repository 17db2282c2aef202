import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import type { CategoricalReference, NumericReference } from '../../document/drift-reference.ts';
import { driftReferenceSchema } from '../../document/reference-schema.ts';
import { renderJson } from '../../models/json.ts';
import { buildReference } from './build-reference.ts';
import { numberBelow, numericEdges } from './numeric-edges.ts';

const numeric = (values: ArrayLike<number>): NumericReference => {
  const batch: SourceBatch = {
    rows: values.length,
    columns: [{ kind: 'numeric', values: Float64Array.from(values) }],
  };
  return buildReference([{ name: 'x', kind: 'numeric' }], [batch]).columns[0] as NumericReference;
};
const categorical = (values: readonly (string | null)[]): CategoricalReference => {
  const batch: SourceBatch = { rows: values.length, columns: [{ kind: 'text', values }] };
  return buildReference([{ name: 'c', kind: 'categorical' }], [batch]).columns[0] as CategoricalReference;
};

describe('buildReference', () => {
  it('gives each of few distinct values a bin of its own', () => {
    expect(numeric([3, 1, 2, 2, Number.NaN])).toEqual({
      kind: 'numeric',
      name: 'x',
      rows: 5,
      missing: 1,
      range: { min: 1, max: 3, mean: 2, std: Math.sqrt(2 / 3) },
      edges: [1, 2, 3],
      counts: [0, 1, 2, 1, 0],
      atoms: true,
    });
  });

  it('parts many values into bins of about equal rows', () => {
    const random = createRandom(3);
    const { edges, counts, atoms } = numeric(Float64Array.from({ length: 100_000 }, () => random.normal()));
    expect(atoms).toBe(false);
    expect(edges).toHaveLength(253);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_000);
    expect(Math.max(...counts)).toBeLessThan(2 * (100_000 / 253));
  });

  it('takes columns without a value, with infinite ones and with huge ones', () => {
    expect(numeric([Number.NaN, Number.NaN])).toMatchObject({ missing: 2, range: null, counts: [0, 0] });
    const { POSITIVE_INFINITY: above, NEGATIVE_INFINITY: below } = Number;
    expect(numeric([below, 1, 1, above, above])).toMatchObject({
      counts: [1, 2, 2],
      range: { min: 1, max: 1 },
    });
    const huge = numeric([-Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE]);
    expect(() => renderJson(huge)).not.toThrow();
  });

  it('orders levels by their rows, and pools those past the limit', () => {
    expect(categorical(['b', 'a', 'b', null])).toMatchObject({
      levels: ['b', 'a'],
      counts: [2, 1],
      missing: 1,
      singletons: 1,
      pooled: { levels: 0, rows: 0 },
    });
    const many = categorical(Array.from({ length: 1_000 }, (_, k) => `level ${k % 300}`));
    expect(many.levels).toHaveLength(253);
    expect(many.pooled).toEqual({ levels: 47, rows: 47 * 3 });
    const long = categorical(Array.from({ length: 300 }, (_, k) => `${'x'.repeat(1_000)}${k}`));
    expect(long.levels.length + long.pooled.levels).toBe(300);
    expect(long.levels.join('').length).toBeLessThan(16 * 253);
  });

  it('has the same bits however the rows come in batches, and passes the schema of model files', () => {
    const random = createRandom(8);
    const values = Float64Array.from({ length: 40_000 }, () => Math.round(1000 * random.normal()) / 7);
    const whole = buildReference(
      [{ name: 'x', kind: 'numeric' }],
      [{ rows: 40_000, columns: [{ kind: 'numeric', values }] }],
    );
    const cut = [0, 8_192, 8_192 + 16_384, 40_000];
    const parts = cut.slice(1).map((end, k): SourceBatch => {
      const part = values.subarray(cut[k], end);
      return { rows: part.length, columns: [{ kind: 'numeric', values: part }] };
    });
    expect(buildReference([{ name: 'x', kind: 'numeric' }], parts)).toEqual(whole);
    expect(driftReferenceSchema.parse(JSON.parse(renderJson(whole)))).toEqual(whole);
  });

  it('keeps a model of 50 columns small', () => {
    const random = createRandom(1);
    const inputs = Array.from({ length: 50 }, (_, k): ModelInput => ({ name: `x${k}`, kind: 'numeric' }));
    const columns = inputs.map(() => ({
      kind: 'numeric' as const,
      values: Float64Array.from({ length: 20_000 }, () => random.normal()),
    }));
    expect(renderJson(buildReference(inputs, [{ rows: 20_000, columns }])).length).toBeLessThan(150_000);
  });
});

describe('numericEdges', () => {
  it('ends at the maximum, rises, and parts the sample', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 12 }), (list, bins) => {
        const sorted = Float64Array.from(list, (value) => value + 0).sort();
        const { edges, atoms } = numericEdges(sorted, sorted.at(-1) as number, bins);
        expect(edges.length).toBeLessThanOrEqual(bins);
        expect(edges.at(-1)).toBe(sorted.at(-1));
        edges.slice(1).forEach((edge, k) => {
          expect(edge).toBeGreaterThan(edges[k] as number);
        });
        expect(atoms).toBe(new Set(sorted).size <= bins);
      }),
    );
  });
});

describe('numberBelow', () => {
  it('is the neighbour: nothing lies between', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, (value) => {
        const below = numberBelow(value);
        expect(below).toBeLessThan(value);
        const middle = below / 2 + value / 2;
        if (Math.abs(value) > 1e-300) expect([below, value]).toContain(middle);
      }),
    );
    expect(numberBelow(0)).toBe(-Number.MIN_VALUE);
  });
});
