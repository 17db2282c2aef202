/** The whole process with its state on a database server, also while that server is killed and comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import type { CopySummary, DatabaseStatus } from '../../src/store/state-database.ts';
import { openStore } from '../../src/store/store.ts';
import { createFaultProxy } from '../contracts/fault-proxy.ts';
import { type DatabaseServer, startMariadb, startPostgres } from '../database-servers.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const PRODUCTS = [
  {
    name: 'PostgreSQL',
    named: process.env['TIDEWATCH_TEST_POSTGRES'],
    startServer: startPostgres,
    another: (url: string, name: string) => `${url}?schema=${name}`,
  },
  {
    name: 'MariaDB',
    named: process.env['TIDEWATCH_TEST_MYSQL'],
    startServer: startMariadb,
    another: (url: string, name: string) => `${url}_${name}`,
  },
].filter(({ named }) => named !== undefined);

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
};

/**
 * What a workspace holds of the data that it was given, without times. A run that was broken off keeps the scores and
 * checks that it had made as its own; here are those of runs that succeeded.
 */
async function contentOf(place: string) {
  const store = await openStore(place);
  const all = { limit: 100 };
  const ingestion = await store.latestIngestion();
  const done = new Set(
    (await store.runs(all)).filter(({ status }) => status === 'succeeded').map(({ id }) => id),
  );
  const ofDone = ({ runId }: { readonly runId: string }) => done.has(runId);
  const content = {
    snapshots: (await store.snapshots(all)).map(({ id, rows }) => ({ id, rows })),
    models: (await store.models(all)).map(({ version, snapshotId }) => ({ version, snapshotId })),
    scores: (await store.scores(all))
      .filter(ofDone)
      .map(({ modelVersion, dataset, f1 }) => ({ modelVersion, dataset, f1 })),
    checks: (await store.checks(all))
      .filter(ofDone)
      .map(({ kind, outcome, observed }) => ({ kind, outcome, observed })),
    deployments: (await store.deployments(all)).map(({ modelVersion }) => modelVersion),
    seen: await store.seen('practicedata'),
    files: (await store.files(ingestion?.runId ?? '')).map(({ name, status, kept }) => ({
      name,
      status,
      kept,
    })),
  };
  await store.close();
  return content;
}

async function runsOf(place: string) {
  const store = await openStore(place);
  const runs = await store.runs({ limit: 100 });
  const steps = await Promise.all(runs.map(({ id }) => store.steps(id)));
  await store.close();
  return { runs, steps };
}

const MORE_CLIENTS = clientsCsv({ from: 1000, rows: 60, flipped: true });

/** What a workspace holds after its first data and then more, where nothing happened to it. */
async function undisturbed() {
  const workspace = createWorkspace(FILES);
  await workspace.run();
  workspace.write('practicedata/b.csv', MORE_CLIENTS);
  await workspace.run();
  return await contentOf(`${workspace.root}/tidewatch.db`);
}

async function command(workspace: Workspace, url: string, ...args: readonly string[]) {
  return await start([...args, '--json', '-w', workspace.root], { env: { STORE_URL: url } }).ended;
}

describe.runIf(PRODUCTS.length > 0).each(PRODUCTS)(
  'a workspace whose state is in $name',
  ({ startServer, another }) => {
    // Of its own, so that killing it disturbs nobody else.
    let server: DatabaseServer;
    let expected: Awaited<ReturnType<typeof contentOf>>;
    let databases = 0;
    beforeAll(async () => {
      const started = await startServer();
      if (started === null)
        throw new Error('The server is named in the environment, but is not installed here.');
      server = started;
      expected = await undisturbed();
    });
    afterAll(() => server.remove());
    const newUrl = () => another(server.url, `w${++databases}`);

    /** A workspace with a first run behind it, and more data; a run is begun and has just read them. */
    async function begin(url: string) {
      const workspace = createWorkspace(FILES, { store: 'env:STORE_URL', store_patience_seconds: 1 });
      const first = await command(workspace, url, 'run');
      expect(first.exit, first.stderr).toBe(0);
      workspace.write('practicedata/b.csv', MORE_CLIENTS);
      const running = start(['run', '--json', '--log', 'info', '-w', workspace.root], {
        env: { STORE_URL: url },
      });
      await running.says(/step ingest succeeded/);
      return { workspace, running };
    }

    it('runs, finds nothing new, outlives a server that is killed in the middle, and moves to a file', async () => {
      const url = newUrl();
      const workspace = createWorkspace(FILES, { store: 'env:STORE_URL' });
      const first = await command(workspace, url, 'run');
      expect(first.exit, first.stderr).toBe(0);
      expect(parseAnswer<RunSummary>(first).result).toBe('first-deployment');
      expect(parseAnswer<RunSummary>(await command(workspace, url, 'run')).result).toBe('no-new-data');
      expect(workspace.has('tidewatch.db')).toBe(false);

      workspace.write('practicedata/b.csv', MORE_CLIENTS);
      const running = start(['run', '--json', '--log', 'info', '-w', workspace.root], {
        env: { STORE_URL: url },
      });
      await running.says(/step ingest succeeded/);
      await server.kill();
      await running.says(/waiting for the state store/);
      await server.start();
      const third = await running.ended;
      expect(third.exit, third.stderr).toBe(9);
      expect(third.stderr).toMatch(/"level":40.*waiting for the state store .*, \d+ s more at most/);
      expect(third.stderr).toMatch(/"level":40.*is back after \d+\.\d s/);

      const { runs, steps } = await runsOf(url);
      expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
      const [latest = []] = steps;
      expect(new Set(latest.map(({ name }) => name)).size).toBe(latest.length);
      for (const { status } of latest) expect(['succeeded', 'skipped']).toContain(status);
      expect(await contentOf(url)).toEqual(expected);

      const copied = await command(workspace, url, 'db', 'copy', '--to', `${workspace.root}/tidewatch.db`);
      expect(copied.exit, copied.stderr).toBe(0);
      const { tables } = parseAnswer<CopySummary>(copied);
      workspace.configure({});
      const status = parseAnswer<DatabaseStatus>(await command(workspace, '', 'db', 'status'));
      expect(status.tables).toEqual(tables.map(({ table, rows }) => ({ table, rows })));
      expect((await workspace.run()).result).toBe('no-new-data');
    });

    it('fails when its server is killed and stays away; the next run finds that out and has all data once', async () => {
      const url = newUrl();
      const { workspace, running } = await begin(url);
      await server.kill();
      const broken = await running.ended;
      expect(broken.exit, broken.stderr).toBe(7);
      expect(broken.stderr).toMatch(
        /tidewatch: The state store .* failed: .*Check that the server runs.*tried for 1 s/,
      );
      await server.start();
      const again = await command(workspace, url, 'run');
      expect(again.exit, again.stderr).toBe(9);
      expect(await contentOf(url)).toEqual(expected);
      const { runs, steps } = await runsOf(url);
      expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'abandoned', 'succeeded']);
      expect(runs[1]?.error).toEqual({
        code: 'run-abandoned',
        message: expect.stringMatching(/state store stayed away.*The next run found it so/),
      });
      expect(steps.flat().filter(({ status }) => status === 'running')).toEqual([]);
      expect(parseAnswer<RunSummary>(await command(workspace, url, 'run')).result).toBe('no-new-data');
    });

    it.each(['before', 'after'] as const)(
      'says that its last write may be kept or not when the server is lost %s a COMMIT; the next run sorts that out',
      async (when) => {
        const url = newUrl();
        const proxy = await createFaultProxy(url);
        const { workspace, running } = await begin(proxy.url);
        // A step that begins, by its status, since a prepared statement is sent without its text: what is written
        // beside the run, as its log, may fail without a word.
        proxy.cutNext({ message: 'commit', of: /running/, when, staysAway: true });
        const broken = await running.ended;
        expect(broken.exit, broken.stderr).toBe(7);
        expect(broken.stderr).toContain('It is not known whether this last write was kept');
        proxy.refuse(false);
        const again = await command(workspace, proxy.url, 'run');
        expect(again.exit, again.stderr).toBe(9);
        await proxy.close();
        expect(await contentOf(url)).toEqual(expected);
        expect((await runsOf(url)).runs.map(({ status }) => status)).toEqual([
          'succeeded',
          'abandoned',
          'succeeded',
        ]);
      },
    );

    it('is worked on by one of several processes that begin at once, and the others say who does', async () => {
      const url = newUrl();
      const workspace = createWorkspace(FILES, { store: 'env:STORE_URL' });
      const three = await Promise.all([1, 2, 3].map(() => command(workspace, url, 'run')));
      const results = three.map(({ exit, stdout }) => (exit === 0 ? JSON.parse(stdout).result : exit));
      expect(results.filter((result) => result === 'first-deployment')).toHaveLength(1);
      // One that came late may find the work done.
      expect(results.filter((result) => result === 4 || result === 'no-new-data')).toHaveLength(2);
      workspace.write('practicedata/b.csv', MORE_CLIENTS);
      const running = start(['run', '--json', '--log', 'info', '-w', workspace.root], {
        env: { STORE_URL: url },
      });
      await running.says(/step ingest succeeded/);
      running.process.kill('SIGSTOP');
      const others = await Promise.all([1, 2].map(() => command(workspace, url, 'run')));
      running.process.kill('SIGCONT');
      for (const other of others) {
        expect(other.exit, other.stderr).toBe(4);
        expect(other.stderr).toContain(`(pid ${running.process.pid})`);
      }
      expect((await running.ended).exit).toBe(9);
      expect(await contentOf(url)).toEqual(expected);
    });
  },
);

describe('a workspace whose state cannot be had', () => {
  it('says which variable is missing, where the server is not, and never the password', async () => {
    const workspace = createWorkspace(FILES, { store: 'env:STORE_URL', store_patience_seconds: 2 });
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
        /waiting for the state store postgres:\/\/ann:\*\*\*@127\.0\.0\.1:1\/db, [12] s more at most: .*ECONNREFUSED.*tried for 2 s/s,
      ),
    });
    workspace.configure({ store: url });
    const shown = await command(workspace, '', 'config');
    for (const { stdout, stderr } of [away, shown]) expect(stdout + stderr).not.toContain('geheim');
    expect(shown.stdout).toContain('ann:***@');
  });
});
