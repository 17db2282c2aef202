import { describe, expect, it } from 'vitest';
import { sha256 } from '../../base/hash.ts';
import { modelVersion, parseModel, renderModel } from '../models/model-file.ts';
import { buildReference } from '../monitor/inputs/build-reference.ts';
import { MODEL_FORMAT, type ModelDocument } from './document.ts';
import type { DriftReference } from './drift-reference.ts';

const REFERENCE = buildReference(
  [
    { name: 'x', kind: 'numeric' },
    { name: 'plan', kind: 'categorical' },
  ],
  [
    {
      rows: 4,
      columns: [
        { kind: 'numeric', values: Float64Array.of(0.1, Number.NaN, 1 / 3, 7) },
        { kind: 'text', values: ['a', 'b', null, 'a'] },
      ],
    },
  ],
);

function modelOf(reference?: DriftReference): ModelDocument {
  const unnamed: Omit<ModelDocument, 'version'> = {
    format: MODEL_FORMAT,
    target: { column: 'left', positive: '1' },
    id: null,
    inputs: [{ name: 'x', kind: 'numeric' }],
    features: [{ kind: 'number', source: 'x', missing: 0 }],
    learner: { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0.0.0',
      seed: 0,
      snapshot: { id: 's', rows: 4, positives: 2 },
      files: [],
      options: {},
      fit: {},
      ...(reference === undefined ? {} : { reference }),
    },
  };
  return { ...unnamed, version: modelVersion(unnamed, sha256) };
}

describe('the reference in a model file', () => {
  it('is read back as it was, is part of the version, and may be absent', () => {
    const [with_, without] = [modelOf(REFERENCE), modelOf()];
    expect(parseModel(renderModel(with_), sha256)).toEqual(with_);
    expect(parseModel(renderModel(without), sha256)).toEqual(without);
    expect(with_.version).not.toBe(without.version);
  });

  it('is refused where counts do not fit its bins or its levels, or edges do not rise', () => {
    const [x, plan] = REFERENCE.columns;
    if (x?.kind !== 'numeric' || plan?.kind !== 'categorical') throw new Error('a number and a category');
    const broken = (column: DriftReference['columns'][number]) => () =>
      parseModel(renderModel(modelOf({ rows: 4, columns: [column] })), null);
    expect(broken({ ...x, counts: [1] })).toThrow('counts must be two more than edges');
    expect(broken({ ...x, edges: [...x.edges].reverse() })).toThrow('edges must rise');
    expect(broken({ ...plan, counts: [1] })).toThrow('counts must be as many as levels');
  });
});
