/** Every finite number has a score: no input is so large that the arithmetic of a model ends in none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALIBRATIONS, linearModel, treesModel } from '../../../test/contracts/random-models.ts';
import { batchOfStored, type StoredRow } from '../columns/stored-rows.ts';
import type { ModelDocument } from '../document/document.ts';
import { createExplainer, strongestReasons } from '../scoring/reasons/explainer.ts';
import { createScorer } from '../scoring/scorer.ts';

const EXTREMES = [Number.MAX_VALUE, -Number.MAX_VALUE, 1.7e308, -1.7e308, 1e200, 5e-324, -5e-324, 0, -0];
const number = fc.oneof(
  fc.constantFrom(...EXTREMES),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
);
const text = fc.constantFrom(null, 'basic', 'never seen');

const MODELS: readonly (readonly [string, ModelDocument])[] = CALIBRATIONS.flatMap((calibration, k) => [
  [`linear, ${calibration.kind} ${k}`, linearModel(calibration, k)] as const,
  [`trees, ${calibration.kind} ${k}`, treesModel(calibration, { trees: 20, leaves: 8, seed: k })] as const,
]);

function rowsOf({ inputs }: ModelDocument): fc.Arbitrary<StoredRow[]> {
  const row = fc.record(
    Object.fromEntries(inputs.map(({ name, kind }) => [name, kind === 'numeric' ? number : text])),
  );
  return fc.array(row, { minLength: 1, maxLength: 20 });
}

describe.each(MODELS)('the model "%s"', (_name, model) => {
  const scorer = createScorer(model);
  const explainer = createExplainer(model);

  it('gives every row of finite numbers a margin and a probability from 0 to 1', () => {
    fc.assert(
      fc.property(rowsOf(model), (rows) => {
        const batch = batchOfStored(model.inputs, rows);
        const [margins, probabilities] = [new Float64Array(rows.length), new Float64Array(rows.length)];
        scorer.marginInto(batch, margins);
        scorer.probabilityInto(batch, probabilities);
        expect(margins.every(Number.isFinite)).toBe(true);
        expect(probabilities.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
      }),
    );
  });

  it('explains each by finite contributions and what the risk would be without them', () => {
    fc.assert(
      fc.property(rowsOf(model), (rows) => {
        const batch = batchOfStored(model.inputs, rows);
        const contributions = new Float64Array(rows.length * explainer.columns.length);
        explainer.contributionsInto(batch, contributions);
        expect(contributions.every(Number.isFinite)).toBe(true);
        const first = contributions.subarray(0, explainer.columns.length);
        for (const { probabilityWithout } of strongestReasons(explainer, first, scorer.calibrate, {
          most: 5,
        }))
          expect(probabilityWithout >= 0 && probabilityWithout <= 1).toBe(true);
      }),
    );
  });
});

describe('a row that is sent', () => {
  const model = linearModel({ kind: 'none' }, 1);
  const row = Object.fromEntries(model.inputs.map(({ name }) => [name, null]));

  it.each([1.7e308, -1e101])('is refused with %d in it, by the name of the column', (value) => {
    expect(() => createScorer(model).scoreRow({ ...row, usage: value })).toThrow(
      expect.objectContaining({ code: 'value-invalid', details: { column: 'usage' } }),
    );
  });
});
