/** What the dashboard does with a workspace, over HTTP and with real runs: from the first data to labels of outcomes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp, type Service } from '../../src/app.ts';
import type * as contract from '../../src/server/contract.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const GOOD = clientRows({ rows: 150 });
const FILES = {
  'practicedata/a.csv': csvOf([
    ...GOOD.slice(0, 100),
    'broken,x,1,2,0',
    'mended,"a,b",5,6,1',
    ...GOOD.slice(100),
  ]),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 60 }),
};

const TEN = {
  status: 'listed',
  offset: 0,
  limit: 10,
  owner: null,
  segment: null,
  minRisk: null,
  search: null,
  reasons: 0,
} as const;

let workspace: Workspace;
let app: App;
let service: Service;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  workspace = createWorkspace(FILES, { model: 'logistic', max_rejected_share: 0.5 });
  app = await openApp({ workspace: workspace.root, logLevel: 'silent', progress: () => undefined, env: {} });
  service = await app.serve({ host: '127.0.0.1', port: 0, schedule: null });
});
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});
afterAll(async () => {
  await service.close();
  await app.close();
  removeWorkspaces();
});

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${service.url}/api/v1${path}`)).json()) as T;
}

async function post<T>(path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await fetch(`${service.url}/api/v1${path}`, { method: 'POST', ...init })).json()) as T;
}

/** Starts a run from the page and waits for the event that it has ended. */
async function run(): Promise<{ readonly run: contract.Run; readonly kinds: string[] }> {
  const stop = new AbortController();
  const stream = await fetch(`${service.url}/api/v1/events`, { signal: stop.signal });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const { id } = await post<contract.AnswerOf<contract.RouteAt<'POST', '/api/v1/runs'>>>('/runs');
  expect(id, 'the run that was started').toBeDefined();
  let text = '';
  while (!text.includes('event: run-finished')) {
    const part = await reader?.read();
    if (part === undefined || part.done) throw new Error(`The stream of events ended early: ${text}`);
    text += part.value;
  }
  stop.abort();
  const kinds = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1] ?? '');
  return { run: await get<contract.Run>(`/runs/${id}`), kinds };
}

describe('the dashboard', () => {
  it('says what to do before there is anything', async () => {
    const today = await get<contract.Today>('/today');
    expect(today).toMatchObject({ severity: 'act', model: null, data: null, lastRun: null, running: null });
    expect(today.states[0]?.action).toContain('practicedata');
  });

  it('starts a run and tells of its steps as they happen', async () => {
    const { run: first, kinds } = await run();
    expect(first).toMatchObject({ status: 'succeeded', result: 'first-deployment', trigger: 'api' });
    expect(first.steps.map(({ name }) => name)).toContain('rank');
    expect(first.files).toMatchObject([{ name: 'a.csv', read: 152, kept: 150, quarantined: 2 }]);
    expect(kinds.filter((kind) => kind === 'step-finished')).toHaveLength(first.steps.length);
    const today = await get<contract.Today>('/today');
    expect(today).toMatchObject({ severity: 'look', data: { rows: 150, quarantined: 2 } });
    expect(today.states).toMatchObject([
      { id: 'rows-skipped', severity: 'look', link: 'quarantine' },
      { id: 'model-unchecked', severity: 'unknown' },
    ]);
    expect(await get('/files')).toMatchObject({ total: 1, files: [{ name: 'a.csv' }] });
    expect(await get('/snapshots')).toMatchObject({ snapshots: [{ rows: 150 }], next: null });
  });

  it('shows the quarantine a page at a time, with the lines as they were', async () => {
    const first = await get<contract.Quarantine>('/quarantine?limit=1');
    expect(first).toMatchObject({ file: 'a.csv', files: [{ name: 'a.csv', rows: 2 }] });
    const second = await get<contract.Quarantine>(`/quarantine?limit=1&after=${first.next}`);
    expect([...first.rows, ...second.rows].map(({ line, raw }) => [line, raw])).toEqual([
      [102, 'broken,x,1,2,0'],
      [103, 'mended,"a,b",5,6,1'],
    ]);
    expect(second.next).toBeNull();
    for (const file of ['../../config.json', 'b.csv', 'a.csv.quarantine.csv']) {
      const refused = await get<contract.ErrorAnswer>(`/quarantine?file=${encodeURIComponent(file)}`);
      expect(refused.error.code).toBe('not-found');
    }
  });

  it('re-admits a mended row once, and none that would be quarantined again', async () => {
    const input = join(workspace.root, 'practicedata');
    const asItIs = { file: 'a.csv', rows: [{ line: 102 }] };
    expect(await post('/quarantine/readmit', asItIs)).toMatchObject({ error: { code: 'value-invalid' } });
    expect(readdirSync(input)).toEqual(['a.csv']);
    const request = { file: 'a.csv', rows: [{ line: 103, text: 'mended,4,5,6,1' }] };
    const asked = Array.from({ length: 4 }, () => post<contract.Readmit>('/quarantine/readmit', request));
    const done = (await Promise.all(asked)).filter(({ readmitted }) => readmitted === 1);
    expect(done).toHaveLength(1);
    const file = done[0]?.file;
    expect(readFileSync(join(input, file ?? ''), 'utf8')).toBe(csvOf(['mended,4,5,6,1']));
    const again = await post<contract.Readmit>('/quarantine/readmit', request);
    expect(again).toMatchObject({ file: null, readmitted: 0, skipped: [{ line: 103 }] });
    const { rows } = await get<contract.Quarantine>('/quarantine');
    expect(rows.map(({ readmitted: where }) => where)).toEqual([null, file]);
    expect(await post('/quarantine/readmit', { file: 'a.csv', rows: [{ line: 1 }] })).toMatchObject({
      error: { code: 'not-found' },
    });
  });

  it('makes a label of an outcome at the next run, and tells how the score has gone', async () => {
    const risks = await get<contract.Risks>('/risks?limit=1000');
    expect(risks.earlier).toBeNull();
    const stayer = GOOD.map((row) => row.split(',')).find((fields) => fields[4] === '0')?.[0] ?? '';
    // Blanks around an id name the same client.
    await post(`/clients/${stayer}%20%20/notes`, { text: 'wants a call', author: 'Kim' });
    await post(`/clients/%C2%A0${stayer}/outcome`, { outcome: 'contacted' });
    await post(`/clients/${stayer}/outcome`, { outcome: 'left' });
    const { run: second } = await run();
    expect(second.steps[0]).toMatchObject({ name: 'label', status: 'succeeded' });
    const client = await get<contract.Client>(`/clients/${stayer}`);
    const [left, contacted] = client.outcomes;
    expect(contacted).toMatchObject({ outcome: 'contacted', settled: true, file: null });
    expect(left).toMatchObject({ outcome: 'left', settled: true });
    const row = GOOD.find((each) => each.startsWith(`${stayer},`))?.replace(/0$/, '1') ?? '';
    expect(workspace.read(`practicedata/${left?.file}`)).toBe(csvOf([row]));
    expect(client.notes).toMatchObject([{ author: 'Kim', text: 'wants a call' }]);
    expect(client.client.rows).toBe(2);
    expect(client.history).toHaveLength(2);
    expect(client.history[1]?.probability).toBeCloseTo(
      risks.clients.find(({ id }) => id === stayer)?.probability ?? Number.NaN,
      6,
    );
    const now = await get<contract.Risks>('/risks?limit=1000&status=left');
    const earlier = new Map(now.clients.map((each) => [each.id, each.earlier]));
    expect(earlier.get('mended')).toBeNull();
    expect(earlier.get(stayer)).toBeCloseTo(client.history[1]?.probability ?? Number.NaN, 6);
    expect(now.earlier?.snapshot).toBe(risks.snapshot);
  });

  it('takes a client that left off the list at once, and puts it back, before and after a run', async () => {
    const onList = async (status: string): Promise<contract.Risks['clients'][number] | undefined> =>
      (await get<contract.Risks>(`/risks?limit=1000&status=${status}`)).clients.find(
        (each) => each.id === id,
      );
    const { clients, counts } = await get<contract.Risks>('/risks?limit=2');
    const id = clients[0]?.id ?? '';
    const say = (outcome: string) => post<contract.Outcome>(`/clients/${id}/outcome`, { outcome });

    const { at } = await say('left');
    expect(await onList('listed')).toBeUndefined();
    expect(await onList('left')).toMatchObject({ status: 'left', asOf: at });
    const without = await get<contract.Risks>('/risks?limit=1');
    expect(without.counts).toEqual({ ...counts, listed: counts.listed - 1, left: counts.left + 1 });
    expect(without.clients).toMatchObject([{ id: clients[1]?.id, rank: 1 }]);
    const gone = await get<contract.Client>(`/clients/${id}`);
    expect(gone).toMatchObject({ client: { status: 'left' }, clients: counts.listed - 1, changes: [] });
    expect(gone.noChange).toContain('has left');
    expect(await app.rankClients({ data: null }, TEN)).toMatchObject({ counts: without.counts });

    await say('stayed');
    expect(await onList('listed')).toMatchObject({ rank: 1, status: 'current' });
    await say('left');
    await run();
    expect(await onList('listed')).toBeUndefined();
    expect(await onList('left')).toMatchObject({ status: 'left' });
    expect((await get<contract.Client>(`/clients/${id}`)).outcomes[0]).toMatchObject({
      settled: true,
      file: expect.stringMatching(/^outcomes-/),
    });

    // Taken back after it was a label: the last word counts, and counts on after the next run.
    for (const outcome of ['stayed', 'left', 'stayed']) {
      await say(outcome);
      const [there, away] = outcome === 'left' ? ['left', 'listed'] : ['listed', 'left'];
      for (const when of ['at once', 'after a run']) {
        expect(await onList(there), `${outcome} ${when}`).toBeDefined();
        expect(await onList(away), `${outcome} ${when}`).toBeUndefined();
        if (when === 'at once') await run();
      }
    }
  });

  it('says truly what would take a client off the list', async () => {
    const { clients } = await get<contract.Risks>('/risks?limit=1');
    const id = clients[0]?.id ?? '';
    const { changes, threshold } = await get<contract.Client>(`/clients/${id}`);
    expect(changes.length).toBeGreaterThan(0);
    const line = workspace
      .read('ingesteddata/finaldata.csv')
      .split('\n')
      .findLast((each) => each.startsWith(`${id},`));
    const [, month, year, employees] = (line ?? '').split(',').map(Number);
    for (const { column, to, probability } of changes) {
      const row = {
        lastmonth_activity: month,
        lastyear_activity: year,
        number_of_employees: employees,
        [column]: to,
      };
      const told = await post<contract.Explanation>('/risks/explain', { row });
      expect(told.probability).toBe(probability);
      expect(told.probability).toBeLessThanOrEqual(threshold);
    }
  });

  it('keeps nothing of a client that the data does not have', async () => {
    const answer = await post<contract.ErrorAnswer>('/clients/nobody/outcome', { outcome: 'left' });
    expect(answer.error.code).toBe('not-found');
    const { clients } = await get<contract.Risks>('/risks?limit=1');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const early = await post<contract.ErrorAnswer>(`/clients/${clients[0]?.id}/outcome`, {
      outcome: 'left',
      at: tomorrow,
    });
    expect(early.error.code).toBe('request-invalid');
  });

  it('gives every client as a file in the order asked for', async () => {
    const answer = await fetch(`${service.url}/api/v1/risks?format=csv&reasons=1&sort=risk`);
    const lines = (await answer.text()).trimEnd().split('\n');
    const { clients } = await get<contract.Risks>('/risks?limit=1000&sort=risk');
    expect(lines).toHaveLength(clients.length + 1);
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(clients.map(({ id }) => id));
  });

  it('tries another threshold on the test data and on the list', async () => {
    const trial = await get<contract.Threshold>('/models/champion/threshold?at=0');
    const { all, threshold } = await get<contract.Risks>('/risks?limit=1');
    const { f1 } = await get<{ f1: number }>('/models/champion');
    expect(trial.current).toMatchObject({ threshold, f1, clients: all.flagged });
    expect(trial.tried.confusion[0]?.[0]).toBe(0);
    expect(trial.addedClients).toBe((trial.tried.clients ?? 0) - all.flagged);
  });
});
