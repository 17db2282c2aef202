/** Models from the command line, in a real workspace. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from '../../../test/e2e/clients.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from '../../../test/e2e/workspace.ts';
import type { ModelDetail, ModelPage } from '../../pipeline/model-history.ts';
import { runProgram } from '../program.ts';

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 120 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 60 }),
};
let workspace: Workspace;
let versions: string[];

async function tidewatch(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram([...args, '-w', workspace.root], {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 140,
    colour: false,
    interactive: false,
    env: {},
  });
  return { exit, out: out.join(''), err: err.join('') };
}

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse((await tidewatch(...args, '--json')).out) as T;
}

/** A model that was live, the live one, and one that was trained only; the newest first. */
beforeAll(async () => {
  workspace = createWorkspace(FILES, { logistic: { C: 0.1 } });
  expect(await json('models', 'list')).toEqual({ models: [], next: null });
  expect((await tidewatch('models', 'show')).exit).toBe(5);
  await tidewatch('ingest');
  for (const verb of ['train', 'score', 'deploy']) expect((await tidewatch(verb)).exit).toBe(0);
  workspace.configure({ model: 'auto', calibration: 'platt', threshold: 'f1' });
  for (const verb of ['train', 'score', 'deploy']) expect((await tidewatch(verb)).exit).toBe(0);
  workspace.configure({ logistic: { C: 10 } });
  expect((await tidewatch('train')).exit).toBe(0);
  versions = (await json<ModelPage>('models', 'list')).models.map(({ version }) => version);
});
afterAll(removeWorkspaces);

describe('tidewatch models list', () => {
  it('lists every model, newest first, with its F1 and which one is live', async () => {
    const { models } = await json<ModelPage>('models', 'list');
    expect(models).toMatchObject([
      { f1: null, f1Estimate: null, live: false, rows: 120 },
      { live: true, rows: 120 },
      { live: false, rows: 120, learner: 'logistic-regression' },
    ]);
    for (const { f1, f1Estimate } of models.slice(1)) expect(f1Estimate?.value).toBe(f1);
    const { out } = await tidewatch('models', 'list');
    expect(out.match(/\blive\b/g)).toHaveLength(1);
    expect(out).toMatch(/not scored/);
    expect(out).toMatch(/0\.\d+ \(95 % interval 0\.\d+ to [01]\.\d+\)/);
  });

  it('goes on where a page ended, and every model comes once', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const before: string[] = next === '' ? [] : ['--before', next];
      const page: ModelPage = await json<ModelPage>('models', 'list', '--limit', '1', ...before);
      seen.push(...page.models.map(({ version }) => version));
      next = page.next;
    }
    expect(seen).toEqual(versions);
    expect((await tidewatch('models', 'list', '--before', 'x')).err).toContain('expected the cursor');
  });
});

describe('tidewatch models show', () => {
  it('tells of the live model in words, with its choice, its line, its scores and its deployments', async () => {
    const { out } = await tidewatch('models', 'show');
    const model = await json<ModelDetail>('models', 'show');
    expect(model.version).toBe(versions[1]);
    expect(model.scores).toMatchObject([{ dataset: 'test', rows: 60, f1: model.f1 }]);
    expect(model.scores[0]?.metrics).not.toHaveProperty('curves');
    const { certificate, threshold } = model;
    const { reason, candidates } = certificate.selection as {
      reason: string;
      candidates: { name: string }[];
    };
    for (const text of [
      `Model ${model.version}: `,
      ', live',
      '120 rows of which',
      'from a.csv',
      ...candidates.map(({ name }) => name),
      reason,
      'Calibration: platt. The configuration asks for it.',
      certificate.threshold?.reason ?? '-',
      `a client with a risk above ${threshold.toFixed(4)}`,
      'Reads lastmonth_activity, lastyear_activity, number_of_employees.',
      'ROC AUC',
      'deployed by hand',
    ]) {
      expect(out).toContain(text);
    }
  });

  it('tells of a model that was never live nor scored, and of one that was', async () => {
    const newest = (await tidewatch('models', 'show', versions[0] ?? '')).out;
    expect(newest).toContain('not live');
    expect(newest).toContain('Choice: the configuration names the learner');
    expect(newest).toContain('Not scored on the test data yet.');
    expect(newest).toContain('Never deployed.');
    const oldest = await json<ModelDetail>('models', 'show', versions[2] ?? '');
    expect(oldest.coefficients).toHaveLength(3);
    expect(oldest.deployments).toMatchObject([{ reason: 'deployed by hand', f1: oldest.f1 }]);
  });

  it('draws the charts of the test score', async () => {
    const folder = join(workspace.root, 'charts');
    const { files } = await json<{ files: string[] }>('models', 'show', '--png', folder);
    expect(files).toEqual([join(folder, 'reliability.png'), join(folder, 'gain.png')]);
    for (const file of files) expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
    const other = join(workspace.root, 'none');
    const refused = await tidewatch('models', 'show', versions[0] ?? '', '--png', other);
    expect(refused.err).toContain('has not been scored on the test data');
    expect(existsSync(other)).toBe(false);
  });

  it('answers an unknown version with the nearest', async () => {
    const wrong = `${versions[1]?.slice(0, 11)}x`;
    const { exit, err } = await tidewatch('models', 'show', wrong);
    expect(exit).toBe(5);
    expect(err).toContain(`The store knows no model ${wrong}. Near it: ${versions[1]}`);
  });
});
