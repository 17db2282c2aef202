import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../core/metrics/evaluate.ts';
import { createRenderer } from '../report/renderer.ts';
import type { ScoreRecord } from '../store/port.ts';
import { openStore } from '../store/store.ts';
import { report } from './report.ts';

const renderer = createRenderer();
afterAll(() => renderer.close());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SCORE: ScoreRecord = {
  runId: '1',
  modelVersion: '0123456789ab',
  createdAt: '2026-01-01T00:00:00.000Z',
  dataset: 'test',
  datasetId: 'abc',
  rows: 5,
  f1: 0.5,
  metrics: evaluate([0, 0, 1, 1, 1], [0.2, 0.7, 0.8, 0.4, 0.9], 0.5),
};

/** A store with these scores, all of one run. */
async function withScores<T>(
  scores: readonly ScoreRecord[],
  body: (deps: Parameters<typeof report>[0]) => Promise<T>,
): Promise<T> {
  const store = await openStore(join(folder, 'tidewatch.db'));
  try {
    const startedAt = SCORE.createdAt;
    await store.startRun({ id: '1', verb: 'run', trigger: 'command', version: '0.1.0', startedAt });
    for (const score of scores) await store.recordScore(score);
    return await body({ store, renderer });
  } finally {
    await store.close();
  }
}

describe('report', () => {
  const options = () => ({ modelVersion: SCORE.modelVersion, modelFolder: join(folder, 'models') });
  const picture = () => join(folder, 'models', 'confusionmatrix.png');

  it('draws the stored test score as confusionmatrix.png, the same bytes every time', async () => {
    await withScores([SCORE], async (deps) => {
      const summary = await report(deps, options());
      expect(summary).toEqual({ model: SCORE.modelVersion, files: [picture()] });
      const first = readFileSync(picture());
      expect(first.subarray(1, 4).toString()).toBe('PNG');
      await report(deps, options());
      expect(readFileSync(picture()).equals(first)).toBe(true);
      expect(readdirSync(join(folder, 'models'))).toEqual(['confusionmatrix.png']);
    });
  });

  it('refuses a model without a test score and leaves the old picture as it was', async () => {
    writeFileSync(join(folder, 'confusionmatrix.png'), 'old');
    await withScores([{ ...SCORE, dataset: 'new-data' }], async (deps) => {
      const refused = report(deps, { ...options(), modelFolder: folder });
      await expect(refused).rejects.toMatchObject({ code: 'nothing-scored' });
    });
    expect(readFileSync(join(folder, 'confusionmatrix.png'), 'utf8')).toBe('old');
  });

  it('says what is wrong with a stored score that has no confusion matrix', async () => {
    await withScores([{ ...SCORE, metrics: { f1: 0.5 } }], async (deps) => {
      await expect(report(deps, options())).rejects.toMatchObject({ code: 'store-unavailable' });
    });
    expect(existsSync(picture())).toBe(false);
  });
});
