/** Models from the command line, in a real workspace. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from '../../../test/e2e/clients.ts';
import {
  createWorkspace,
  openWorkspace,
  removeWorkspaces,
  type Workspace,
} from '../../../test/e2e/workspace.ts';
import type { DeploymentPage } from '../../pipeline/models/deployment-history.ts';
import type { ModelDiff } from '../../pipeline/models/model-diff.ts';
import type { ModelDetail, ModelPage } from '../../pipeline/models/model-history.ts';
import type { NotePage } from '../../pipeline/models/model-notes.ts';
import type { PromotionSummary } from '../../pipeline/models/promote.ts';
import { runProgram } from '../program.ts';

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 120 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 60 }),
};
let workspace: Workspace;
let versions: string[];

interface Said {
  exit: number;
  out: string;
  err: string;
}

function tidewatch(...args: string[]): Promise<Said> {
  return answering(null, ...args);
}

/** The command at a terminal where a person types `answer`; null: nobody is there. */
async function answering(answer: string | null, ...args: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram(args.includes('-w') ? args : [...args, '-w', workspace.root], {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 140,
    colour: false,
    interactive: false,
    ...(answer === null ? {} : { input: Readable.from([answer]) }),
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
  expect(await json('models', 'list')).toEqual({
    models: [],
    aliases: { champion: null, challenger: null, previous: null },
    next: null,
  });
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
      { f1: null, f1Estimate: null, live: false, aliases: [], rows: 120 },
      { live: true, aliases: ['champion'], rows: 120 },
      { live: false, aliases: ['previous'], rows: 120, learner: 'logistic-regression' },
    ]);
    for (const { f1, f1Estimate } of models.slice(1)) expect(f1Estimate?.value).toBe(f1);
    const { out } = await tidewatch('models', 'list');
    expect(out.match(/\blive\b/g)).toHaveLength(1);
    expect(out).toMatch(/champion \(live\)[\s\S]*previous/);
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

describe('the name of a model', () => {
  it('is what it is at the moment, its version, or the beginning of one', async () => {
    const shown = async (name: string) => (await json<ModelDetail>('models', 'show', name)).version;
    expect(await shown('champion')).toBe(versions[1]);
    expect(await shown('previous')).toBe(versions[2]);
    for (const version of versions) expect(await shown(version.slice(0, 8))).toBe(version);
  });

  it('is refused where it means none or several', async () => {
    const several = await tidewatch('models', 'show', '');
    expect(several).toMatchObject({ exit: 5 });
    const challenger = await tidewatch('models', 'show', 'challenger');
    expect(challenger.exit).toBe(5);
    expect(challenger.err).toContain('No model challenges the live one');
  });
});

describe('tidewatch models diff', () => {
  it('tells what two models differ in, and how they compare on the same test rows', async () => {
    const diff = await json<ModelDiff>('models', 'diff');
    expect(diff).toMatchObject({
      from: versions[2],
      to: versions[1],
      calibration: { from: 'none', to: 'platt' },
      files: { added: [], removed: [] },
      training: { from: { rows: 120 }, to: { rows: 120 } },
      test: { rows: 60 },
      notCompared: null,
    });
    const { out } = await tidewatch('models', 'diff', 'previous', 'champion');
    expect(out).toMatch(/calibration\s+\S?\s*none\s+\S?\s*platt/);
    expect(out).toContain('95 % interval of the difference');
    expect(out).toContain('on the same 60 test rows');
  });

  it('lists the coefficients of both, and nothing that is equal', async () => {
    const linear = await json<ModelDiff>('models', 'diff', versions[2] ?? '', versions[2] ?? '');
    expect(linear.coefficients).toHaveLength(4);
    for (const { from, to } of linear.coefficients) expect(from).toBe(to);
    expect(linear).toMatchObject({ options: [], features: { added: [], removed: [] } });
    expect(linear.test?.f1).toMatchObject({ difference: 0, pValue: 1 });
  });

  it('compares all else where the configuration no longer names what a model reads', async () => {
    const other = workspace.copy();
    other.configure({ columns: { numeric: ['lastmonth_activity'] } });
    const diff = await json<ModelDiff>('models', 'diff', '-w', other.root);
    expect(diff.test).toBeNull();
    expect(diff.notCompared).toContain('no longer names as features');
  });
});

describe('tidewatch models note', () => {
  it('adds to what was said before, with time and author', async () => {
    expect((await tidewatch('models', 'note', 'champion', 'first words')).exit).toBe(0);
    expect((await tidewatch('models', 'note', 'previous', 'of another')).exit).toBe(0);
    const last = await tidewatch('models', 'note', 'champion', 'said "later"', '--author', 'Kim Ü');
    expect(last.out).toContain(`Noted on model ${versions[1]} by Kim Ü.`);
    const { notes, next } = await json<NotePage>('models', 'notes', 'champion');
    expect(notes.map(({ text }) => text)).toEqual(['said "later"', 'first words']);
    expect(notes[0]?.author).toBe('Kim Ü');
    expect(notes[1]?.author).not.toBe('');
    expect(next).toBeNull();
    expect((await json<NotePage>('models', 'notes')).notes).toHaveLength(3);
    expect((await tidewatch('models', 'show')).out).toMatch(/Notes\n[\s\S]*said "later"/);
  });

  it('refuses an empty text and an unknown model', async () => {
    expect(await tidewatch('models', 'note', 'champion', '  ')).toMatchObject({ exit: 2 });
    expect(await tidewatch('models', 'note', 'nobody', 'x')).toMatchObject({ exit: 5 });
    expect(await tidewatch('models', 'notes', 'nobody')).toMatchObject({ exit: 5 });
  });
});

describe('tidewatch models promote and rollback', () => {
  const live = async (root: string) => (await json<ModelPage>('models', 'list', '-w', root)).aliases.champion;

  it('make any stored model live, go back step by step, and keep the whole history', async () => {
    const { root } = workspace.copy();
    const promoted = await json<PromotionSummary>('models', 'promote', versions[0] ?? '', '-w', root);
    expect(promoted).toMatchObject({ kind: 'promoted', model: versions[0], replaced: versions[1], rows: 60 });
    expect(await live(root)).toBe(versions[0]);
    const again = await tidewatch('models', 'promote', versions[0] ?? '', '-w', root);
    expect(again.out).toContain('is live already');

    for (const version of [versions[1], versions[2]]) {
      const back = await json<PromotionSummary>('models', 'rollback', '--reason', 'too many', '-w', root);
      expect(back).toMatchObject({ kind: 'rolled-back', model: version });
      expect(await live(root)).toBe(version);
    }
    const none = await tidewatch('models', 'rollback', '-w', root);
    expect(none.exit).toBe(5);
    expect(none.err).toContain('No model was live before');
    expect(await live(root)).toBe(versions[2]);

    const { deployments } = await json<DeploymentPage>('models', 'history', '-w', root);
    expect(deployments.map(({ verb, modelVersion, reason }) => [verb, modelVersion, reason])).toEqual([
      ['rollback', versions[2], 'too many'],
      ['rollback', versions[1], 'too many'],
      ['promote', versions[0], 'decided by hand'],
      ['deploy', versions[1], 'deployed by hand'],
      ['deploy', versions[2], 'deployed by hand'],
    ]);
    expect(deployments.map((each) => each.live)).toEqual([true, false, false, false, false]);
  });

  it('ask a person at the terminal, and do nothing without a yes', async () => {
    const { root } = workspace.copy();
    for (const answer of ['n\n', '\n', '']) {
      const refused = await answering(answer, 'models', 'rollback', '-w', root);
      expect(refused.exit).toBe(2);
      expect(refused.err).toContain(`Make model ${versions[2]} (trained `);
    }
    expect(await live(root)).toBe(versions[1]);
    expect((await answering('y\n', 'models', 'rollback', '-w', root)).exit).toBe(0);
    expect((await answering('n\n', 'models', 'promote', versions[1] ?? '', '--yes', '-w', root)).exit).toBe(
      0,
    );
    expect(await live(root)).toBe(versions[1]);
  });

  it('refuse a model that cannot be scored today, and leave what is live as it was', async () => {
    const other = workspace.copy();
    other.configure({ columns: { numeric: ['lastmonth_activity'] } });
    const refused = await tidewatch('models', 'promote', versions[0] ?? '', '-w', other.root);
    expect(refused).toMatchObject({ exit: 3, err: expect.stringContaining('no longer names as features') });
    expect(await live(other.root)).toBe(versions[1]);
  });
});

describe('tidewatch models prune', () => {
  it('forgets only what was never live, is not the trained model and bears no note', async () => {
    const { root } = workspace.copy();
    const prune = (keep: string) =>
      json<{ removed: string[] }>('models', 'prune', '--keep', keep, '-w', root);
    expect((await prune('0')).removed).toEqual([]);
    for (const C of [1, 2, 3]) {
      const configured = openWorkspace(root);
      configured.configure({ logistic: { C } });
      expect((await tidewatch('train', '-w', root)).exit).toBe(0);
    }
    const all = (await json<ModelPage>('models', 'list', '-w', root)).models.map(({ version }) => version);
    expect(all).toHaveLength(6);
    expect((await tidewatch('models', 'note', all[2] ?? '', 'keep me', '-w', root)).exit).toBe(0);
    expect((await prune('1')).removed).toEqual([all[3]]);
    expect((await prune('0')).removed).toEqual([all[1]]);
    const rest = (await json<ModelPage>('models', 'list', '-w', root)).models.map(({ version }) => version);
    expect(rest).toEqual([all[0], all[2], all[4], all[5]]);
    expect(await tidewatch('models', 'prune', '--keep', '-1', '-w', root)).toMatchObject({ exit: 2 });
  });
});
