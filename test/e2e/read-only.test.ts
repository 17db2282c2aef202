/** A workspace that may only be read, on a volume that is mounted so: all is shown, and what would be written is refused. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { type Outcome, parseAnswer, start, tidewatch } from './command.ts';
import { type Served, serve } from './served.ts';
import { createWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

const mounted: string[] = [];

/** The folder under another path, by which it can only be read; null where this machine does not let us. */
function readOnly(folder: string): string | null {
  const path = temporaryFolder('tidewatch-read-only-');
  if (spawnSync('mount', ['--bind', folder, path]).status !== 0) return null;
  mounted.push(path);
  return spawnSync('mount', ['-o', 'remount,ro,bind', path]).status === 0 ? path : null;
}

const canMount = readOnly(temporaryFolder()) !== null;

afterAll(() => {
  for (const path of mounted) spawnSync('umount', [path]);
  removeWorkspaces();
});

describe.runIf(canMount)('a workspace that may only be read', () => {
  let workspace: Workspace;
  let root = '';
  beforeAll(async () => {
    workspace = createWorkspace({
      'practicedata/a.csv': clientsCsv({ rows: 60 }),
      'testdata/t.csv': clientsCsv({ from: 500, rows: 40 }),
    });
    await workspace.run();
    root = readOnly(workspace.root) ?? '';
  });
  const ask = (...args: string[]): Promise<Outcome> => tidewatch([...args, '-w', root]);

  it.each(['risks', 'explain client3', 'models list', 'models show', 'runs list', 'trends'])(
    'answers %s as where it may be written',
    async (command) => {
      const args = [...command.split(' '), '--json'];
      const answer = parseAnswer(await ask(...args));
      expect(answer).toEqual(parseAnswer(await workspace.tidewatch(...args)));
    },
  );

  it('tells how its database stands', async () => {
    expect(parseAnswer(await ask('db', 'status', '--json'))).toMatchObject({ current: true });
  });

  it('predicts into a file elsewhere', async () => {
    const output = join(temporaryFolder(), 'p.csv');
    const answer = await ask('predict', join(root, 'testdata/t.csv'), '-o', output, '--json');
    expect(parseAnswer(answer)).toMatchObject({ rows: 40 });
  });

  it('is examined by the doctor, who says what may not be written', async () => {
    const { exit, stdout } = await ask('doctor', '--json');
    expect(exit).toBe(8);
    const { findings } = JSON.parse(stdout);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'state store', status: 'ok' }));
    expect(findings).toContainEqual(expect.objectContaining({ check: 'folders', status: 'problem' }));
  });

  it.each(['run', 'ingest', 'train', 'deploy', 'models rollback'])(
    'refuses %s, and says so',
    async (command) => {
      const { exit, stdout } = await ask(...command.split(' '), '--json');
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'workspace-read-only' } });
      expect(exit).toBe(7);
    },
  );

  it('tells of a store that a killed process left half-written only what is whole', async () => {
    const other = createWorkspace({ 'practicedata/a.csv': clientsCsv({ rows: 60 }) });
    const run = start(['run', '-w', other.root, '--log', 'info']);
    await run.says(/step ingest succeeded/);
    run.process.kill('SIGKILL');
    await run.ended;
    const path = readOnly(other.root) ?? '';
    const list = () => tidewatch(['runs', 'list', '--json', '-w', path]);
    expect(parseAnswer(await list())).toMatchObject({ runs: [{ status: 'running' }] });
    rmSync(join(other.root, 'tidewatch.db-shm'));
    expect(JSON.parse((await list()).stdout)).toMatchObject({
      error: { code: 'store-unavailable', message: expect.stringContaining('-wal') },
    });
  });

  it.each([
    [
      'is of an earlier version',
      "delete from kysely_migration where name = '0014-kept-rows'; drop index watched_rows_by_reference; " +
        'drop index scorings_by_reference; alter table watched_rows drop column reference; ' +
        'alter table scorings drop column reference',
      /lacks "0014-kept-rows"/,
    ],
    ['holds nothing', null, /holds nothing yet/],
  ])('says what to do where its store %s', async (_title, change, reason) => {
    const other = createWorkspace({});
    await other.tidewatch('db', 'migrate');
    if (change === null) other.write('tidewatch.db', '');
    else {
      const file = new Database(join(other.root, 'tidewatch.db'));
      file.exec(`${change}; pragma journal_mode = delete`);
      file.close();
    }
    const { exit, stdout } = await tidewatch(['runs', 'list', '--json', '-w', readOnly(other.root) ?? '']);
    expect(exit).toBe(7);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('workspace-read-only');
    expect(error.message).toMatch(reason);
    expect(error.message).toContain('Run "tidewatch db migrate" once where it may be written');
  });

  it('says what to do where its store is not there, or damaged', async () => {
    const other = createWorkspace({});
    const path = readOnly(other.root) ?? '';
    const list = async () =>
      JSON.parse((await tidewatch(['runs', 'list', '--json', '-w', path])).stdout).error;
    expect(await list()).toMatchObject({
      code: 'workspace-read-only',
      message: expect.stringContaining('There is no state store'),
    });
    other.write('tidewatch.db', 'x'.repeat(5000));
    expect(await list()).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/not a SQLite database.*do that where it may be written/),
    });
  });

  describe('served', () => {
    let server: Served;
    let url = '';
    beforeAll(async () => {
      server = await serve(root, ['--log', 'info']);
      url = server.url;
      return async () => {
        server.process.kill('SIGTERM');
        await server.ended;
      };
    });
    const post = (path: string, type: string, body: string) =>
      fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body });

    it('says once that nothing can be recorded', async () => {
      expect(await server.says(/This workspace may only be read/)).not.toBe('');
    });

    it.each(['/readyz', '/scoring', '/summarystats', '/diagnostics', '/api/v1/risks', '/api/v1/today', '/'])(
      'answers GET %s',
      async (path) => {
        expect((await fetch(url + path)).status).toBe(200);
      },
    );

    it('predicts rows and CSV', async () => {
      const csv = await post('/prediction', 'text/csv', workspace.read('testdata/t.csv'));
      expect(await csv.json()).toMatchObject({ rows: 40 });
      const path = await post('/prediction', 'application/json', '{"path":"testdata/t.csv"}');
      expect(await path.json()).toMatchObject({ rows: 40 });
    });

    it('refuses to start a run or to keep a note', async () => {
      for (const [path, body] of [
        ['/api/v1/runs', {}],
        ['/api/v1/models/champion/notes', { text: 'hello', author: 'ann' }],
      ] as const) {
        const answer = await post(path, 'application/json', JSON.stringify(body));
        expect(answer.status).toBe(503);
        expect(await answer.json()).toMatchObject({ error: { code: 'workspace-read-only' } });
      }
    });

    it('shows what another machine that may write has done since', async () => {
      const runs = async () =>
        ((await (await fetch(`${url}/api/v1/runs`)).json()) as { runs: readonly unknown[] }).runs.length;
      expect(await runs()).toBe(1);
      await workspace.run();
      expect(await runs()).toBe(2);
      await workspace.run();
      expect(await runs()).toBe(3);
    });
  });
});
