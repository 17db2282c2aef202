/** Hundreds of broken and hostile files: each is taken or refused with a reason, in bounded time and memory. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { type Outcome, parseAnswer, tidewatch } from './command.ts';
import { hostileFiles } from './hostile-files.ts';
import { endServers, serve } from './served.ts';
import { createWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

const MIB = 2 ** 20;
/** `memory_limit` of these workspaces, and what the process may take beside it. */
const MEMORY_LIMIT = 512 * MIB;
const BESIDE = 768 * MIB;

interface IngestAnswer {
  readonly rows: {
    readonly read: number;
    readonly kept: number;
    readonly duplicates: number;
    readonly quarantined: number;
  };
  readonly files: readonly {
    readonly name: string;
    readonly status: string;
    readonly reason: string | null;
  }[];
}

let files: ReadonlyMap<string, Uint8Array>;
let origin: Workspace;

beforeAll(async () => {
  files = await hostileFiles(20240101);
  origin = createWorkspace(
    {
      'practicedata/good.csv': clientsCsv({ rows: 60 }),
      'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
    },
    { max_rejected_share: 1, memory_limit: '512MB' },
  );
  await origin.run();
});
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

/** Runs the command; gives how it ended, with its greatest memory in bytes. */
async function measured(...args: string[]): Promise<{ readonly outcome: Outcome; readonly peak: number }> {
  const path = join(temporaryFolder(), 'peak');
  const preload = join(import.meta.dirname, 'peak-memory.mjs');
  const outcome = await tidewatch(args, {
    env: { NODE_OPTIONS: `--import=${preload}`, PEAK_MEMORY: path },
  });
  return { outcome, peak: Number(readFileSync(path, 'utf8')) };
}

it('there are some six hundred of them', () => {
  expect(files.size).toBeGreaterThan(580);
});

describe('all of them in the input folder at once', () => {
  it('are each taken or refused with a reason, rows add up, and memory stays below the limit', async () => {
    const workspace = origin.copy();
    for (const [name, content] of files) workspace.write(join('practicedata', name), content);
    mkdirSync(join(workspace.root, 'practicedata/folder.csv'));
    symlinkSync('/etc/passwd', join(workspace.root, 'practicedata/outside.csv'));
    symlinkSync('/dev/zero', join(workspace.root, 'practicedata/device.csv'));
    symlinkSync('gone.csv', join(workspace.root, 'practicedata/dangling.csv'));
    spawnSync('mkfifo', [join(workspace.root, 'practicedata/pipe.csv')]);
    const { outcome, peak } = await measured('ingest', '--json', '-w', workspace.root);
    expect(outcome.stderr).not.toContain('root:');
    expect(outcome).toMatchObject({ exit: 0, signal: null });
    const { rows, files: reports } = parseAnswer<IngestAnswer>(outcome);
    expect(rows.read).toBe(rows.kept + rows.duplicates + rows.quarantined);
    const named = new Map(reports.map((report) => [report.name, report]));
    expect([...files.keys()].filter((name) => !named.has(name))).toEqual([]);
    expect(reports.filter(({ status, reason }) => status === 'rejected' && !reason)).toEqual([]);
    expect(named.get('good.csv')).toMatchObject({ status: 'accepted' });
    expect(peak).toBeLessThan(MEMORY_LIMIT + BESIDE);
  });
});

describe('each of them by name', () => {
  it('gets an answer of the server, which lives on', async () => {
    const workspace = origin.copy();
    for (const [name, content] of files) workspace.write(join('testdata', name), content);
    const server = await serve(workspace.root);
    const failures: string[] = [];
    for (const name of files.keys()) {
      const answer = await fetch(`${server.url}/prediction`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ path: `testdata/${name}` }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      JSON.parse(text);
      if (answer.status >= 500)
        failures.push(`${JSON.stringify(name)}: ${answer.status} ${text.slice(0, 300)}`);
    }
    expect(failures).toEqual([]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1];
    expect(Number(peak) * 1024).toBeLessThan(MEMORY_LIMIT + BESIDE);
    expect(server.process.exitCode).toBeNull();
  });

  it('is refused or taken by init and predict, never with an error that nobody foresaw', async () => {
    const workspace = origin.copy();
    const chosen = [...files].filter((_, k) => k % 24 === 0);
    const bad: string[] = [];
    for (const [name, content] of chosen) {
      workspace.write(join('testdata', name), content);
      const path = join(workspace.root, 'testdata', name);
      const target = join(temporaryFolder(), 'new');
      for (const args of [
        ['init', path, '--json', '-w', target],
        ['predict', path, '--json', '-w', workspace.root],
      ]) {
        const { exit, signal, stderr } = await tidewatch(args);
        if (![0, 2, 3, 5].includes(exit ?? -1))
          bad.push(`${args[0]} ${name}: ${exit} ${signal} ${stderr.slice(0, 300)}`);
      }
    }
    expect(bad).toEqual([]);
  });
});
