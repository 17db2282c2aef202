import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Calibration, MODEL_FORMAT, type ModelDocument } from '../../core/document/document.ts';
import { readFoldModels, writeFoldModels } from './fold-models.ts';
import { referencePath } from './references-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'fold-models-'));
afterAll(() => rmSync(home, { recursive: true }));

const calibration: Calibration = { kind: 'platt', slope: 0.9, intercept: -0 };
const models = [1, 2].map(
  (slope): ModelDocument => ({
    format: MODEL_FORMAT,
    version: `00000000000${slope}`,
    target: { column: 'exited', positive: '1' },
    id: 'größe',
    inputs: [{ name: 'x', kind: 'numeric' }],
    features: [{ kind: 'number', source: 'x', missing: 0 }],
    learner: { kind: 'logistic-regression', coefficients: [slope / 3], intercept: -0, means: [0.1] },
    calibration,
    threshold: 0.4,
    certificate: {
      trainedAt: '2024-01-01T00:00:00.000Z',
      version: '0',
      seed: 1,
      snapshot: { id: 's', rows: 2, positives: 1 },
      files: [],
      options: {},
      fit: {},
    },
  }),
);

describe('fold models', () => {
  it('come back from their file bit by bit, each client with its fold', () => {
    const client = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(client), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (clients, other) => {
        const keys = BigUint64Array.from(clients, ([key]) => key);
        const folds = Uint8Array.from(clients, ([, fold]) => fold);
        writeFoldModels(home, 'abc', { models, clients: { keys, folds } });
        const read = readFoldModels(home, 'abc');
        expect(read?.models).toEqual(models);
        const first = new Map([...clients].reverse());
        for (const [key, fold] of first) expect(read?.foldOf(key)).toBe(fold);
        expect(read?.foldOf(other)).toBe(first.get(other) ?? -1);
      }),
      { numRuns: 30 },
    );
  });

  it('are not to be had from a file that is missing, cut, changed, empty or of another model', () => {
    expect(readFoldModels(home, 'never made')).toBeNull();
    const clients = { keys: BigUint64Array.of(7n, 3n), folds: Uint8Array.of(0, 1) };
    writeFoldModels(home, 'def', { models, clients });
    const path = referencePath(home, 'def', 'foldModels');
    const whole = readFileSync(path);
    writeFileSync(referencePath(home, 'other', 'foldModels'), whole);
    expect(readFoldModels(home, 'other')).toBeNull();
    const changed = Buffer.from(whole);
    changed.writeUInt8((changed.at(-9) ?? 0) ^ 1, changed.length - 9);
    for (const content of [changed, whole.subarray(0, -1), Buffer.alloc(0), Buffer.from('{}\n')]) {
      writeFileSync(path, content);
      expect(readFoldModels(home, 'def')).toBeNull();
    }
  });
});
