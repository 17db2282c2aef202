/** The built server over real HTTP: its calls, its key, redeployments while it answers, its end, and its clock. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientsCsv } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { endServers, serve } from './served.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, listDisk, removeWorkspaces, type Workspace } from './workspace.ts';

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
  'sourcedata/c.csv': clientsCsv({ from: 1000, rows: 60, flipped: true }),
};
const SOURCE = { input_folder_path: 'sourcedata', gate: 'always' } as const;
const CLIENT = { corporation: 'a', lastmonth_activity: 10, lastyear_activity: 20, number_of_employees: 5 };
const GETS = [
  ...['/', '/scoring', '/summarystats', '/diagnostics', '/api/v1/risks', '/api/v1/models'],
  ...['/healthz', '/readyz', '/docs', '/docs/json'],
];

let deployed: Workspace;
beforeAll(async () => {
  deployed = createWorkspace(FILES);
  await deployed.run();
});
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

describe.concurrent('a server', () => {
  it('answers every call from what is deployed', async () => {
    const server = await serve(deployed.root);
    const version = readTrio(deployed.root)?.modelVersion;
    const rows = { modelVersion: version, threshold: 0.5, rows: 1, predictions: [1] };
    expect(await server.call('/prediction', { body: [CLIENT] })).toMatchObject({ status: 200, body: rows });
    expect(await server.call('/prediction', { body: { path: 'testdata/test.csv' } })).toMatchObject({
      status: 200,
      body: { modelVersion: version, rows: 40 },
    });
    const csv = await fetch(`${server.url}/prediction`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: FILES['testdata/test.csv'],
    });
    expect(await csv.json()).toMatchObject({ rows: 40 });
    const score = readTrio(deployed.root)?.f1;
    expect(await server.call('/scoring')).toMatchObject({ status: 200, body: { f1: score, rows: 40 } });
    expect(await server.call('/summarystats')).toMatchObject({ status: 200, body: { rows: 60 } });
    expect(await server.call('/diagnostics')).toMatchObject({ status: 200, body: { rows: 60 } });
    expect(await server.call('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await server.call('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    expect((await server.call('/docs')).status).toBe(200);
    expect(await server.call('/docs/json')).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    expect((await server.call('/prediction', { body: { path: '../config.json' } })).status).toBe(403);
  });

  it('refuses numbers beyond reckoning, and those outside the range of their column, by name', async () => {
    const workspace = deployed.copy();
    workspace.configure({ columns: { ranges: { number_of_employees: { min: 0 } } } });
    const server = await serve(workspace.root);
    const header = Object.keys(CLIENT).join(',');
    for (const [column, value] of [
      ['lastmonth_activity', 1.7e308],
      ['lastyear_activity', -1e101],
      ['number_of_employees', -1],
    ] as const) {
      const client = { ...CLIENT, [column]: value };
      const { status, body } = await server.call('/prediction', { body: [CLIENT, client] });
      expect([status, body]).toMatchObject([
        422,
        { error: { code: 'value-invalid', details: { column, row: 1 } } },
      ]);
      const csv = await fetch(`${server.url}/prediction`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: `${header}\n${Object.values(client).join(',')}\n`,
      });
      expect([csv.status, await csv.json()]).toMatchObject([
        422,
        { error: { details: { columns: [column] } } },
      ]);
    }
  });

  it('is not ready before the first deployment, and is after it, without a restart', async () => {
    const workspace = createWorkspace(FILES);
    const server = await serve(workspace.root);
    expect((await server.call('/healthz')).status).toBe(200);
    expect(await server.call('/readyz')).toMatchObject({
      status: 503,
      body: { error: { code: 'nothing-deployed' } },
    });
    expect((await server.call('/prediction', { body: [CLIENT] })).status).toBe(503);
    expect((await server.call('/summarystats')).status).toBe(404);
    await workspace.run();
    expect((await server.call('/readyz')).status).toBe(200);
    expect((await server.call('/prediction', { body: [CLIENT] })).status).toBe(200);
  });

  it('changes nothing on the disk however often it is asked', async () => {
    const workspace = deployed.copy();
    const server = await serve(workspace.root);
    // The first answers open what they need.
    for (const path of GETS) expect((await server.call(path)).status).toBe(200);
    const before = listDisk(workspace.root, { times: true });
    for (const path of [...GETS, ...GETS, '/nothing']) await server.call(path);
    await server.call('/prediction', { body: [CLIENT] });
    expect(listDisk(workspace.root, { times: true })).toEqual(before);
    server.process.kill('SIGTERM');
    await server.ended;
    const database = /^(tidewatch\.db|$)/;
    const files = (listing: Record<string, string>) =>
      Object.entries(listing).filter(([path, entry]) => !database.test(path) && entry.startsWith('file'));
    expect(files(listDisk(workspace.root, { times: true }))).toEqual(
      files(listDisk(deployed.root, { times: false })).map(([path]) => [path, before[path]]),
    );
  });

  it('wants the key that is set, and never tells it', async () => {
    const key = 'k3y-of-the-test';
    const server = await serve(deployed.root, ['--host', '0.0.0.0', '--log', 'debug'], {
      env: { TIDEWATCH_API_KEY: key },
    });
    for (const path of ['/scoring', '/summarystats', '/diagnostics', '/docs', '/']) {
      expect((await server.call(path)).status).toBe(401);
      expect((await server.call(path, { key: 'wrong' })).status).toBe(401);
      expect((await server.call(path, { key })).status).toBe(200);
    }
    expect((await server.call('/prediction', { body: [CLIENT] })).status).toBe(401);
    expect((await server.call('/prediction', { body: [CLIENT], key })).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) expect((await server.call(path)).status).toBe(200);

    const folder = ['-w', deployed.root, '--json'];
    const keyless = await start(['call', '--url', server.url, ...folder]).ended;
    expect(keyless.exit).toBe(6);
    expect(parseAnswer(keyless)).toMatchObject({ error: { code: 'unauthorized' } });
    const keyed = await start(['call', '--url', server.url, ...folder], { env: { TIDEWATCH_API_KEY: key } })
      .ended;
    expect(keyed.exit).toBe(0);
    expect(JSON.parse(deployed.read('practicemodels/apireturns.txt'))).toMatchObject({
      url: server.url,
      prediction: { status: 200, body: { rows: 40 } },
      scoring: { status: 200 },
      summarystats: { status: 200 },
      diagnostics: { status: 200 },
    });
    server.process.kill('SIGTERM');
    const { stdout, stderr } = await server.ended;
    for (const text of [
      stdout,
      stderr,
      keyed.stdout,
      keyed.stderr,
      deployed.read('practicemodels/apireturns.txt'),
    ]) {
      expect(text).not.toContain(key);
    }
  });

  it.each<[string, string[], Record<string, string>]>([
    ['an open address without a key', ['--host', '0.0.0.0'], {}],
    ['an open IPv6 address without a key', ['--host', '::'], {}],
    ['any address with an empty key', [], { TIDEWATCH_API_KEY: ' ' }],
  ])('refuses %s', async (_, args, env) => {
    const outcome = await start(['serve', '--port', '0', '-w', deployed.root, ...args], { env }).ended;
    expect(outcome.exit).toBe(2);
    expect(outcome.stderr).toMatch(/API key/);
    expect(outcome.stdout).not.toContain('answers at');
  });

  it('refuses a port that is taken, and a schedule that is none, with advice', async () => {
    const server = await serve(deployed.root);
    const { port } = new URL(server.url);
    const taken = await start(['serve', '--port', port, '-w', deployed.root]).ended;
    expect([taken.exit, taken.stderr]).toEqual([2, expect.stringContaining('Another program has that port')]);
    const never = await start(['serve', '--port', '0', '-w', deployed.root, '--schedule', '61 * * * *'])
      .ended;
    expect([never.exit, never.stderr]).toEqual([2, expect.stringContaining('minute')]);
  });

  it('takes a redeployment up between two answers, with none that fails', async () => {
    const workspace = deployed.copy();
    const server = await serve(workspace.root);
    const before = readTrio(workspace.root)?.modelVersion;
    const versions: unknown[] = [];
    let asking = true;
    const ask = async (): Promise<void> => {
      while (asking) {
        const { status, body } = await server.call('/prediction', { body: [CLIENT] });
        expect(status).toBe(200);
        versions.push((body as { modelVersion: string }).modelVersion);
      }
    };
    const asked = Promise.all([ask(), ask()]);
    workspace.configure(SOURCE);
    const run = await workspace.run().finally(() => {
      asking = false;
    });
    await asked;
    expect(run.result).toBe('redeployed');
    expect(new Set(versions)).toEqual(new Set([before, run.model?.version]));
    expect(versions.at(-1)).toBe(run.model?.version);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends well at %s, once it has answered who is waiting',
    async (signal) => {
      const server = await serve(deployed.root);
      const body = JSON.stringify([CLIENT]);
      const call = httpRequest(`${server.url}/prediction`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          expect: '100-continue',
        },
      });
      const begun = once(call, 'continue');
      const answered = new Promise<number | undefined>((done, failed) => {
        call.once('response', (answer) => answer.resume().once('end', () => done(answer.statusCode)));
        call.once('error', failed);
      });
      // Half the body is on its way when the signal comes.
      call.write(body.slice(0, 10));
      await begun;
      server.process.kill(signal);
      await vi.waitFor(() => expect(fetch(`${server.url}/healthz`)).rejects.toThrow(), 60_000);
      call.end(body.slice(10));
      expect(await answered).toBe(200);
      const { exit, stdout } = await server.ended;
      expect(exit).toBe(0);
      expect(stdout).toContain(`Stopped (${signal}).`);
      await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    },
  );

  it('runs the process by its clock, never two at once, and ends after the run that is on', async () => {
    const workspace = createWorkspace(FILES);
    const env = {
      NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/fast-clock.mjs'))}`,
      CLOCK_SPEED: '120',
    };
    const server = await serve(workspace.root, ['--schedule', '* * * * *'], { env });
    await server.says(/is skipped: the one before still runs/);
    await server.says(/"result":"first-deployment"/);
    await server.says(/"result":"no-new-data"/);
    expect((await server.call('/readyz')).status).toBe(200);
    workspace.configure(SOURCE);
    server.process.kill('SIGTERM');
    expect((await server.ended).exit).toBe(0);
    expect(readTrio(workspace.root)).not.toBeNull();
    const events = (await server.ended).stderr.split('\n').flatMap((line) => {
      if (!line.startsWith('{')) return [];
      const { run, name, msg } = JSON.parse(line);
      return run === undefined ? [] : [{ run, name, msg }];
    });
    // The lines of a run are not mixed with those of another.
    const order = events.map(({ run }) => run).filter((run, index, all) => run !== all[index - 1]);
    expect(new Set(order).size).toBe(order.length);
    expect(order.length).toBeGreaterThan(1);
  });
});

describe('call by itself', () => {
  it('starts a server for the moment and keeps its answers', async () => {
    const workspace = deployed.copy();
    rmSync(join(workspace.root, 'practicemodels/apireturns.txt'));
    expect((await workspace.tidewatch('call')).exit).toBe(0);
    expect(JSON.parse(workspace.read('practicemodels/apireturns.txt'))).toMatchObject({
      prediction: { status: 200 },
    });
    const nobody = await workspace.tidewatch('call', '--url', 'http://127.0.0.1:9', '--json');
    expect(nobody.exit).toBe(6);
    expect(parseAnswer(nobody)).toMatchObject({ error: { code: 'server-unreachable' } });
  });
});
