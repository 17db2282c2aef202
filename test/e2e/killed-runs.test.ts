/** Runs that are killed, at chosen points and at any, and the runs after them: nothing is lost, mixed or left over. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { RunOutline } from '../../src/store/port/runs.ts';
import { openStore } from '../../src/store/store.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { start } from './command.ts';
import { readTrio, type Trio } from './trio.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const EVERY_KILL = process.env['TIDEWATCH_TEST_EVERY_KILL'] !== undefined;
const DIE_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'practicedata/b.csv': clientsCsv({ from: 50, rows: 30 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
  'sourcedata/c.csv': clientsCsv({ from: 1000, rows: 60, flipped: true }),
};
const SOURCE = { input_folder_path: 'sourcedata', gate: 'always' } as const;

/** Every change on the disk in order, and the state that a run without a kill ends in. */
interface Reference {
  readonly start: Workspace;
  readonly before: Trio | null;
  readonly after: Trio;
  readonly changes: readonly string[];
  readonly finalData: string;
  readonly files: readonly string[];
}

async function reference(start: Workspace): Promise<Reference> {
  const whole = start.copy();
  const trace = join(whole.root, 'practicedata', 'trace.txt');
  await whole.run({ env: { ...DIE_AT, DIE_TRACE: trace } });
  const after = readTrio(whole.root);
  if (after === null) throw new Error('The run deployed nothing.');
  return {
    start,
    before: readTrio(start.root),
    after,
    changes: readFileSync(trace, 'utf8').trim().split('\n'),
    finalData: whole.read('ingesteddata/finaldata.csv'),
    files: filesOf(whole).filter((name) => name !== 'practicedata/trace.txt'),
  };
}

/**
 * Names of all files of a workspace; left out are the history of deployments, and the engine's folders, which go
 * when the engine is next needed.
 */
function filesOf({ root }: Workspace): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => !/\.deployments\/|\/\.engine-/.test(name));
}

/** The place of the `nth` change like `change` among all; -1 is the last one. */
function placeOf({ changes }: Reference, change: string, nth: number): number {
  const places = changes.flatMap((each, index) => (each === change ? [index + 1] : []));
  const at = places.at(nth > 0 ? nth - 1 : nth);
  if (at === undefined) throw new Error(`There is no ${change} ${nth} in ${changes.join(', ')}`);
  return at;
}

/** Kills a run instead of a change on the disk, and gives what the next run makes of it. */
async function killAndRunAgain(given: Reference, at: number): Promise<Workspace> {
  const workspace = given.start.copy();
  const env = { ...DIE_AT, DIE_AT: String(at) };
  const killed = await start(['run', '-w', workspace.root], { env }).ended;
  expect(killed.signal, killed.stderr).toBe('SIGKILL');

  const trio = readTrio(workspace.root);
  const isBefore = trio?.id === given.before?.id;
  expect(trio?.modelVersion).toBe((isBefore ? given.before : given.after)?.modelVersion);
  await workspace.run();
  return workspace;
}

/** What must hold once a run has ended well, whatever happened before it. */
async function expectSound(
  workspace: Workspace,
  given: Pick<Reference, 'after' | 'finalData'>,
): Promise<void> {
  const trio = readTrio(workspace.root);
  expect(trio).toMatchObject({ modelVersion: given.after.modelVersion, f1: given.after.f1 });
  expect(workspace.read('ingesteddata/finaldata.csv')).toBe(given.finalData);
  const returns = JSON.parse(workspace.read('practicemodels/apireturns.txt'));
  expect(returns.scoring.body.modelVersion).toBe(given.after.modelVersion);
  const { runs, deployed, free } = await recordsOf(workspace);
  expect(deployed[0]).toBe(trio?.id);
  expect(new Set(deployed).size).toBe(deployed.length);
  expect(runs[0]?.status).toBe('succeeded');
  for (const { status, finishedAt } of runs) {
    expect(['succeeded', 'abandoned']).toContain(status);
    expect(finishedAt).not.toBeNull();
  }
  expect(free).toBe(true);
}

async function recordsOf(
  workspace: Workspace,
): Promise<{ runs: RunOutline[]; deployed: string[]; free: boolean }> {
  const store = await openStore(join(workspace.root, 'tidewatch.db'));
  try {
    const runs = [...(await store.runs({ limit: 100 }))];
    for (const { id } of runs) {
      for (const step of await store.steps(id)) expect(step.status).not.toBe('running');
    }
    const deployed = (await store.deployments({ limit: 100 })).map(({ id }) => id);
    const lease = await store.acquireLease('run', 'test', new Date(), 1);
    return { runs, deployed, free: lease.kind === 'acquired' };
  } finally {
    await store.close();
  }
}

afterAll(removeWorkspaces);

describe.concurrent('a run that is killed', () => {
  let redeployment: Reference;
  let first: Reference;
  beforeAll(async () => {
    const fresh = createWorkspace(FILES);
    first = await reference(fresh);
    const deployed = fresh.copy();
    await deployed.run();
    deployed.configure(SOURCE);
    redeployment = await reference(deployed);
    expect(redeployment.after.modelVersion).not.toBe(redeployment.before?.modelVersion);
  });

  it.each<[string, string, number]>([
    ['before it is recorded', 'commit insert into "runs"', 1],
    ['before it ingests', 'commit insert into "steps"', 2],
    ['half-way in finaldata.csv', 'writeSync .finaldata.csv.part', -1],
    ['before finaldata.csv has its name', 'renameSync finaldata.csv', 1],
    ['before the table of rows has its name', 'renameSync .compiled.rows', 1],
    ['half-way in the record of the compilation', 'writeFileSync ..compiled.json.part', 1],
    ['half-way in snapshot.json', 'writeFileSync .snapshot.json.part', 1],
    ['before its files are recorded', 'commit insert into "ingestions"', 1],
    ['before it trains', 'commit insert into "steps"', 4],
    ['half-way in the trained model', 'writeFileSync .trainedmodel.json.part', 1],
    ['before it deploys', 'commit insert into "steps"', 7],
    ['before what it deploys is durable', 'commit delete from "commits"', 1],
    ['half-way in the model to deploy', 'writeFileSync trainedmodel.json', 1],
    ['before the deployment has its name', 'renameSync ID', 1],
    ['before the link to it is moved', 'renameSync current', 1],
    ['once it is live', 'fsyncSync production_deployment', 1],
    ['before the deployment is recorded', 'commit insert into "deployments"', 1],
    ['before the files count as seen', 'commit insert into "seen"', 1],
    ['before it reports', 'commit insert into "steps"', 9],
    ['before it calls', 'commit insert into "steps"', 10],
    ['before it is recorded as done', 'commit update "runs"', -1],
    ['before it frees its lock', 'commit update "leases"', -1],
  ])('%s leaves one deployment whole, and the next run ends its work', async (_, change, nth) => {
    const workspace = await killAndRunAgain(redeployment, placeOf(redeployment, change, nth));
    expect(filesOf(workspace)).toEqual(redeployment.files);
    await expectSound(workspace, redeployment);
  });

  it('has made all durable that the store knows of a deployment before the link moves, and records it after', () => {
    const steps = [
      'commit delete from "commits"',
      'renameSync ID',
      'renameSync current',
      'commit insert into "deployments"',
    ];
    const places = steps.map((change) => placeOf(redeployment, change, 1));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it.each<[string, string]>([
    ['some of the names', 'symlinkSync ingestedfiles.txt'],
    ['all of the names', 'renameSync current'],
  ])('in its first deployment with %s there leaves nothing that reads as a model', async (_, change) => {
    const workspace = await killAndRunAgain(first, placeOf(first, change, 1));
    expect(filesOf(workspace)).toEqual(first.files);
    await expectSound(workspace, first);
  });

  // Takes minutes: set TIDEWATCH_TEST_EVERY_KILL to any text.
  it.runIf(EVERY_KILL)(
    'at any of its changes leaves one deployment whole, and the next run ends its work',
    async () => {
      for (const given of [first, redeployment]) {
        for (const at of given.changes.keys()) {
          const workspace = await killAndRunAgain(given, at + 1);
          expect(filesOf(workspace), given.changes[at]).toEqual(given.files);
          await expectSound(workspace, given);
        }
      }
    },
    1_800_000,
  );
});

describe('runs that are killed at any moment, one after the other', () => {
  it('leave one deployment whole each time, and nothing lost, doubled or left over at the end', async () => {
    const workspace = createWorkspace(FILES, { ...SOURCE });
    const random = createRandom(0, 20);
    const rows = clientRows({ from: 1000, rows: 60, flipped: true });
    for (let round = 0; round < 20; round++) {
      const more = clientRows({ from: 2000 + 10 * round, rows: 10, flipped: round % 2 === 0 });
      rows.push(...more);
      // Each file repeats a row that another one has.
      workspace.write(
        `sourcedata/d${String(round).padStart(2, '0')}.csv`,
        csvOf([rows[round] ?? '', ...more]),
      );
      const run = start(['run', '-w', workspace.root]);
      await sleep(150 + 1100 * random.uniform());
      run.process.kill('SIGKILL');
      await run.ended;
      readTrio(workspace.root);
    }
    const last = clientRows({ from: 3000, rows: 5 });
    rows.push(...last);
    workspace.write('sourcedata/last.csv', csvOf(last));
    await workspace.run();
    const kept = workspace.read('ingesteddata/finaldata.csv').trim().split('\n').slice(1);
    expect(kept.sort()).toEqual([...rows].sort());
    const trio = readTrio(workspace.root);
    expect(trio).not.toBeNull();
    const { runs, deployed, free } = await recordsOf(workspace);
    expect(deployed[0]).toBe(trio?.id);
    expect(runs.filter(({ status }) => !['succeeded', 'abandoned'].includes(status))).toEqual([]);
    expect(free).toBe(true);
    const names = readdirSync(workspace.root, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.part$|\.engine/.test(name))).toEqual([]);
    expect(readdirSync(join(workspace.root, 'ingesteddata/snapshots')).length).toBeLessThanOrEqual(3);
  });
});

describe.concurrent('two runs at once', () => {
  it('are one run, and one that says who holds the lock', async () => {
    const workspace = createWorkspace(FILES);
    const both = [0, 1].map(() => start(['run', '--json', '-w', workspace.root]));
    const outcomes = await Promise.all(both.map(({ ended }) => ended));
    expect(outcomes.map(({ exit }) => exit).sort()).toEqual([0, 4]);
    const refused = outcomes.find(({ exit }) => exit === 4);
    const { error } = JSON.parse(refused?.stdout ?? '');
    const holder = both[outcomes.findIndex(({ exit }) => exit === 0)]?.process.pid;
    expect(error.code).toBe('run-locked');
    expect(error.message).toMatch(
      new RegExp(`^Another run \\(pid ${holder}\\) started at .* Wait; if it crashed, retry after .*\\.$`),
    );
    expect(refused?.stderr).toContain(error.message);
    expect(readTrio(workspace.root)).not.toBeNull();
    const { runs } = await recordsOf(workspace);
    expect(runs.map(({ status }) => status)).toEqual(['succeeded']);
  });

  it('wait for no dead one: its lock is taken over at once', async () => {
    const workspace = createWorkspace(FILES, { run_lock_seconds: 86_400 });
    const run = start(['run', '-w', workspace.root, '--log', 'info']);
    await run.says(/step ingest succeeded/);
    run.process.kill('SIGKILL');
    await run.ended;
    expect((await workspace.run()).result).toBe('first-deployment');
    const { runs } = await recordsOf(workspace);
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'abandoned']);
    expect(existsSync(join(workspace.root, 'practicemodels/confusionmatrix.png'))).toBe(true);
  });
});
