import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DerivedColumn } from '../derived/derived-column.ts';
import { type Calibration, MODEL_FORMAT, type ModelDocument, type Tree } from '../document/document.ts';
import { createScorer, type SourceRow } from '../scoring/scorer.ts';
import { calibratorOf } from './calibrated.ts';
import { modelVersion, parseModel, renderModel } from './model-file.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Splits on usage <= 2 (missing right), then on plan in {a, c} (missing left). */
const TREE: Tree = {
  feature: [0, -1, 1, -1, -1],
  threshold: [2, null, null, null, null],
  categories: [null, null, [0, 2], null, null],
  missingLeft: [false, false, true, false, false],
  left: [1, 0, 3, 0, 0],
  right: [2, 0, 4, 0, 0],
  value: [0, 0.5, 0, -0.25, 1],
  cover: [10, 4, 6, 3, 3],
};

function modelOf(changes: Partial<ModelDocument> = {}): ModelDocument {
  const model: ModelDocument = {
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: 'corporation',
    inputs: [
      { name: 'usage', kind: 'numeric' },
      { name: 'plan', kind: 'categorical' },
    ],
    features: [
      { kind: 'number', source: 'usage', missing: 2.5 },
      { kind: 'hinge', source: 'usage', knot: 3, missing: 2.5 },
      { kind: 'level', source: 'plan', level: 'a' },
      { kind: 'missing', source: 'plan' },
    ],
    learner: {
      kind: 'logistic-regression',
      coefficients: [0.1, -0, 1e-300, 1 / 3],
      intercept: -0.7,
      means: [1, 2, 3, 4],
    },
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-02T03:04:05.000Z',
      version: '0.1.0',
      seed: 0,
      snapshot: { id: 'abc', rows: 10, positives: 4 },
      files: ['a.csv'],
      options: { C: 1 },
      fit: { iterations: 5 },
    },
    ...changes,
  };
  return { ...model, version: modelVersion(model, sha256) };
}

const trees = (tree: Tree = TREE) =>
  modelOf({
    features: [
      { kind: 'number', source: 'usage', missing: null },
      { kind: 'category', source: 'plan', levels: ['a', 'b', 'c'] },
    ],
    learner: { kind: 'boosted-trees', base: -1, trees: [tree, tree] },
  });

describe('the model file', () => {
  it.each([
    ['linear', modelOf()],
    ['trees', trees()],
  ] as const)('gives back the %s model it was made from, to the bit', (_name, model) => {
    const text = renderModel(model);
    expect(parseModel(text, sha256)).toEqual(model);
    expect(renderModel(parseModel(text, null))).toBe(text);
  });

  it('keeps every double, the negative zero too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 4 }),
        (coefficients) => {
          const model = modelOf({
            learner: { kind: 'logistic-regression', coefficients, intercept: 0, means: [0, 0, 0, 0] },
          });
          expect(parseModel(renderModel(model), sha256)).toEqual(model);
        },
      ),
    );
  });

  it('does not depend on the order of keys, and names equal models equally', () => {
    const model = modelOf();
    const turned = Object.fromEntries(Object.entries(model).reverse()) as unknown as ModelDocument;
    expect(renderModel(turned)).toBe(renderModel(model));
    expect(modelVersion(turned, sha256)).toBe(model.version);
    expect(modelVersion({ ...model, threshold: 0.4 }, sha256)).not.toBe(model.version);
  });

  it('refuses to write a number that is not finite, and says where', () => {
    expect(() => renderModel({ ...modelOf(), threshold: Number.NaN })).toThrow('$.threshold');
  });

  it.each([
    ['text that is not JSON', '{"format": ', 'not JSON'],
    ['a pickle', '\u0080\u0004K\u0001.', 'not JSON'],
    ['another format', '{"format": "onnx"}', '"onnx"'],
    ['null', 'null', 'expected "tidewatch-model/1"'],
    ['a missing key', JSON.stringify({ ...modelOf(), learner: undefined }), 'learner'],
    ['an unknown key', JSON.stringify({ ...modelOf(), code: 'rm' }), 'code'],
    ['a number too many', JSON.stringify({ ...modelOf(), features: [] }), 'coefficients has 4 values'],
    [
      'an overflowing number',
      renderModel(modelOf()).replace('"threshold": 0.5', '"threshold": 1e999'),
      'threshold',
    ],
    [
      'an edited number',
      renderModel(modelOf()).replace('"threshold": 0.5', '"threshold": 0.9'),
      'changed after it was trained',
    ],
  ])('refuses %s', (_name, text, what) => {
    expect(() => parseModel(text, sha256)).toThrow(what);
  });

  it.each([
    ['a walk in a circle', { left: [0, 0, 3, 0, 0] }, 'children 0'],
    ['a child outside', { right: [9, 0, 4, 0, 0] }, 'children 1 and 9'],
    ['a feature that is not there', { feature: [7, -1, 1, -1, -1] }, 'feature 7 of 2'],
    ['a threshold on a category', { threshold: [2, null, 1, null, null] }, 'categories for a category'],
    ['uneven arrays', { value: [0] }, 'value has 1 values'],
  ])('refuses trees with %s', (_name, change, what) => {
    expect(() => parseModel(renderModel(trees({ ...TREE, ...change })), null)).toThrow(what);
  });

  it.each([
    [{ kind: 'isotonic', from: [0.2, 0.1], to: [0, 1] }, 'must rise'],
    [{ kind: 'isotonic', from: [0.1], to: [0, 1] }, 'differ in length'],
    [{ kind: 'beta', a: -1, b: 0, c: 0 }, 'negative'],
    [{ kind: 'platt', slope: -1, intercept: 0 }, 'negative'],
  ] as const)('refuses the calibration %o', (calibration, what) => {
    expect(() => parseModel(renderModel(modelOf({ calibration })), null)).toThrow(what);
  });

  it('refuses features that do not fit the inputs or the learner', () => {
    const wrong = modelOf({
      inputs: [
        { name: 'usage', kind: 'categorical' },
        { name: 'plan', kind: 'categorical' },
      ],
    });
    expect(() => parseModel(renderModel(wrong), null)).toThrow('needs a numeric input');
    const nan = modelOf({ features: trees().features.concat(modelOf().features.slice(0, 2)) });
    expect(() => parseModel(renderModel(nan), null)).toThrow('may be NaN');
  });

  it('keeps how inputs are made of other columns, and refuses what cannot be made', () => {
    const derivedBy = (derived: DerivedColumn, kind: 'numeric' | 'categorical' = 'numeric') =>
      modelOf({ inputs: [...modelOf().inputs, { name: 'made', kind, derived }] });
    const ratio = derivedBy({ kind: 'ratio', from: ['usage', 'quota'] });
    expect(parseModel(renderModel(ratio), null).inputs).toEqual(ratio.inputs);
    const parse = (model: ModelDocument) => () => parseModel(renderModel(model), null);
    expect(parse(derivedBy({ kind: 'days_since', from: ['login'] }))).toThrow('takes 2 columns, but names 1');
    expect(parse(derivedBy({ kind: 'month', from: ['usage'] }))).toThrow('cannot be made of the input usage');
    expect(parse(derivedBy({ kind: 'ratio', from: ['plan', 'quota'] }))).toThrow('made of the input plan');
    expect(parse(derivedBy({ kind: 'ratio', from: ['made', 'quota'] }))).toThrow('made of the input made');
    expect(parse(derivedBy({ kind: 'month', from: ['login'] }, 'categorical'))).toThrow(
      'only a numeric input',
    );
    expect(parse(derivedBy({ kind: 'median' as 'month', from: ['login'] }))).toThrow();
  });
});

const rowArbitrary = fc.record({
  usage: fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constant(null)),
  plan: fc.constantFrom('a', 'b', 'c', 'unseen', null),
});

describe('the scorer', () => {
  it.each([
    ['linear', modelOf()],
    ['trees', trees()],
  ] as const)('gives a row of the %s model the same bits alone and in a batch', (_name, model) => {
    const scorer = createScorer(model);
    fc.assert(
      fc.property(fc.array(rowArbitrary, { minLength: 1, maxLength: 20 }), (rows) => {
        const levels = ['unseen', 'c', 'a', 'b'];
        const batch = {
          rows: rows.length,
          columns: [
            { kind: 'numeric' as const, values: Float64Array.from(rows, (row) => row.usage ?? Number.NaN) },
            {
              kind: 'categorical' as const,
              levels,
              codes: Int32Array.from(rows, (row) => levels.indexOf(row.plan ?? '')),
            },
          ],
        };
        const margins = new Float64Array(rows.length);
        const probabilities = new Float64Array(rows.length);
        scorer.marginInto(batch, margins);
        scorer.probabilityInto(batch, probabilities);
        rows.forEach((row, i) => {
          const alone = scorer.scoreRow(row);
          expect([alone.margin, alone.probability]).toEqual([margins[i], probabilities[i]]);
          expect(alone.label).toBe(scorer.classify(alone.probability));
        });
      }),
    );
  });

  it('scores a large batch, by compiled kernels, with the bits of its rows alone', () => {
    const scorer = createScorer(trees());
    const usages = [-1e100, 0.5, 2, 2.0000000001, 3, 1e100, null];
    const plans = ['a', 'b', 'c', 'unseen', null];
    const rows = Array.from({ length: 20_000 }, (_, i) => ({
      usage: usages[i % 7] ?? null,
      plan: plans[i % 5] ?? null,
    }));
    const batch = {
      rows: rows.length,
      columns: [
        { kind: 'numeric' as const, values: Float64Array.from(rows, (row) => row.usage ?? Number.NaN) },
        { kind: 'text' as const, values: rows.map((row) => row.plan) },
      ],
    };
    const probabilities = new Float64Array(rows.length);
    scorer.probabilityInto(batch, probabilities);
    const alone = rows.slice(0, 35).map((row) => scorer.scoreRow(row).probability);
    expect(new Set(alone).size).toBeGreaterThan(2);
    expect(probabilities).toEqual(Float64Array.from(rows, (_, i) => alone[i % 35] as number));
  });

  it('walks trees by threshold, category and missing side', () => {
    const scorer = createScorer(trees());
    const margin = (row: SourceRow) => scorer.scoreRow(row).margin;
    expect(margin({ usage: 2, plan: 'b' })).toBe(0);
    expect(margin({ usage: 2.01, plan: 'b' })).toBe(1);
    expect(margin({ usage: 3, plan: 'c' })).toBe(-1.5);
    expect(margin({ usage: null, plan: null })).toBe(-1.5);
    expect(margin({ usage: null, plan: 'never seen' })).toBe(-1.5);
  });

  it('counts a probability at the threshold as staying', () => {
    const model = modelOf({
      learner: { kind: 'logistic-regression', coefficients: [0, 0, 0, 0], intercept: 0, means: [0, 0, 0, 0] },
    });
    expect(createScorer(model).scoreRow({ usage: 1, plan: 'a' })).toEqual({
      margin: 0,
      probability: 0.5,
      label: 0,
    });
  });

  it('takes a number for a level as its text', () => {
    const scorer = createScorer(
      modelOf({
        features: [{ kind: 'level', source: 'plan', level: '3' }],
        learner: { kind: 'logistic-regression', coefficients: [2], intercept: 0, means: [0] },
      }),
    );
    expect(scorer.scoreRow({ usage: 1, plan: 3 }).margin).toBe(2);
  });

  it.each([
    [{ plan: 'a' }, 'no column "usage", which the model reads: give its value'],
    [
      { plan: 'a', Usage: 1 },
      'no column "usage", which the model reads; did you mean "Usage"? Give its value',
    ],
    [
      { PLAN: 'a' },
      'no columns "usage", "plan", which the model reads; did you mean "PLAN" for "plan"? Give their values',
    ],
    [Object.create({ usage: 1, plan: 'a' }), 'no columns "usage", "plan"'],
    [{ usage: '12', plan: 'a' }, 'Column usage of the row is "12"'],
    [{ usage: Number.POSITIVE_INFINITY, plan: 'a' }, 'expected a finite number'],
  ])('refuses the row %o', (row, what) => {
    expect(() => createScorer(modelOf()).scoreRow(row)).toThrow(what);
  });

  it('is parsed by no code of the document: a column named __proto__ is a column', () => {
    const model = modelOf({
      inputs: [{ name: '__proto__', kind: 'numeric' }],
      features: [{ kind: 'number', source: '__proto__', missing: 0 }],
      learner: { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
    });
    const row = JSON.parse('{"__proto__": 3}');
    expect(createScorer(parseModel(renderModel(model), sha256)).scoreRow(row).margin).toBe(3);
  });
});

describe('calibration maps', () => {
  const maps: Calibration[] = [
    { kind: 'none' },
    { kind: 'platt', slope: 2, intercept: -1 },
    { kind: 'beta', a: 2, b: 0.5, c: -0.3 },
    { kind: 'isotonic', from: [0.1, 0.5, 0.9], to: [0, 0.4, 0.95] },
  ];
  it.each(maps)('rise from 0 to 1: %o', (calibration) => {
    const calibrate = calibratorOf(calibration);
    fc.assert(
      fc.property(
        fc.double({ min: -900, max: 900, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (margin, step) => {
          const [p, q] = [calibrate(margin), calibrate(margin + step)];
          expect(p).toBeGreaterThanOrEqual(0);
          expect(q).toBeLessThanOrEqual(1);
          expect(q).toBeGreaterThanOrEqual(p - 1e-15);
        },
      ),
    );
  });

  it('of kind beta with a = b = 1 and c = 0 change nothing', () => {
    expect(calibratorOf({ kind: 'beta', a: 1, b: 1, c: 0 })(0.7)).toBeCloseTo(
      calibratorOf({ kind: 'none' })(0.7),
      15,
    );
  });

  it('of kind isotonic go straight between knots', () => {
    expect(
      calibratorOf({ kind: 'isotonic', from: [0.2, 0.6], to: [0.1, 0.5] })(Math.log(0.4 / 0.6)),
    ).toBeCloseTo(0.3, 14);
  });
});
