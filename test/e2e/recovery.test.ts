/** Workspaces whose state store and deployed files do not belong together, or are damaged: the next run goes on. */
import { copyFileSync, cpSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPage } from '../../src/pipeline/models/deployment-history.ts';
import type { ModelPage } from '../../src/pipeline/models/model-history.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { serve } from './served.ts';
import { readTrio } from './trio.ts';
import {
  createWorkspace,
  hashOf,
  openWorkspace,
  removeWorkspaces,
  temporaryFolder,
  type Workspace,
} from './workspace.ts';

const DIE_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
const LIVE = 'production_deployment/.deployments/current/trainedmodel.json';

/** Two models that were live one after the other, and the store as it was in between. */
let deployed: Workspace;
let first: string;
let second: string;

beforeAll(async () => {
  deployed = createWorkspace(
    {
      'practicedata/a.csv': clientsCsv({ rows: 60 }),
      'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
      'sourcedata/c.csv': clientsCsv({ from: 1000, rows: 60, flipped: true }),
    },
    { gate: 'always' },
  );
  await deployed.run();
  first = liveOf(deployed);
  copyFileSync(join(deployed.root, 'tidewatch.db'), join(deployed.root, 'older.db'));
  deployed.configure({ gate: 'always', input_folder_path: 'sourcedata' });
  await deployed.run();
  second = liveOf(deployed);
  expect(second).not.toBe(first);
}, 240_000);
afterAll(removeWorkspaces);

function liveOf(workspace: Workspace): string {
  return readTrio(workspace.root)?.modelVersion ?? 'none';
}

async function historyOf(workspace: Workspace): Promise<string[]> {
  const outcome = await workspace.tidewatch('models', 'history', '--json');
  expect(outcome.exit, outcome.stderr).toBe(0);
  const { deployments } = parseAnswer<DeploymentPage>(outcome);
  expect(deployments.map(({ live }) => live)).toEqual(deployments.map((_, index) => index === 0));
  expect(deployments[0]?.id).toBe(readTrio(workspace.root)?.id);
  return deployments.map(({ modelVersion }) => modelVersion);
}

function storeFiles({ root }: Workspace): string[] {
  return readdirSync(root).filter((name) => name.startsWith('tidewatch.db'));
}

function removeStore(workspace: Workspace): void {
  for (const name of storeFiles(workspace)) rmSync(join(workspace.root, name));
}

function damage({ root }: Workspace, name: string): void {
  writeFileSync(join(root, 'production_deployment/.deployments/current', name), 'damaged');
}

describe.concurrent('a store that is older than the deployed files', () => {
  it.each<[string, (workspace: Workspace) => void]>([
    ['is deleted', removeStore],
    [
      'is emptied',
      (workspace) => {
        removeStore(workspace);
        workspace.write('tidewatch.db', '');
      },
    ],
    [
      'is put back from an older copy',
      (workspace) => {
        removeStore(workspace);
        copyFileSync(join(workspace.root, 'older.db'), join(workspace.root, 'tidewatch.db'));
      },
    ],
    [
      'is another one',
      (workspace) =>
        workspace.configure({ gate: 'always', input_folder_path: 'sourcedata', store: 'another.db' }),
    ],
  ])('and %s is put right by the next run', async (_, lose) => {
    const workspace = deployed.copy();
    lose(workspace);
    const listed = parseAnswer<ModelPage>(await workspace.tidewatch('models', 'list', '--json'));
    expect(listed.aliases).toMatchObject({ champion: second, previous: first });
    expect(listed.models[0]).toMatchObject({ version: second, live: true });
    expect((await workspace.run()).result).toBe('no-new-data');
    expect((await workspace.run()).result).toBe('no-new-data');
    expect(await historyOf(workspace)).toEqual([second, first]);
    const shown = await workspace.tidewatch('models', 'show', second.slice(0, 6));
    expect(shown.exit, shown.stderr).toBe(0);
    const back = await workspace.tidewatch('models', 'rollback');
    expect(back.exit, back.stderr).toBe(0);
    expect(liveOf(workspace)).toBe(first);
    expect(await historyOf(workspace)).toEqual([first, second, first]);
  });

  it('is put right by a rollback, a promotion and a deployment as well', async () => {
    for (const [verb, after] of [
      [
        ['models', 'rollback'],
        [first, second, first],
      ],
      [
        ['models', 'promote', first, '--yes'],
        [first, second, first],
      ],
    ] as const) {
      const workspace = deployed.copy();
      removeStore(workspace);
      const outcome = await workspace.tidewatch(...verb);
      expect(outcome.exit, outcome.stderr).toBe(0);
      expect(await historyOf(workspace)).toEqual(after);
    }
    const workspace = deployed.copy();
    removeStore(workspace);
    for (const verb of ['train', 'score', 'deploy']) {
      const outcome = await workspace.tidewatch(verb);
      expect(outcome.exit, outcome.stderr).toBe(0);
    }
    expect(await historyOf(workspace)).toEqual([liveOf(workspace), second, first]);
  });
});

describe.concurrent('deployed files', () => {
  it('that are older than the store are a deployment of their own', async () => {
    const workspace = deployed.copy();
    const history = join(workspace.root, 'production_deployment/.deployments');
    const newest = readlinkSync(join(history, 'current'));
    const [oldest = ''] = readdirSync(history).filter((name) => /^\d/.test(name) && name !== newest);
    rmSync(join(history, newest), { recursive: true });
    rmSync(join(history, 'current'));
    symlinkSync(oldest, join(history, 'current'));
    expect(liveOf(workspace)).toBe(first);
    await workspace.run();
    expect(liveOf(workspace)).toBe(first);
    expect(await historyOf(workspace)).toEqual([first, second, first]);
    await workspace.run();
    expect(await historyOf(workspace)).toEqual([first, second, first]);
  });

  it('that were copied with their links followed are read, and run on as links', async () => {
    const root = temporaryFolder();
    cpSync(deployed.root, root, { recursive: true, dereference: true });
    const workspace = openWorkspace(root);
    expect(liveOf(workspace)).toBe(second);
    const back = await workspace.tidewatch('models', 'rollback');
    expect(back.exit, back.stderr).toBe(0);
    expect(liveOf(workspace)).toBe(first);
    expect(readlinkSync(join(root, 'production_deployment/.deployments/current'))).toBe(readTrio(root)?.id);
    expect(await historyOf(workspace)).toEqual([first, second, first]);
  });

  it.each(['trainedmodel.json', 'latestscore.txt', 'manifest.json'])(
    'of which %s is damaged are replaced by the same model',
    async (name) => {
      const workspace = deployed.copy();
      damage(workspace, name);
      const listed = parseAnswer<ModelPage>(await workspace.tidewatch('models', 'list', '--json'));
      expect(listed.aliases).toMatchObject({ champion: second, previous: first });
      const doctor = await workspace.tidewatch('doctor', '--json');
      expect(doctor.exit).toBe(8);
      expect((await workspace.run()).model?.version).toBe(second);
      expect(liveOf(workspace)).toBe(second);
      expect(await historyOf(workspace)).toEqual([second, second, first]);
      await workspace.run();
      expect(await historyOf(workspace)).toEqual([second, second, first]);
    },
  );

  it('whose model is whole nowhere are replaced by the deployment before', async () => {
    const workspace = deployed.copy();
    removeStore(workspace);
    damage(workspace, 'trainedmodel.json');
    await workspace.run();
    expect((await historyOf(workspace)).at(-1)).toBe(first);
    expect(readTrio(workspace.root)).not.toBeNull();
  });

  it('that are damaged do not stop a rollback', async () => {
    const workspace = deployed.copy();
    damage(workspace, 'trainedmodel.json');
    damage(workspace, 'manifest.json');
    const back = await workspace.tidewatch('models', 'rollback');
    expect(back.exit, back.stderr).toBe(0);
    expect(liveOf(workspace)).toBe(first);
    expect(await historyOf(workspace)).toEqual([first, second, first]);
  });

  it.each(['production_deployment', 'production_deployment/.deployments/current'])(
    'that were lost with %s are put back as they were recorded last, a rollback too',
    async (lost) => {
      const workspace = deployed.copy();
      expect((await workspace.tidewatch('models', 'rollback')).exit).toBe(0);
      expect(liveOf(workspace)).toBe(first);
      rmSync(join(workspace.root, lost), { recursive: true });
      expect((await workspace.run()).result).not.toBe('first-deployment');
      expect(liveOf(workspace)).toBe(first);
    },
  );

  it('that are all damaged are as if none were live', async () => {
    const workspace = deployed.copy();
    removeStore(workspace);
    const history = join(workspace.root, 'production_deployment/.deployments');
    for (const id of readdirSync(history).filter((name) => /^\d/.test(name)))
      writeFileSync(join(history, id, 'trainedmodel.json'), '');
    expect((await workspace.run()).result).toBe('first-deployment');
    expect(readTrio(workspace.root)).not.toBeNull();
  });

  it('of a model that was changed by hand, manifest and all, are not taken for genuine', async () => {
    const workspace = deployed.copy();
    const text = workspace.read(LIVE);
    const changed = text.replace(/("coefficients": \[)(-?)/, (_, key: string, sign: string) =>
      sign === '-' ? key : `${key}-`,
    );
    expect(changed).not.toBe(text);
    workspace.write('practicemodels/trainedmodel.json', changed);
    for (const verb of ['score', 'deploy']) {
      const refused = await workspace.tidewatch(verb);
      expect(refused.exit).toBe(3);
      expect(refused.stderr).toMatch(/trainedmodel\.json.* was changed after it was trained/s);
    }
    const predicted = await workspace.tidewatch(
      'predict',
      join(workspace.root, 'testdata/test.csv'),
      '-o',
      join(workspace.root, 'out.csv'),
      '--model',
      'practicemodels/trainedmodel.json',
    );
    expect(predicted.stderr).toMatch(/was changed after it was trained/);
    expect(workspace.has('out.csv')).toBe(false);
    expect(liveOf(workspace)).toBe(second);
    for (const verb of [['ingest'], ['models', 'prune', '--keep', '9'], ['run']]) {
      const outcome = await workspace.tidewatch(...verb);
      expect(outcome.exit, outcome.stderr).toBe(0);
    }

    workspace.write(LIVE, changed);
    const path = LIVE.replace('trainedmodel.json', 'manifest.json');
    const manifest = JSON.parse(workspace.read(path));
    manifest.files['trainedmodel.json'] = { sha256: hashOf(changed), bytes: Buffer.byteLength(changed) };
    workspace.write(path, JSON.stringify(manifest));
    const doctor = await workspace.tidewatch('doctor', '--json');
    expect(doctor.stdout).toMatch(/was changed after it was trained/);
    await workspace.run();
    expect(workspace.read(LIVE)).toBe(text);
  });
});

describe.concurrent('a document in the store', () => {
  it('that was changed is not made live', async () => {
    const workspace = deployed.copy();
    const file = new Database(join(workspace.root, 'tidewatch.db'));
    const { document } = file.prepare('select document from models where version = ?').get(first) as {
      document: string;
    };
    const changed = document.replace(/"threshold": ?([\d.]+)/, '"threshold": 0.987');
    expect(changed).not.toBe(document);
    file.prepare('update models set document = ? where version = ?').run(changed, first);
    file.close();
    for (const verb of ['rollback', 'promote']) {
      const name = verb === 'promote' ? [first, '--yes'] : [];
      const refused = await workspace.tidewatch('models', verb, ...name);
      expect(refused.exit).toBe(3);
      expect(refused.stderr).toMatch(
        /in the state store cannot be used: it was changed after it was trained/,
      );
    }
    expect(liveOf(workspace)).toBe(second);
    await workspace.run();
  });
});

describe.concurrent('a server', () => {
  it.each(['trainedmodel.json', 'latestscore.txt', 'manifest.json'])(
    'answers by the same model where %s is damaged',
    async (name) => {
      const workspace = deployed.copy();
      damage(workspace, name);
      const { url, ...server } = await serve(workspace.root);
      try {
        const row = { corporation: 'a', lastmonth_activity: 1, lastyear_activity: 2, number_of_employees: 5 };
        const answer = await fetch(`${url}/prediction`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify([row]),
        });
        expect(await answer.json()).toMatchObject({ modelVersion: second });
        for (const path of ['/api/v1/models', '/api/v1/deployments', '/api/v1/today', '/readyz'])
          expect((await fetch(`${url}${path}`)).status, path).toBe(200);
      } finally {
        server.process.kill('SIGTERM');
        await server.ended;
      }
    },
  );
});

describe.concurrent('a recovery that is killed', () => {
  /** Kills a run that recovers instead of its `nth` change like `change`. */
  async function kill(given: Workspace, change: string, nth: number): Promise<Workspace> {
    const whole = given.copy();
    const trace = join(whole.root, 'trace.txt');
    await whole.run({ env: { ...DIE_AT, DIE_TRACE: trace } });
    const changes = whole.read('trace.txt').trim().split('\n');
    const places = changes.flatMap((each, index) => (each === change ? [index + 1] : []));
    const at = places[nth - 1];
    if (at === undefined) throw new Error(`There is no ${change} ${nth} in ${changes.join(', ')}`);
    const workspace = given.copy();
    const env = { ...DIE_AT, DIE_AT: String(at) };
    const killed = await start(['run', '-w', workspace.root], { env }).ended;
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    return workspace;
  }

  it.each([
    ['the first deployment is recorded', 'commit insert into "deployments"', 1],
    ['the second deployment is recorded', 'commit insert into "deployments"', 2],
    ['the run of a deployment has its end', 'commit update "runs"', 2],
  ])('before %s in a new store is ended by the next run', async (_, change, nth) => {
    const lost = deployed.copy();
    removeStore(lost);
    const workspace = await kill(lost, change, nth);
    await workspace.run();
    expect(liveOf(workspace)).toBe(second);
    expect(await historyOf(workspace)).toEqual([second, first]);
  });

  it.each([
    ['the link is moved', 'renameSync current', 1],
    ['the deployment is recorded', 'commit insert into "deployments"', 1],
  ])('before %s in place of damaged files is ended by the next run', async (_, change, nth) => {
    const damaged = deployed.copy();
    damage(damaged, 'latestscore.txt');
    const workspace = await kill(damaged, change, nth);
    await workspace.run();
    expect(liveOf(workspace)).toBe(second);
    expect(await historyOf(workspace)).toEqual([second, second, first]);
  });

  it.each([
    ['the copy is set aside', 'renameSync .current.aside', 1],
    ['the link takes its place', 'renameSync current', 1],
    ['a name is a link again', 'renameSync trainedmodel.json', 1],
  ])('before %s in a copy whose links were followed is ended by the next run', async (_, change, nth) => {
    const root = temporaryFolder();
    cpSync(deployed.root, root, { recursive: true, dereference: true });
    const workspace = await kill(openWorkspace(root), change, nth);
    expect(liveOf(workspace)).toBe(second);
    await workspace.run();
    expect(liveOf(workspace)).toBe(second);
    expect(readlinkSync(join(workspace.root, 'production_deployment/.deployments/current'))).toBe(
      readTrio(workspace.root)?.id,
    );
    expect(await historyOf(workspace)).toEqual([second, first]);
  });
});

describe.concurrent('clocks that disagree', () => {
  const AHEAD = {
    NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/fast-clock.mjs'))}`,
    CLOCK_DAYS: String(86 / 86_400),
  };

  it('stop nothing: a deployment from the future, a rollback, and runs after it', async () => {
    const workspace = deployed.copy();
    workspace.configure({ gate: 'always', logistic: { C: 0.01, standardize: true } });
    for (const verb of ['train', 'score', 'deploy']) {
      const outcome = await start([verb, '-w', workspace.root], { env: AHEAD }).ended;
      expect(outcome.exit, outcome.stderr).toBe(0);
    }
    const third = liveOf(workspace);
    const back = await workspace.tidewatch('models', 'rollback', '--log', 'warn');
    expect(back.exit, back.stderr).toBe(0);
    expect(back.stderr).toMatch(/set the clocks of the machines/);
    expect(liveOf(workspace)).toBe(second);
    for (let round = 0; round < 2; round++) {
      await workspace.run();
      expect(await historyOf(workspace)).toEqual([second, third, second, first]);
    }
    const listed = parseAnswer<ModelPage>(await workspace.tidewatch('models', 'list', '--json'));
    expect(listed.aliases).toMatchObject({ champion: second, previous: first });
    const doctor = await workspace.tidewatch('doctor', '--json');
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ check: 'clock', status: expect.stringMatching(/problem|warning/) }),
    );
    const again = await workspace.tidewatch('models', 'rollback');
    expect(again.exit, again.stderr).toBe(0);
    expect(liveOf(workspace)).toBe(first);
  });
});
