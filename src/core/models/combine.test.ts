import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ensembleModel,
  hardRows,
  linearModel,
  modelOf,
  treesModel,
} from '../../../test/contracts/random-models.ts';
import { batchOfStored } from '../columns/stored-rows.ts';
import type { EnsembleParameters, ModelDocument } from '../document/document.ts';
import { createExplainer } from '../scoring/reasons/explainer.ts';
import { createScorer } from '../scoring/scorer.ts';
import { findFaults } from './check-model.ts';
import { combineModels } from './combine.ts';

const NONE = { kind: 'none' } as const;
const BASE_RATE = modelOf(
  [],
  { kind: 'logistic-regression', coefficients: [], intercept: -1.5, means: [] },
  NONE,
);

function partsOfSeed(seed: number): { model: ModelDocument; weight: number; name: string }[] {
  const withMeans = (model: ModelDocument, shift: number): ModelDocument =>
    model.learner.kind === 'logistic-regression'
      ? { ...model, learner: { ...model.learner, means: model.learner.means.map((_, j) => j / 10 + shift) } }
      : model;
  return [
    { name: 'linear', weight: 0.2, model: withMeans(linearModel(NONE, seed), 0.1) },
    { name: 'linear', weight: 0.2, model: withMeans(linearModel(NONE, seed + 1), -0.4) },
    { name: 'trees', weight: 0.3, model: treesModel(NONE, { trees: 5, leaves: 6, seed }) },
    { name: 'base', weight: 0.1, model: BASE_RATE },
    { name: 'both', weight: 0.2, model: ensembleModel(NONE, { trees: 3, leaves: 4, seed }) },
  ];
}

function combined(seed: number): ModelDocument {
  const parts = partsOfSeed(seed).map(({ model, ...part }) => ({ ...part, ...model }));
  const { features, learner } = combineModels(parts);
  return modelOf(features, learner, NONE);
}

function answersOf(model: ModelDocument, seed: number) {
  const rows = hardRows(combined(seed), 40, seed).map((row) => ({
    ...row,
    usage: row['usage'] === null ? null : Math.max(-1e3, Math.min(1e3, Number(row['usage']))),
    'select "from" where': Number(row['select "from" where'] ?? 0) > 0 ? 3.25 : null,
  }));
  const batch = batchOfStored(model.inputs, rows);
  const margins = new Float64Array(rows.length);
  createScorer(model).marginInto(batch, margins);
  const explainer = createExplainer(model);
  const contributions = new Float64Array(rows.length * explainer.columns.length);
  explainer.contributionsInto(batch, contributions);
  return { margins, contributions, baseline: explainer.baseline };
}

describe('a combination of models', () => {
  it('has the weighted sum of their margins, contributions and baselines, and sums to its margin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const own = answersOf(combined(seed), seed);
        const parts = partsOfSeed(seed).map(({ model, weight }) => ({ weight, ...answersOf(model, seed) }));
        const weighted = (of: (part: (typeof parts)[number]) => number) =>
          parts.reduce((sum, part) => sum + part.weight * of(part), 0);
        const near = (value: number, expected: number) =>
          expect(Math.abs(value - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
        near(
          own.baseline,
          weighted((part) => part.baseline),
        );
        own.margins.forEach((margin, i) => {
          near(
            margin,
            weighted((part) => part.margins[i] as number),
          );
        });
        own.contributions.forEach((value, k) => {
          near(
            value,
            weighted((part) => part.contributions[k] as number),
          );
        });
        const width = own.contributions.length / own.margins.length;
        own.margins.forEach((margin, i) => {
          const row = own.contributions.subarray(i * width, (i + 1) * width);
          near(
            row.reduce((sum, value) => sum + value, own.baseline),
            margin,
          );
        });
      }),
      { numRuns: 20 },
    );
  });

  it('keeps equal features once, names once', () => {
    const model = combined(7);
    expect(findFaults(model)).toEqual([]);
    const keys = model.features.map((feature) =>
      JSON.stringify(feature, (_, value) => (Object.is(value, -0) ? '-0' : value)),
    );
    expect(new Set(keys).size).toBe(keys.length);
    const { members, linear } = model.learner as EnsembleParameters;
    expect(members.map(({ name }) => name)).toEqual(['linear', 'trees', 'base', 'both']);
    expect(members[0]?.weight).toBeCloseTo(0.4, 12);
    expect(linear?.coefficients.length).toBeLessThan(model.features.length);
  });

  it('of a base rate alone is that rate, without features or reasons', () => {
    const alone = combineModels([{ name: 'base', weight: 1, ...BASE_RATE }]);
    expect(alone.features).toEqual([]);
    const { margins, contributions, baseline } = answersOf(modelOf([], alone.learner, NONE), 1);
    expect([...margins].every((margin) => margin === -1.5)).toBe(true);
    expect([...contributions].every((value) => value === 0)).toBe(true);
    expect(baseline).toBe(-1.5);
  });
});

describe('the check of an ensemble', () => {
  const model = combined(3);
  const learner = model.learner as EnsembleParameters;
  const faultsOf = (changes: Partial<EnsembleParameters>) =>
    findFaults({ ...model, learner: { ...learner, ...changes } }).join('; ');

  it('finds weights, counts and features that do not fit', () => {
    expect(faultsOf({ members: [{ name: 'a', weight: 0.5 }] })).toContain('sum to 0.5');
    expect(faultsOf({ linear: null, trees: null })).toContain('neither a linear part nor trees');
    expect(faultsOf({ trees: null })).toContain('no trees');
    const { linear } = learner;
    if (linear === null) throw new Error('the ensemble has a linear part');
    expect(faultsOf({ linear: { ...linear, means: [] } })).toContain('learner.linear.means has 0 values');
    const tooMany = model.features.map(() => 0);
    expect(faultsOf({ linear: { ...linear, coefficients: tooMany, means: tooMany } })).toContain(
      'may be NaN',
    );
    expect(findFaults({ ...model, features: [] }).join()).toContain('but there are 0 features');
  });

  it('finds rates that do not fit their levels', () => {
    const features = model.features.map((feature) =>
      feature.kind === 'target-rate' ? { ...feature, rates: [Number.NaN] } : feature,
    );
    const faults = findFaults({ ...model, features }).join('; ');
    expect(faults).toContain('.rates has 1 values');
    expect(faults).toContain('not finite');
  });
});
