/** Columns that are made of others, as a person meets them: proposed, learned from, explained, scored and exported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { Explanation } from '../../src/steps/explain.ts';
import { parseAnswer, tidewatch } from './command.ts';
import { endServers, type Served, serve } from './served.ts';
import { openWorkspace, removeWorkspaces, temporaryFolder, type Workspace } from './workspace.ts';

const DAY = 86_400_000;
const iso = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
const HEADER = [
  'customer_id',
  'snapshot_date',
  'last_login',
  'contract_end',
  'data_used',
  'data_quota',
  'plan',
];

type Client = Readonly<Record<string, string | number>>;

/** Who has not logged in for long leaves, and who uses little of the quota. */
function makeClients(count: number, from: number): Client[] {
  const random = createRandom(from + 3);
  return Array.from({ length: count }, (_, row) => {
    const time = 19_600 + random.below(300);
    const ago = random.below(120);
    const quota = [5, 10, 50, 100][random.below(4)] as number;
    const share = random.uniform();
    const left = random.uniform() < 0.05 + ago / 200 + (share < 0.3 ? 0.3 : 0);
    return {
      customer_id: `c${from + row}`,
      snapshot_date: iso(time),
      last_login: random.below(20) === 0 ? '' : `${iso(time - ago)}T0${random.below(9)}:15:00Z`,
      contract_end: iso(time + 1 + random.below(300)),
      data_used: Number((share * quota).toFixed(2)),
      data_quota: quota,
      plan: random.below(2) === 0 ? 'basic' : 'pro',
      churned: left ? 1 : 0,
    };
  });
}

const csvOf = (header: readonly string[], clients: readonly Client[]) =>
  `${[header.join(','), ...clients.map((client) => header.map((name) => client[name]).join(','))].join('\n')}\n`;

const clients = makeClients(900, 0);
let workspace: Workspace;
let data: Workspace;
let said: string;
beforeAll(async () => {
  const folder = temporaryFolder();
  workspace = openWorkspace(join(folder, 'w'));
  data = openWorkspace(folder);
  data.write('clients.csv', csvOf([...HEADER, 'churned'], clients));
  const made = await tidewatch(['init', join(folder, 'clients.csv'), '-w', workspace.root]);
  expect(made.exit, made.stderr).toBe(0);
  said = made.stdout;
  await workspace.run();
}, 240_000);
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

describe('init on a file with dates', () => {
  it('lists what it makes of other columns, and writes it down', async () => {
    expect(said).toMatch(/days_since_last_login\s+derived/);
    const config = JSON.parse(workspace.read('config.json'));
    expect(config.columns.derived).toEqual({
      days_since_last_login: { days_since: 'last_login' },
      days_until_contract_end: { days_until: 'contract_end' },
      data_used_per_data_quota: { ratio: ['data_used', 'data_quota'] },
    });
    expect(workspace.read('ingesteddata/finaldata.csv').split('\n')[0]).toBe(
      'customer_id,data_used,data_quota,days_since_last_login,days_until_contract_end,data_used_per_data_quota,plan,snapshot_date,churned',
    );
  });

  it('makes nothing of other columns with --no-derived', async () => {
    const root = join(data.root, 'plain');
    const made = await tidewatch([
      'init',
      join(data.root, 'clients.csv'),
      '-w',
      root,
      '--no-derived',
      '--no-copy',
    ]);
    expect(made.exit, made.stderr).toBe(0);
    expect(made.stdout).not.toMatch(/ derived {2}/);
    expect(JSON.parse(readFileSync(join(root, 'config.json'), 'utf8')).columns.derived).toBeUndefined();
  });
});

describe('a model that has learned from days', () => {
  it('explains them in words', async () => {
    const { contributions } = parseAnswer<Explanation>(await workspace.tidewatch('explain', 'c1', '--json'));
    const told = contributions.find(({ column }) => column === 'days_since_last_login');
    expect(told?.sentence).toMatch(/^[\d,]+ days? since last_login, (?:longer|more recent) than \d+ %/);
    const risks = await workspace.tidewatch('risks', '--top', '20');
    expect(risks.stdout).toMatch(/\d+ days since last_login, longer/);
  });

  it('scores a file with the raw columns as the rows of finaldata.csv', async () => {
    const few = clients.slice(0, 40);
    workspace.write('raw.csv', csvOf(HEADER, few));
    const final = workspace.read('ingesteddata/finaldata.csv').split('\n').slice(0, 41).join('\n');
    workspace.write('final.csv', `${final}\n`);
    for (const name of ['raw', 'final']) {
      const done = await workspace.tidewatch(
        'predict',
        join(workspace.root, `${name}.csv`),
        '-o',
        join(workspace.root, `${name}-scores.csv`),
      );
      expect(done.exit, done.stderr).toBe(0);
    }
    expect(workspace.read('raw-scores.csv')).toBe(workspace.read('final-scores.csv'));
  });

  it('refuses a file without the time of the row, by name', async () => {
    workspace.write(
      'timeless.csv',
      csvOf(
        HEADER.filter((name) => name !== 'snapshot_date'),
        clients.slice(0, 5),
      ),
    );
    const path = join(workspace.root, 'timeless.csv');
    const done = await workspace.tidewatch('predict', path, '-o', join(workspace.root, 'x.csv'));
    expect(done.exit).not.toBe(0);
    expect(done.stderr).toContain('the column "snapshot_date" is missing');
    expect(workspace.has('x.csv')).toBe(false);
  });

  it('becomes SQL over the raw columns, checked, and ONNX that says what it takes', async () => {
    for (const dialect of ['duckdb', 'postgres', 'sqlite', 'mysql', 'spark']) {
      const done = await workspace.tidewatch('export', '--sql', dialect, '--table', 'clients', '--json');
      const { sql, check } = parseAnswer<{ sql: string; check: { largestDifference: number } }>(done);
      expect(check.largestDifference).toBeLessThan(1e-9);
      expect(sql).toContain('"last_login": a date, a time, or a text in ISO 8601');
      expect(sql).not.toMatch(/t\.["`]days_since_last_login/);
    }
    const onnx = await workspace.tidewatch('export', '--onnx', '-o', join(workspace.root, 'm.onnx'));
    expect(onnx.stdout).toMatch(/days_since_last_login: days from last_login to the time of the row/);
  });

  it('is not used with what is made otherwise under the same name', async () => {
    const copy = workspace.copy();
    const config = JSON.parse(copy.read('config.json'));
    config.columns.derived.days_since_last_login = { days_since: 'contract_end' };
    copy.write('config.json', JSON.stringify(config));
    const ingested = await copy.tidewatch('ingest');
    expect(ingested.exit, ingested.stderr).toBe(0);
    const risks = await copy.tidewatch('risks');
    expect(risks.exit).not.toBe(0);
    expect(risks.stderr).toMatch(/days_since_last_login \(days from last_login.*makes of other columns now/s);
  });
});

describe('the API', () => {
  let server: Served;
  beforeAll(async () => {
    server = await serve(workspace.root);
  }, 60_000);

  const probabilitiesOf = async (rows: readonly object[]) => {
    const { status, body } = await server.call('/prediction', { body: { rows } });
    expect(status, JSON.stringify(body)).toBe(200);
    return (body as { probabilities: number[] }).probabilities;
  };

  it('takes the raw columns, or what is made of them, with the same bits', async () => {
    const few = clients.slice(0, 40);
    workspace.write('raw.csv', csvOf(HEADER, few));
    const out = join(workspace.root, 'api-scores.csv');
    await workspace.tidewatch('predict', join(workspace.root, 'raw.csv'), '-o', out);
    const scores = workspace.read('api-scores.csv').trimEnd().split('\n').slice(1);
    const raw = await probabilitiesOf(few);
    expect(raw.map(String)).toEqual(scores.map((line) => line.split(',')[1]));
    const { body } = await server.call('/api/v1/risks/explain', { body: { row: few[0] } });
    const { contributions, probability } = body as Explanation;
    expect(probability).toBe(raw[0]);
    const made = Object.fromEntries(contributions.map(({ column, value }) => [column, value]));
    expect(await probabilitiesOf([made])).toEqual([raw[0]]);
  });

  it('takes a row that does not tell its time as one of now', async () => {
    const [client] = clients as [Client];
    const { snapshot_date: _, ...timeless } = client;
    const row: Record<string, unknown> = {
      ...timeless,
      last_login: iso(Date.now() / DAY - 10),
      contract_end: null,
    };
    const { last_login: __, ...rest } = row;
    // Midnight may pass between the two.
    const around = await probabilitiesOf(
      [9, 10, 11].map((days) => ({ ...rest, days_since_last_login: days, days_until_contract_end: null })),
    );
    expect(around).toContain((await probabilitiesOf([row]))[0]);
  });

  it('refuses a date that it cannot read and a raw column that is not there, and says which inputs the model makes', async () => {
    const [client] = clients as [Client];
    const bad = await server.call('/prediction', {
      body: { rows: [{ ...client, last_login: '31.12.2024' }] },
    });
    expect(bad).toMatchObject({
      status: 422,
      body: { error: { code: 'value-invalid', details: { column: 'last_login', row: 0 } } },
    });
    const { data_quota: _, ...lacking } = client;
    const absent = await server.call('/prediction', { body: { rows: [lacking] } });
    expect(absent.body).toMatchObject({
      error: { code: 'column-missing', details: { columns: ['data_quota'] } },
    });
    const { body } = await server.call('/api/v1/models/champion');
    expect((body as { inputs: unknown[] }).inputs).toContainEqual({
      name: 'days_since_last_login',
      kind: 'numeric',
      derived: { kind: 'days_since', from: ['last_login', 'snapshot_date'] },
    });
  });
});
