import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { hardRows, linearModel, treesModel } from '../../../../test/contracts/random-models.ts';
import { decodeGraph } from './decode.ts';
import { evaluateOnnx } from './evaluate.ts';
import { renderOnnx } from './render-onnx.ts';

const model = treesModel({ kind: 'beta', a: 1.2, b: 0.7, c: 0.1 }, { trees: 4, leaves: 6, seed: 2 });

describe('the evaluator of ONNX models', () => {
  it('reads back the graph that was written', () => {
    const { inputs, outputs, nodes, constants } = decodeGraph(renderOnnx(model));
    expect(inputs.map(({ name }) => name)).toEqual(model.inputs.map(({ name }) => name));
    expect(inputs.map(({ type }) => type)).toEqual(
      model.inputs.map(({ kind }) => (kind === 'numeric' ? 'double' : 'string')),
    );
    expect(inputs[0]?.dims).toEqual(['N', 1]);
    expect(outputs).toEqual([
      { name: 'label', type: 'int64', dims: ['N'] },
      { name: 'probability', type: 'double', dims: ['N'] },
    ]);
    const trees = nodes.find(({ operator }) => operator === 'TreeEnsembleRegressor');
    expect(trees?.domain).toBe('ai.onnx.ml');
    expect(trees?.attributes['aggregate_function']).toEqual({ kind: 'string', value: 'SUM' });
    expect(constants.size).toBeGreaterThan(5);
  });

  it('answers rows beyond those taken at once, none, and one as it answers all', () => {
    const rows = hardRows(model, 600, 1);
    const bytes = renderOnnx(model);
    const all = evaluateOnnx(bytes, rows);
    expect(all.probabilities).toHaveLength(600);
    expect(evaluateOnnx(bytes, [])).toEqual({ labels: [], probabilities: [] });
    for (const k of [0, 255, 256, 599]) {
      const row = rows[k] ?? {};
      expect(evaluateOnnx(bytes, [row]).probabilities).toEqual([all.probabilities[k]]);
    }
  });

  it('follows bytes that were changed, as onnxruntime does', async () => {
    const linear = linearModel({ kind: 'none' }, 3);
    const bytes = Buffer.from(renderOnnx(linear));
    const intercept = Buffer.alloc(8);
    intercept.writeDoubleLE(-0.3);
    const at = bytes.indexOf(intercept);
    expect(at).toBeGreaterThan(0);
    bytes.writeDoubleLE(0.9, at);
    const rows = hardRows(linear, 50, 2).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
    );
    const session = await ort.InferenceSession.create(new Uint8Array(bytes));
    const feeds = linear.inputs.map(({ name, kind }) => {
      const values = rows.map((row) => row[name] ?? null);
      const tensor =
        kind === 'numeric'
          ? new ort.Tensor(
              'float64',
              Float64Array.from(values, (value) => Number(value ?? Number.NaN)),
              [50, 1],
            )
          : new ort.Tensor(
              'string',
              values.map((value) => String(value ?? '')),
              [50, 1],
            );
      return [name, tensor] as const;
    });
    const answer = await session.run(Object.fromEntries(feeds));
    const { labels, probabilities } = evaluateOnnx(bytes, rows);
    const was = evaluateOnnx(renderOnnx(linear), rows);
    expect(probabilities.some((p, i) => Math.abs(p - (was.probabilities[i] as number)) > 0.1)).toBe(true);
    const data = Array.from(answer['probability']?.data as Float64Array);
    for (const [i, p] of probabilities.entries()) expect(p).toBeCloseTo(data[i] as number, 12);
    expect(labels).toEqual(Array.from(answer['label']?.data as BigInt64Array, Number));
  });

  it('refuses what is no such model', () => {
    const bytes = renderOnnx(model);
    expect(() => evaluateOnnx(new Uint8Array(), [{}])).toThrow('field 7 is missing');
    expect(() => evaluateOnnx(bytes.subarray(0, bytes.length / 2), [{}])).toThrow();
    const renamed = Buffer.from(bytes);
    renamed.write('Sigmoix', renamed.indexOf('Sigmoid', renamed.lastIndexOf('Sigmoid')), 'latin1');
    expect(() => evaluateOnnx(renamed, hardRows(model, 3, 1))).toThrow(/Sigmoi/);
  });
});
