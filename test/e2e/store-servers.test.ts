/** The whole process with its state on a database server, also while that server is killed and comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/pipeline/run.ts';
import type { CopySummary, DatabaseStatus } from '../../src/store/state-database.ts';
import { openStore } from '../../src/store/store.ts';
import { type DatabaseServer, startMariadb, startPostgres } from '../database-servers.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const PRODUCTS = [
  { name: 'PostgreSQL', named: process.env['TIDEWATCH_TEST_POSTGRES'], startServer: startPostgres },
  { name: 'MariaDB', named: process.env['TIDEWATCH_TEST_MYSQL'], startServer: startMariadb },
].filter(({ named }) => named !== undefined);

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
};

/** A server of its own, so that killing it disturbs nobody else. */
async function withServer(
  startServer: () => Promise<DatabaseServer | null>,
  work: (server: DatabaseServer) => Promise<void>,
): Promise<void> {
  const server = await startServer();
  if (server === null) throw new Error('The server is named in the environment, but is not installed here.');
  try {
    await work(server);
  } finally {
    await server.remove();
  }
}

async function command(workspace: Workspace, url: string, ...args: readonly string[]) {
  return await start([...args, '--json', '-w', workspace.root], { env: { STORE_URL: url } }).ended;
}

describe.runIf(PRODUCTS.length > 0).each(PRODUCTS)(
  'a workspace whose state is in $name',
  ({ startServer }) => {
    it('runs, finds nothing new, outlives a server that is killed in the middle, and moves to a file', async () => {
      await withServer(startServer, async (server) => {
        const { url } = server;
        const workspace = createWorkspace(FILES, { store: 'env:STORE_URL' });
        const first = await command(workspace, url, 'run');
        expect(first.exit, first.stderr).toBe(0);
        expect(parseAnswer<RunSummary>(first).result).toBe('first-deployment');
        expect(parseAnswer<RunSummary>(await command(workspace, url, 'run')).result).toBe('no-new-data');
        expect(workspace.has('tidewatch.db')).toBe(false);

        workspace.write('practicedata/b.csv', clientsCsv({ from: 1000, rows: 60, flipped: true }));
        const running = start(['run', '--json', '--log', 'info', '-w', workspace.root], {
          env: { STORE_URL: url },
        });
        await running.says(/step ingest succeeded/);
        await server.kill();
        await sleep(1000);
        await server.start();
        const third = await running.ended;
        expect(third.exit, third.stderr).toBe(0);

        const store = await openStore(url);
        const runs = await store.runs({ limit: 10 });
        expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
        const steps = await store.steps(runs[0]?.id ?? '');
        expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
        for (const { status } of steps) expect(['succeeded', 'skipped']).toContain(status);
        await store.close();

        const copied = await command(workspace, url, 'db', 'copy', '--to', `${workspace.root}/tidewatch.db`);
        expect(copied.exit, copied.stderr).toBe(0);
        const { tables } = parseAnswer<CopySummary>(copied);
        workspace.configure({});
        const status = parseAnswer<DatabaseStatus>(await command(workspace, '', 'db', 'status'));
        expect(status.tables).toEqual(tables.map(({ table, rows }) => ({ table, rows })));
        expect((await workspace.run()).result).toBe('no-new-data');
      });
    });
  },
);

describe('a workspace whose state cannot be had', () => {
  it('says which variable is missing, where the server is not, and never the password', async () => {
    const workspace = createWorkspace(FILES, { store: 'env:STORE_URL', store_patience_seconds: 1 });
    const missing = await start(['run', '-w', workspace.root]).ended;
    expect(missing).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/variable STORE_URL .*is not set/),
    });
    const url = 'postgres://ann:geheim@127.0.0.1:1/db';
    const away = await command(workspace, url, 'run');
    expect(away).toMatchObject({
      exit: 7,
      stderr: expect.stringMatching(
        /waiting for the state store postgres:\/\/ann:\*\*\*@127\.0\.0\.1:1\/db, 1 s more at most: .*ECONNREFUSED.*tried for 1 s/s,
      ),
    });
    workspace.configure({ store: url });
    const shown = await command(workspace, '', 'config');
    for (const { stdout, stderr } of [away, shown]) expect(stdout + stderr).not.toContain('geheim');
    expect(shown.stdout).toContain('ann:***@');
  });
});
