import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch, SourceColumn } from '../columns/source-column.ts';
import { fitRecipe, PLAIN_RECIPE } from './recipe.ts';
import { fitSources } from './source-fit.ts';
import { createTransform } from './transform.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'usage', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
const numeric = (...values: number[]): SourceColumn => ({
  kind: 'numeric',
  values: Float64Array.from(values),
});
const coded = (levels: string[], ...codes: number[]): SourceColumn => ({
  kind: 'categorical',
  levels,
  codes: Int32Array.from(codes),
});
const batch = (...columns: SourceColumn[]): SourceBatch => ({ rows: 4, columns });
const TRAINING = batch(numeric(1, Number.NaN, 3, 8), coded(['gold', 'basic'], 0, 1, -1, 1));

describe('the recipe', () => {
  it('keeps numbers as they are and puts the training mean where one is missing', () => {
    const features = fitRecipe(fitSources(INPUTS.slice(0, 1), [TRAINING], { knots: 0 }), PLAIN_RECIPE);
    expect(features).toEqual([{ kind: 'number', source: 'usage', missing: 4 }]);
    const [made] = createTransform(features, INPUTS)(TRAINING);
    expect([...(made ?? [])]).toEqual([1, 4, 3, 8]);
  });

  it('makes a feature a level, and says what is missing', () => {
    const features = fitRecipe(fitSources(INPUTS, [TRAINING], { knots: 0 }), {
      ...PLAIN_RECIPE,
      missingIndicators: true,
    });
    expect(features.map((feature) => feature.kind)).toEqual([
      'number',
      'missing',
      'level',
      'level',
      'missing',
    ]);
    const later = batch(numeric(Number.NaN, 1, 1, 1), coded(['silver', 'basic'], 0, 1, -1, 0));
    expect(createTransform(features, INPUTS)(later).map((column) => [...column])).toEqual([
      [4, 1, 1, 1],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
  });

  it('leaves missing values and categories to a learner that handles them', () => {
    const features = fitRecipe(fitSources(INPUTS, [TRAINING], { knots: 0 }), {
      ...PLAIN_RECIPE,
      numeric: 'native',
      categorical: 'native',
    });
    expect(features).toEqual([
      { kind: 'number', source: 'usage', missing: null },
      { kind: 'category', source: 'plan', levels: ['basic', 'gold'] },
    ]);
    expect(createTransform(features, INPUTS)(TRAINING).map((column) => [...column])).toEqual([
      [1, Number.NaN, 3, 8],
      [1, 0, Number.NaN, 0],
    ]);
  });

  it('bends at quantiles strictly inside the range, once each', () => {
    const column = numeric(...Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : i)));
    const [source] = fitSources(INPUTS.slice(0, 1), [{ rows: 100, columns: [column] }], { knots: 3 });
    expect(source).toMatchObject({ knots: [50, 75] });
    const features = fitRecipe(source === undefined ? [] : [source], { ...PLAIN_RECIPE, numeric: 'splines' });
    expect(features.map((feature) => feature.kind)).toEqual(['number', 'hinge', 'hinge']);
    const made = createTransform(features, INPUTS)({ rows: 2, columns: [numeric(60, Number.NaN)] });
    const mean = (features[0] as { missing: number }).missing;
    expect(made.map((values) => [...values])).toEqual([
      [60, mean],
      [10, Math.max(0, mean - 50)],
      [0, Math.max(0, mean - 75)],
    ]);
  });

  it('drops rare levels and keeps the most frequent ones', () => {
    const column = coded(['a', 'b', 'c'], 0, 0, 0, 1, 1, 2);
    const sources = fitSources([INPUTS[1] as ModelInput], [{ rows: 6, columns: [column] }], { knots: 0 });
    const levels = (minLevelRows: number, maxLevels: number) =>
      fitRecipe(sources, { ...PLAIN_RECIPE, minLevelRows, maxLevels }).map((feature) =>
        feature.kind === 'level' ? feature.level : '?',
      );
    expect(levels(2, 10)).toEqual(['a', 'b']);
    expect(levels(1, 1)).toEqual(['a']);
  });

  it('is the same for any division of the rows into batches', () => {
    const row = fc.tuple(
      fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN)),
      fc.integer({ min: -1, max: 2 }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), fc.array(row, { maxLength: 20 }), (a, b) => {
        const of = (rows: (typeof a)[number][]) => ({
          rows: rows.length,
          columns: [
            numeric(...rows.map(([x]) => x)),
            coded(['x', 'y', 'z'], ...rows.map(([, code]) => code)),
          ],
        });
        const whole = fitSources(INPUTS, [of([...a, ...b])], { knots: 3 });
        const parts = fitSources(INPUTS, [of(a), of(b)], { knots: 3 });
        expect(parts[1]).toEqual(whole[1]);
        const [left, right] = [parts[0], whole[0]];
        if (left?.kind !== 'numeric' || right?.kind !== 'numeric')
          throw new Error('the first input is numeric');
        expect(left.knots).toEqual(right.knots);
        expect(left.moments.mean).toBeCloseTo(right.moments.mean, 9);
      }),
    );
  });

  it('takes a column without any value as 0', () => {
    const sources = fitSources(
      INPUTS.slice(0, 1),
      [{ rows: 2, columns: [numeric(Number.NaN, Number.NaN)] }],
      { knots: 2 },
    );
    expect(fitRecipe(sources, PLAIN_RECIPE)).toEqual([{ kind: 'number', source: 'usage', missing: 0 }]);
  });
});

describe('the transform', () => {
  it('does not copy a column in which nothing is missing', () => {
    const column = numeric(1, 2, 3, 4);
    const [made] = createTransform([{ kind: 'number', source: 'usage', missing: 0 }], INPUTS)(batch(column));
    expect(made).toBe(column.kind === 'numeric' ? column.values : null);
  });

  it('follows levels that grow from batch to batch', () => {
    const transform = createTransform([{ kind: 'level', source: 'plan', level: 'gold' }], INPUTS);
    const levels = ['basic'];
    expect([...(transform({ rows: 1, columns: [numeric(0), coded(levels, 0)] })[0] ?? [])]).toEqual([0]);
    levels.push('gold');
    expect([...(transform({ rows: 2, columns: [numeric(0, 0), coded(levels, 1, 0)] })[0] ?? [])]).toEqual([
      1, 0,
    ]);
  });

  it('refuses a column of the wrong kind, and a feature without a column', () => {
    const number = createTransform([{ kind: 'number', source: 'usage', missing: 0 }], INPUTS);
    expect(() => number({ rows: 1, columns: [coded(['a'], 0), numeric(1)] })).toThrow('expected numbers');
    const level = createTransform([{ kind: 'level', source: 'plan', level: 'a' }], INPUTS);
    expect(() => level({ rows: 1, columns: [numeric(1), numeric(1)] })).toThrow('expected levels');
    expect(() => createTransform([{ kind: 'missing', source: 'absent' }], INPUTS)).toThrow('absent');
  });
});
