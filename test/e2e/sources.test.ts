/** Rows that come from a database: through the whole process, through kills, and when the database is not there. */
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import { clientRows, clientsCsv } from './clients.ts';
import { parseAnswer, start, tidewatch } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const DIE_AT = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
const SOURCE = {
  name: 'crm',
  url: 'crm.db',
  table: 'clients',
  watermark: 'seq',
  overlap: 10,
  rows_per_file: 15,
} as const;
const KILLS = 10;

/** Puts rows into the table of clients, with numbers that go up from `seq`. */
function insertClients({ root }: Workspace, seq: number, rows: readonly string[]): void {
  const file = new Database(join(root, 'crm.db'));
  file.exec(
    `create table if not exists clients (seq integer primary key, corporation text, lastmonth_activity integer,
      lastyear_activity integer, number_of_employees integer, exited integer)`,
  );
  const values = rows.map((row, k) => {
    const [name, ...numbers] = row.split(',');
    return `(${seq + k}, '${name}', ${numbers.join(', ')})`;
  });
  file.exec(`insert into clients values ${values.join(', ')}`);
  file.close();
}

function createWithSource(): Workspace {
  const workspace = createWorkspace(
    { 'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }) },
    { sources: [SOURCE] },
  );
  insertClients(workspace, 1, clientRows({ rows: 100 }));
  return workspace;
}

/** The rows that have been pulled, in the order of the files. */
function pulledRows({ root }: Workspace): string[] {
  const folder = join(root, 'practicedata');
  const names = readdirSync(folder).sort();
  expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  return names.flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').slice(1));
}

afterAll(removeWorkspaces);

describe('a database as a source', () => {
  it('feeds the whole process, and a run without a new row is one without new data', async () => {
    const workspace = createWithSource();
    const first = await workspace.run();
    expect(first).toMatchObject({
      result: 'first-deployment',
      rows: { read: 100, kept: 100, duplicates: 0 },
      sources: [{ name: 'crm', status: 'pulled', rows: 100, watermark: '100', error: null }],
    });
    expect(first.steps[0]).toMatchObject({ name: 'pull', status: 'succeeded' });
    expect(await workspace.run()).toMatchObject({
      result: 'no-new-data',
      sources: [{ status: 'nothing-new', rows: 0, known: 11 }],
    });
    insertClients(workspace, 101, clientRows({ from: 100, rows: 20 }));
    expect(await workspace.run()).toMatchObject({
      rows: { read: 120, kept: 120, duplicates: 0 },
    });
  });

  it('is read exactly once though pulls are killed at any point, the first or a later one', async () => {
    const workspace = createWithSource();
    const random = createRandom(7);
    for (const round of [0, 1]) {
      if (round === 1) insertClients(workspace, 101, clientRows({ from: 100, rows: 70 }));
      const whole = workspace.copy();
      const trace = join(whole.root, 'trace.txt');
      await tidewatch(['ingest', '-w', whole.root], { env: { ...DIE_AT, DIE_TRACE: trace } });
      const changes = readFileSync(trace, 'utf8').trim().split('\n');
      const places = changes.flatMap((change, k) => (change.includes('source-') ? [k + 1] : []));
      expect(places.length).toBeGreaterThan(KILLS);
      for (let kill = 0; kill < KILLS; kill++) {
        const victim = workspace.copy();
        const at = places[random.below(places.length)];
        const env = { ...DIE_AT, DIE_AT: String(at) };
        const killed = await start(['ingest', '-w', victim.root], { env }).ended;
        expect(killed.signal, `${at} ${killed.stderr}`).toBe('SIGKILL');
        expect((await victim.tidewatch('ingest')).exit).toBe(0);
        expect(pulledRows(victim), `killed at ${at}: ${changes[(at ?? 0) - 1]}`).toEqual(pulledRows(whole));
        expect(victim.read('ingesteddata/finaldata.csv')).toBe(whole.read('ingesteddata/finaldata.csv'));
      }
      await workspace.tidewatch('ingest');
      expect(new Set(pulledRows(workspace)).size).toBe(round === 0 ? 100 : 170);
      expect(pulledRows(workspace)).toHaveLength(round === 0 ? 100 : 170);
    }
  }, 240_000);

  it('that is down is told of, and the run goes on with what there is', async () => {
    const workspace = createWithSource();
    await workspace.run();
    renameSync(join(workspace.root, 'crm.db'), join(workspace.root, 'gone.db'));
    workspace.write('practicedata/a.csv', clientsCsv({ from: 300, rows: 30 }));
    const outcome = await workspace.tidewatch('run', '--json');
    expect(outcome.exit).toBe(6);
    expect(parseAnswer<RunSummary>(outcome)).toMatchObject({
      rows: { read: 130 },
      sources: [{ status: 'failed', error: { code: 'source-unavailable' } }],
    });
    const told = await workspace.tidewatch('run');
    expect(told).toMatchObject({ exit: 6, stdout: expect.stringMatching(/crm FAILED: .*no such file/) });
  });

  it('that was emptied says so in the answer of the command, and what to do', async () => {
    const workspace = createWithSource();
    await workspace.tidewatch('ingest');
    const file = new Database(join(workspace.root, 'crm.db'));
    file.exec('delete from clients');
    file.close();
    for (const verb of [['ingest'], ['sources', 'check']]) {
      expect(await workspace.tidewatch(...verb)).toMatchObject({
        exit: 0,
        stdout: expect.stringMatching(
          /NOTE: It has no row with a watermark, but it has been pulled up to 100/,
        ),
      });
    }
  });

  it('of which nothing was ever pulled stops a run that it fails', async () => {
    const workspace = createWithSource();
    renameSync(join(workspace.root, 'crm.db'), join(workspace.root, 'gone.db'));
    workspace.write('practicedata/a.csv', clientsCsv({ rows: 60 }));
    const outcome = await workspace.tidewatch('run');
    expect(outcome).toMatchObject({ exit: 6, stderr: expect.stringContaining('The source "crm" at') });
    expect(workspace.has('production_deployment/latestscore.txt')).toBe(false);
  });

  it('bears no password in config.json, and shows none', async () => {
    const workspace = createWithSource();
    workspace.configure({ sources: [{ ...SOURCE, url: 'postgres://me:geheim@localhost/x' }] });
    const refused = await workspace.tidewatch('run');
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('env:NAME') });
    workspace.configure({ sources: [{ ...SOURCE, url: 'env:CRM_URL' }] });
    const unset = await workspace.tidewatch('sources', 'check');
    expect(unset).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/CRM_URL of the environment is not set/),
    });
    for (const scheme of ['postgres', 'mysql']) {
      const env = { CRM_URL: `${scheme}://me:geh%40eim@127.0.0.1:9/x` };
      for (const verb of [['run'], ['sources', 'check'], ['ingest', '--json']]) {
        const down = await tidewatch([...verb, '--log', 'debug', '-w', workspace.root], { env });
        expect(down).toMatchObject({ exit: 6, stderr: expect.stringContaining('***@127.0.0.1:9') });
        expect(down.stdout + down.stderr).not.toMatch(/geh(@|%40)eim/);
      }
    }
  });

  it('is shown by "sources check" against the columns of the configuration', async () => {
    const workspace = createWithSource();
    const check = await workspace.tidewatch('sources', 'check');
    expect(check).toMatchObject({ exit: 0 });
    expect(check.stdout).toMatch(/corporation\s+TEXT\s+id\s+client99/);
    expect(check.stdout).toContain('Nothing has been pulled yet.');
  });
});

describe('a database that scores go to', () => {
  it('has the scores of all clients who have not left after a run, and the same ones after publishing again', async () => {
    const workspace = createWithSource();
    workspace.configure({ sources: [SOURCE], publish: { url: 'crm.db' } });
    const { model, steps } = await workspace.run();
    expect(steps.at(-1)).toMatchObject({ name: 'publish', status: 'succeeded' });
    const read = () => {
      const file = new Database(join(workspace.root, 'crm.db'));
      const rows = file
        .prepare(
          'select client, probability, at_risk, reason_1, model_version from client_risks order by place',
        )
        .raw(true)
        .all() as [string, number, number, string, string][];
      file.close();
      return rows;
    };
    const first = read();
    const staying = clientRows({ rows: 100 })
      .map((row) => row.split(','))
      .filter((fields) => fields.at(-1) === '0');
    expect(first.map(([client]) => client).sort()).toEqual(staying.map(([client]) => client).sort());
    expect(first[0]?.[1]).toBeGreaterThan(first.at(-1)?.[1] ?? 1);
    expect(first[0]?.[3]).toMatch(/\w/);
    expect(new Set(first.map((row) => row[4]))).toEqual(new Set([model?.version]));
    expect(await workspace.tidewatch('publish')).toMatchObject({ exit: 0 });
    expect(read()).toEqual(first);
  });
});
