import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LearnerParameters, MODEL_FORMAT, type ModelDocument } from '../../document/document.ts';
import { createScorer } from '../scorer.ts';
import { createExplainer, strongestReasons } from './explainer.ts';

function modelOf(learner: LearnerParameters, features: ModelDocument['features']): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: [
      { name: 'usage', kind: 'numeric' },
      { name: 'plan', kind: 'categorical' },
    ],
    features,
    learner,
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0',
      seed: 0,
      snapshot: { id: '', rows: 0, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  };
}

describe('the explainer', () => {
  const model = modelOf(
    {
      kind: 'logistic-regression',
      coefficients: [0.02, -0.5, 1.5, 0.25],
      intercept: -1,
      means: [40, 3, 0.3, 0.1],
    },
    [
      { kind: 'number', source: 'usage', missing: 40 },
      { kind: 'hinge', source: 'usage', knot: 50, missing: 40 },
      { kind: 'level', source: 'plan', level: 'gold' },
      { kind: 'missing', source: 'plan' },
    ],
  );

  it('gathers the terms of a linear model by source column, and they add up to the margin', () => {
    const [explainer, scorer] = [createExplainer(model), createScorer(model)];
    const row = fc.record({
      usage: fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(null)),
      plan: fc.constantFrom('gold', 'basic', null),
    });
    fc.assert(
      fc.property(row, (client) => {
        const contributions = new Float64Array(2);
        explainer.contributionsInto(scorer.batchOf(client), contributions);
        const sum = contributions.reduce((total, value) => total + value, explainer.baseline);
        expect(Math.abs(sum - scorer.scoreRow(client).margin)).toBeLessThan(1e-9);
      }),
    );
    const contributions = new Float64Array(2);
    explainer.contributionsInto(scorer.batchOf({ usage: 60, plan: 'gold' }), contributions);
    expect(contributions[0]).toBeCloseTo(0.02 * 20 - 0.5 * (10 - 3), 12);
    expect(contributions[1]).toBeCloseTo(1.5 * 0.7 - 0.25 * 0.1, 12);
  });

  it('names what raises the risk first, and what would be without it', () => {
    const explainer = { columns: ['a', 'b', 'c', 'd'], baseline: -1 };
    const contributions = Float64Array.of(0.5, -0.2, 0.9, 0);
    const calibrate = (margin: number) => margin;
    const raising = strongestReasons(explainer, contributions, calibrate, { most: 3 });
    expect(raising.map(({ column }) => column)).toEqual(['c', 'a']);
    expect(raising[0]?.probabilityWithout).toBeCloseTo(-1 + 0.3, 12);
    const lowering = strongestReasons(explainer, contributions, calibrate, { most: 3, lowers: true });
    expect(lowering.map(({ column }) => column)).toEqual(['b']);
  });
});
