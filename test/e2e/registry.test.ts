/** The registry through the built command and server: what is live changes whole, once, and with its reason. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPage } from '../../src/pipeline/models/deployment-history.ts';
import type { ModelDiff } from '../../src/pipeline/models/model-diff.ts';
import type { ModelDetail } from '../../src/pipeline/models/model-history.ts';
import type { PromotionSummary } from '../../src/pipeline/models/promote.ts';
import { openStore } from '../../src/store/store.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { endServers, serve } from './served.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const DIE_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
const CLIENT = { corporation: 'a', lastmonth_activity: 10, lastyear_activity: 20, number_of_employees: 5 };

let deployed: Workspace;
let first: string;
let second: string;

/** Two models that were live one after the other. */
beforeAll(async () => {
  deployed = createWorkspace({
    'practicedata/a.csv': clientsCsv({ rows: 60 }),
    'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
  });
  const build = async (): Promise<string> => {
    for (const verb of ['train', 'score', 'deploy'])
      expect((await deployed.tidewatch(verb)).exit, verb).toBe(0);
    return readTrio(deployed.root)?.modelVersion ?? '';
  };
  expect((await deployed.tidewatch('ingest')).exit).toBe(0);
  first = await build();
  deployed.configure({ logistic: { C: 0.01, standardize: true } });
  second = await build();
  expect(second).not.toBe(first);
}, 240_000);
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

async function historyOf(workspace: Workspace): Promise<string[]> {
  const outcome = await workspace.tidewatch('models', 'history', '--json');
  const { deployments } = parseAnswer<DeploymentPage>(outcome);
  return deployments.map(({ verb, modelVersion }) => `${verb} ${modelVersion}`);
}

describe.concurrent('the registry at the command line', () => {
  it('compares, notes, rolls back and promotes, and the live files follow', async () => {
    const workspace = deployed.copy();
    const diff = parseAnswer<ModelDiff>(await workspace.tidewatch('models', 'diff', '--json'));
    expect(diff).toMatchObject({ from: first, to: second, test: { rows: 40 }, notCompared: null });
    expect(diff.options.map(({ name }) => name)).toEqual(['learner.C', 'learner.standardize']);
    expect(
      (await workspace.tidewatch('models', 'note', 'champion', 'too timid', '--author', 'Kim')).exit,
    ).toBe(0);

    const back = await workspace.tidewatch('models', 'rollback', '--reason', 'too timid', '--json');
    expect(parseAnswer<PromotionSummary>(back)).toMatchObject({
      kind: 'rolled-back',
      model: first,
      replaced: second,
    });
    expect(readTrio(workspace.root)).toMatchObject({ modelVersion: first });
    const none = await workspace.tidewatch('models', 'rollback', '--json');
    expect(none.exit).toBe(5);
    expect(none.stderr).toContain('No model was live before');
    expect(readTrio(workspace.root)).toMatchObject({ modelVersion: first });

    const again = await workspace.tidewatch('models', 'promote', second.slice(0, 6), '--yes', '--json');
    expect(parseAnswer<PromotionSummary>(again)).toMatchObject({ kind: 'promoted', model: second });
    expect(await historyOf(workspace)).toEqual([
      `promote ${second}`,
      `rollback ${first}`,
      `deploy ${second}`,
      `deploy ${first}`,
    ]);
    const model = parseAnswer<ModelDetail>(await workspace.tidewatch('models', 'show', second, '--json'));
    expect(model.notes).toMatchObject([{ author: 'Kim', text: 'too timid' }]);
    expect(model.deployments.map(({ verb }) => verb)).toEqual(['promote', 'deploy']);
  });

  it('rolls back once where it is asked twice at the same time', async () => {
    const workspace = deployed.copy();
    const both = [0, 1].map(() => start(['models', 'rollback', '-w', workspace.root]).ended);
    const exits = (await Promise.all(both)).map(({ exit }) => exit ?? -1).sort();
    expect(exits[0]).toBe(0);
    // The other one meets the lock, or comes after and finds no model to go back to.
    expect([4, 5]).toContain(exits[1]);
    expect(readTrio(workspace.root)).toMatchObject({ modelVersion: first });
    expect((await historyOf(workspace)).filter((event) => event.startsWith('rollback'))).toHaveLength(1);
  });

  it.each([
    ['before the deployment has its name', 'renameSync ID', 'before'],
    ['before the link to it is moved', 'renameSync current', 'before'],
    ['before the deployment is recorded', 'commit insert into "deployments"', 'after'],
  ])('that is killed in a rollback %s leaves one deployment whole, and goes on', async (_, change, live) => {
    const whole = deployed.copy();
    const trace = join(whole.root, 'practicedata', 'trace.txt');
    await start(['models', 'rollback', '-w', whole.root], { env: { ...DIE_AT, DIE_TRACE: trace } }).ended;
    const place = readFileSync(trace, 'utf8').split('\n').indexOf(change) + 1;
    expect(place).toBeGreaterThan(0);

    const workspace = deployed.copy();
    const env = { ...DIE_AT, DIE_AT: String(place) };
    const killed = await start(['models', 'rollback', '-w', workspace.root], { env }).ended;
    expect(killed.signal).toBe('SIGKILL');
    expect(readTrio(workspace.root)?.modelVersion).toBe(live === 'before' ? second : first);

    const again = await workspace.tidewatch('models', 'rollback');
    expect(again.exit).toBe(live === 'before' ? 0 : 5);
    expect(readTrio(workspace.root)?.modelVersion).toBe(first);
    expect(await historyOf(workspace)).toEqual([`rollback ${first}`, `deploy ${second}`, `deploy ${first}`]);
  });
});

describe('the registry over HTTP', () => {
  it('asks for the key, refuses under the lock of a run, and what answers follows at once', async () => {
    const workspace = deployed.copy();
    const key = 'k-5d1e';
    const { url } = await serve(workspace.root, [], { env: { TIDEWATCH_API_KEY: key } });
    const post = async (path: string, body: unknown, bearer = key) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const answering = async () => (await post('/prediction', [CLIENT])).body['modelVersion'];
    expect(await answering()).toBe(second);

    const why = { reason: 'over HTTP' };
    for (const path of ['/api/v1/models/rollback', `/api/v1/models/${first}/promote`])
      expect(await post(path, why, 'wrong')).toMatchObject({ status: 401 });

    const store = await openStore(join(workspace.root, 'tidewatch.db'));
    const owner = 'machine:1-1-1-1:a-run';
    await store.acquireLease('run', owner, new Date(), 60_000);
    const refused = await post('/api/v1/models/rollback', why);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'run-locked' } } });
    expect(await answering()).toBe(second);
    await store.releaseLease('run', owner);
    await store.close();

    const back = await post('/api/v1/models/rollback', why);
    expect(back).toMatchObject({
      status: 200,
      body: { kind: 'rolled-back', model: first, replaced: second },
    });
    expect(await answering()).toBe(first);
    expect(await post('/api/v1/models/rollback', why)).toMatchObject({ status: 404 });
    const promoted = await post(`/api/v1/models/${second.slice(0, 8)}/promote`, why);
    expect(promoted).toMatchObject({ status: 200, body: { kind: 'promoted', model: second } });
    expect(await answering()).toBe(second);

    expect(await post('/api/v1/models/champion/notes', { text: 'said' })).toMatchObject({
      status: 200,
      body: { modelVersion: second, author: 'api' },
    });
    const headers = { 'x-api-key': key };
    const told = await (await fetch(`${url}/api/v1/deployments?limit=2`, { headers })).json();
    expect(told).toMatchObject({
      deployments: [
        { modelVersion: second, verb: 'promote', trigger: 'api', reason: 'over HTTP', live: true },
        { modelVersion: first, verb: 'rollback', trigger: 'api', live: false },
      ],
    });
    const diff = await fetch(`${url}/api/v1/models/diff?from=${first}`, { headers });
    expect(await diff.json()).toMatchObject({ from: first, to: second, test: { rows: 40 } });
  });
});
