import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { linearModel, modelOf } from '../../../../test/contracts/random-models.ts';
import type { ModelDocument } from '../../document/document.ts';
import { renderOnnx } from './render-onnx.ts';

const constant = { kind: 'logistic-regression', coefficients: [], intercept: 0, means: [] } as const;
const withInputs = (...names: string[]): ModelDocument =>
  modelOf([], constant, { kind: 'none' }, { inputs: names.map((name) => ({ name, kind: 'numeric' })) });

describe('a model as ONNX', () => {
  it('has an input of each source column by its name, and two outputs', async () => {
    const model = linearModel({ kind: 'none' }, 0);
    const session = await ort.InferenceSession.create(renderOnnx(model));
    expect(session.inputNames).toEqual(model.inputs.map(({ name }) => name));
    expect(session.outputNames).toEqual(['label', 'probability']);
  });

  it('gives an output another name where a column has it', async () => {
    const session = await ort.InferenceSession.create(renderOnnx(withInputs('label', 'probability')));
    expect(session.outputNames).toEqual(['label_2', 'probability_2']);
    const column = new ort.Tensor('float64', Float64Array.of(1, 2, Number.NaN), [3, 1]);
    const answer = await session.run({ label: column, probability: column });
    expect(answer['probability_2']?.dims).toEqual([3]);
    expect(Array.from(answer['probability_2']?.data as Float64Array)).toEqual([0.5, 0.5, 0.5]);
    expect(Array.from(answer['label_2']?.data as BigInt64Array)).toEqual([1n, 1n, 1n]);
  });

  it('is the same bytes for the same model', () => {
    const model = linearModel({ kind: 'beta', a: 1, b: 1, c: 0 }, 0);
    expect(Buffer.from(renderOnnx(model)).equals(Buffer.from(renderOnnx(model)))).toBe(true);
  });

  it('refuses what ONNX cannot tell apart', () => {
    expect(() => renderOnnx(withInputs())).toThrow('it has no inputs');
    const empty = modelOf(
      [{ kind: 'level', source: 'plan', level: '' }],
      { ...constant, coefficients: [1], means: [0] },
      { kind: 'none' },
    );
    expect(() => renderOnnx(empty)).toThrow('the empty text as a level');
  });
});
