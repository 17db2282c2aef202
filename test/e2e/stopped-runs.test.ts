/** Runs that stand still or that other machines cannot see: who holds the lock, and what a run does that has lost it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { COMMAND, parseAnswer, start } from './command.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'testdata/t.csv': clientsCsv({ from: 500, rows: 40 }),
};

/** A run in PID and mount namespaces of its own, as in a container; the host name stays the same. */
const APART = ['--pid', '--fork', '--mount-proc', '--kill-child', '--'];
const canBeApart = spawnSync('unshare', [...APART, 'true']).status === 0;

const STOP_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };

afterAll(removeWorkspaces);

const runArgs = (workspace: Workspace) => ['run', '--json', '--log', 'info', '-w', workspace.root];

/** Whether a process and all that it started have stopped. */
function isStopped(pid: number): boolean {
  const [state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/);
  return state === 'T' && children.every((child) => child === '' || isStopped(Number(child)));
}

/** When the lock of a workspace runs out, in milliseconds. */
function lockEnd(workspace: Workspace): number {
  const file = new Database(join(workspace.root, 'tidewatch.db'), { readonly: true });
  try {
    const row = file.prepare(`select expires_at from leases where name = 'run'`).get() as {
      expires_at: string;
    };
    return Date.parse(row.expires_at);
  } finally {
    file.close();
  }
}

/** Lets a run stand still by SIGSTOP while it does not hold the store. */
async function standStill(
  workspace: Workspace,
  pid: number,
  kill: (signal: NodeJS.Signals) => void,
): Promise<void> {
  for (;;) {
    kill('SIGSTOP');
    await expect.poll(() => isStopped(pid), { interval: 5, timeout: 60_000 }).toBe(true);
    const file = new Database(join(workspace.root, 'tidewatch.db'), { timeout: 100 });
    try {
      file.exec('begin immediate; rollback');
      return;
    } catch {
      kill('SIGCONT');
      await sleep(20);
    } finally {
      file.close();
    }
  }
}

describe.concurrent('a run that is stopped past its lock', () => {
  it('changes nothing when it goes on: what the run after it deployed stays live', async () => {
    const workspace = createWorkspace(FILES, { run_lock_seconds: 5 });
    const older = start(runArgs(workspace));
    await older.says(/step ingest succeeded/);
    await standStill(workspace, older.process.pid as number, (signal) => older.process.kill(signal));
    workspace.write('practicedata/b.csv', clientsCsv({ from: 1000, rows: 60 }));
    let newer = await workspace.tidewatch('run', '--json');
    expect(newer.exit).toBe(4);
    while (newer.exit === 4) newer = await workspace.tidewatch('run', '--json');
    expect(parseAnswer(newer)).toMatchObject({ result: 'first-deployment' });
    const live = readTrio(workspace.root);
    const files = [
      'ingesteddata/snapshot.json',
      'practicemodels/latestscore.txt',
      'practicemodels/trainedmodel.json',
    ];
    const before = files.map((file) => workspace.read(file));
    older.process.kill('SIGCONT');
    const ended = await older.ended;
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'lease-lost' } });
    expect(ended.exit).toBe(4);
    expect(readTrio(workspace.root)).toEqual(live);
    expect(files.map((file) => workspace.read(file))).toEqual(before);
    const runs = parseAnswer(await workspace.tidewatch('runs', 'list', '--json'));
    expect(runs).toMatchObject({ runs: [{ status: 'succeeded' }, { status: 'abandoned' }] });
    expect((await workspace.run()).result).toBe('no-new-data');
  });

  it('keeps others from deploying where it stands still in the very act, and ends it', async () => {
    const workspace = createWorkspace(FILES, { run_lock_seconds: 5 });
    const older = start(runArgs(workspace), { env: { ...STOP_AT, STOP_AT: 'renameSync current' } });
    await older.says(/step gate succeeded/);
    await expect.poll(() => lockEnd(workspace) < Date.now(), { timeout: 60_000 }).toBe(true);
    workspace.write('practicedata/b.csv', clientsCsv({ from: 1000, rows: 60 }));
    const newer = await workspace.tidewatch('run', '--json');
    expect(JSON.parse(newer.stdout)).toMatchObject({ error: { code: 'store-unavailable' } });
    older.process.kill('SIGCONT');
    const ended = await older.ended;
    expect(ended.exit).toBe(0);
    expect(readTrio(workspace.root)?.id).toBe(JSON.parse(ended.stdout).deployment.id);
  });
});

describe.runIf(canBeApart)('runs in PID namespaces of their own, on one host name', () => {
  it('do not take the lock from one another, though neither sees the process of the other', async () => {
    const workspace = createWorkspace(FILES);
    const command = [process.execPath, COMMAND, ...runArgs(workspace)];
    // With a shell before it, the process has another number than that of the second run, which is 1.
    const first = spawn('unshare', [...APART, 'sh', '-c', '"$@"; exit', 'sh', ...command], {
      detached: true,
    });
    const firstEnded = once(first, 'close');
    let said = '';
    for await (const part of first.stderr) {
      said += part;
      if (said.includes('step ingest succeeded')) break;
    }
    const kill = (signal: NodeJS.Signals) => process.kill(-(first.pid as number), signal);
    await standStill(workspace, first.pid as number, kill);
    const second = spawn('unshare', [...APART, ...command]);
    let answer = '';
    second.stdout.on('data', (part) => {
      answer += part;
    });
    const [exit] = await once(second, 'close');
    expect(JSON.parse(answer)).toMatchObject({ error: { code: 'run-locked' } });
    expect(exit).toBe(4);
    kill('SIGCONT');
    expect(await firstEnded).toEqual([0, null]);
    expect(readTrio(workspace.root)).not.toBeNull();
  });
});

describe.concurrent('a lock with a date of the future', () => {
  it('is free once the time has passed that it can have been given for', async () => {
    const workspace = createWorkspace(FILES, { run_lock_seconds: 5 });
    await workspace.run();
    const file = new Database(join(workspace.root, 'tidewatch.db'));
    file.exec(`insert or replace into leases (name, owner, acquired_at, expires_at)
      values ('run', 'elsewhere:1:r', '2999-01-01T00:00:00.000Z', '2999-01-01T00:00:05.000Z')`);
    file.close();
    expect((await workspace.tidewatch('run')).exit).toBe(4);
    let answer = await workspace.tidewatch('run', '--json');
    while (answer.exit === 4) answer = await workspace.tidewatch('run', '--json');
    expect(parseAnswer(answer)).toMatchObject({ result: 'no-new-data' });
  });
});
