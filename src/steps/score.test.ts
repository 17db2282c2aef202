import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsSchema } from '../config/schema.ts';
import { MODEL_FORMAT, type ModelDocument } from '../core/document/document.ts';
import { createDuckdbEngine } from '../engine/local/duckdb/engine.ts';
import type { Engine } from '../engine/port.ts';
import { contractOf } from '../formats/contract/contract.ts';
import { evaluateOnTest } from './score.ts';

const columns = columnsSchema.parse({ numeric: ['n'], time: 'at' });
const now = new Date('2024-03-31T00:00:00Z');

/** Leaves where n is above 0. */
const model: ModelDocument = {
  format: MODEL_FORMAT,
  version: '0123456789ab',
  target: { column: 'exited', positive: '1' },
  id: 'corporation',
  inputs: [{ name: 'n', kind: 'numeric' }],
  features: [{ kind: 'number', source: 'n', missing: 0 }],
  learner: { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
  calibration: { kind: 'none' },
  threshold: 0.5,
  certificate: {
    trainedAt: '2024-01-01T00:00:00.000Z',
    version: '0.1.0',
    seed: 0,
    snapshot: { id: 'a', rows: 1, positives: 1 },
    files: [],
    options: {},
    fit: {},
  },
};

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'score-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '200MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

function evaluateRows(rows: readonly string[], labels: 'quarantine' | 'keep', horizonDays = 0) {
  const path = join(home, 'test.csv');
  writeFileSync(path, `corporation,n,at,exited\n${rows.map((row) => `${row}\n`).join('')}`);
  const contract = contractOf(columns, [''], labels);
  return evaluateOnTest(engine, model, {
    rows: { kind: 'files', paths: [path], training: null },
    hashes: [''],
    contract,
    outcomes: { horizonDays, meaning: 'outcome', now },
  });
}

const known = ['a,2,2024-01-01,1', 'b,1,2024-01-01,0', 'c,-1,,1', 'd,-2,2024-02-29,0'];

describe('evaluateOnTest', () => {
  it('leaves out the rows without a label, and those whose label is not final', async () => {
    const wanted = await evaluateRows(known, 'quarantine');
    expect(wanted.confusion).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const open = ['e,5,2024-01-01,', 'f,5,,'];
    expect(await evaluateRows([...open, ...known], 'keep')).toEqual(wanted);
    expect(await evaluateRows(['g,5,2024-03-30,1', ...known, ...open], 'keep', 30)).toEqual(wanted);
    expect((await evaluateRows(['g,5,2024-03-30,1', ...known], 'keep', 0)).rows).toBe(5);
  });

  it('says so where no row of the test data has a label', async () => {
    await expect(evaluateRows(['e,5,2024-01-01,'], 'keep')).rejects.toMatchObject({
      code: 'nothing-labelled',
      message: expect.stringContaining('the test data'),
    });
  });

  it('refuses a row without a label where the configuration does not keep such', async () => {
    await expect(evaluateRows([...known, 'e,5,,'], 'quarantine')).rejects.toMatchObject({
      code: 'value-invalid',
    });
  });
});
