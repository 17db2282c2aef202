import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleInput, MODEL } from '../../test/example-report.ts';
import { evaluate } from '../core/metrics/evaluate.ts';
import { createRenderer } from '../report/renderer.ts';
import type { ScoreRecord, StoredEvaluation } from '../store/port/scores.ts';
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
  modelVersion: MODEL.version,
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
    return await body({ store, renderer, clients: async () => exampleInput().clients });
  } finally {
    await store.close();
  }
}

describe('report', () => {
  const models = () => join(folder, 'models');
  const options = () => ({
    model: MODEL,
    states: exampleInput().states,
    modelFolder: models(),
    version: '0.1.0',
  });
  const contents = () =>
    readdirSync(models()).map((name) => [name, readFileSync(join(models(), name))] as const);

  it('makes the picture, the PDF and the page, says how large they are, and the same bytes every time', async () => {
    await withScores([SCORE], async (deps) => {
      const summary = await report(deps, options());
      const first = contents();
      expect(first.map(([name]) => name)).toEqual(['confusionmatrix.png', 'report.html', 'report.pdf']);
      const sizes = new Map(first.map(([name, bytes]) => [join(models(), name), bytes.length]));
      expect(summary).toMatchObject({ model: MODEL.version, notes: [] });
      expect(new Map(summary.files.map(({ path, bytes }) => [path, bytes]))).toEqual(sizes);
      const [png, html, pdf] = first.map(([, bytes]) => bytes);
      expect(png?.subarray(1, 4).toString()).toBe('PNG');
      expect(html?.subarray(0, 15).toString()).toBe('<!doctype html>');
      expect(pdf?.subarray(0, 8).toString()).toBe('%PDF-1.7');
      await report(deps, options());
      for (const [k, [name, bytes]] of contents().entries()) {
        expect([name, bytes.equals(first[k]?.[1] ?? Buffer.of())]).toEqual([name, true]);
      }
    });
  });

  it('has no picture without a test score, leaves an old one as it was, and says so', async () => {
    writeFileSync(join(folder, 'confusionmatrix.png'), 'old');
    await withScores([{ ...SCORE, dataset: 'new-data' }], async (deps) => {
      const summary = await report(deps, { ...options(), modelFolder: folder });
      expect(summary.files.map(({ path }) => path)).toEqual([
        join(folder, 'report.pdf'),
        join(folder, 'report.html'),
      ]);
      expect(summary.notes).toEqual([expect.stringContaining('has no score on the test data yet')]);
    });
    expect(readFileSync(join(folder, 'confusionmatrix.png'), 'utf8')).toBe('old');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(
      'has not been scored on the test data yet',
    );
  });

  it('says what is wrong with a stored score that has no confusion matrix, and writes nothing', async () => {
    const { confusion: _, ...damaged } = SCORE.metrics;
    const metrics = damaged as StoredEvaluation;
    await withScores([{ ...SCORE, metrics }], async (deps) => {
      await expect(report(deps, options())).rejects.toMatchObject({
        code: 'record-invalid',
        message: expect.stringMatching(/confusion.*Run "tidewatch score" again/),
      });
    });
    expect(existsSync(models())).toBe(false);
  });
});
