/** The promises of the routes that the dashboard uses, over calls without a network and over real connections. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { connect as openSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { Api } from '../../src/server/api.ts';
import * as contract from '../../src/server/contract.ts';
import { CsvFile } from '../../src/server/handler.ts';
import { healthHandlers, homeHandlers } from '../../src/server/handlers/server.ts';
import { createServer, type Server, type ServerOptions } from '../../src/server/server.ts';
import {
  CLIENT,
  createDashboardAnswers,
  createEventDesk,
  type EventDesk,
  FILES,
  LISTED_RUNS,
  QUARANTINE,
  RUN,
  RUN_ENTRY,
  RUN_LOG,
  SNAPSHOTS,
  STEP,
  THRESHOLD,
  TODAY,
} from './dashboard-answers.ts';

const KEY = 'k-3f8a1c';
const LONG_CSV = {
  begun: false,
  text(): string {
    this.begun = true;
    return '1,abcd\n'.repeat(5_000_000);
  },
};
const open: Server[] = [];
const requests: ClientRequest[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const request of requests.splice(0)) request.destroy();
  await Promise.all(open.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Started {
  readonly server: Server;
  readonly told: unknown[];
  readonly desk: EventDesk;
}

async function start(options: Partial<ServerOptions> = {}): Promise<Started> {
  const told: unknown[] = [];
  const desk = createEventDesk();
  const tell = async <T>(question: unknown, answer: T): Promise<T> => {
    told.push(question);
    return answer;
  };
  const absent = (): never => {
    throw new Error('not asked for here');
  };
  const clientsCsv = async function* (query: unknown): AsyncGenerator<string> {
    await tell(query, null);
    yield 'rank,id\n';
    yield '1,abcd\n';
    // More than the system takes for a client that reads nothing.
    if (options.writeTimeoutMs !== undefined) yield LONG_CSV.text();
  };
  const api: Api = {
    ...homeHandlers('1.2.3'),
    ...healthHandlers(absent),
    predict: absent,
    scoring: absent,
    summaryStatistics: absent,
    diagnostics: absent,
    risks: async ({ query }) => new CsvFile('clients.csv', clientsCsv(query)),
    explainRisk: absent,
    models: absent,
    model: absent,
    diffModels: absent,
    deployments: absent,
    promoteModel: absent,
    rollback: absent,
    noteModel: absent,
    drift: absent,
    checks: absent,
    trends: absent,
    chart: absent,
    ...createDashboardAnswers(tell, desk),
  };
  const server = await createServer(api, {
    version: '1.2.3',
    root: '/',
    host: '127.0.0.1',
    port: 0,
    apiKey: null,
    log: silentLog,
    ...options,
  });
  open.push(server);
  return { server, told, desk };
}

const post = (server: Server, url: string, payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url, payload, headers });

describe('the state of things', () => {
  it.each<[string, unknown]>([
    ['/api/v1/today', TODAY],
    ['/api/v1/runs', LISTED_RUNS],
    [`/api/v1/runs/${RUN.id}`, RUN],
    [`/api/v1/runs/${RUN.id}/logs?level=info`, RUN_LOG],
    ['/api/v1/files', FILES],
    ['/api/v1/snapshots', SNAPSHOTS],
    ['/api/v1/quarantine', QUARANTINE],
    ['/api/v1/clients/a%2Fb', CLIENT],
    ['/api/v1/models/first/threshold?at=0.25', THRESHOLD],
  ])('is told whole by GET %s', async (url, expected) => {
    const { server } = await start();
    const answer = await server.inject(url);
    expect(answer.json()).toEqual(expected);
    expect(answer.statusCode).toBe(200);
  });

  it('is asked for with the query read and its defaults filled in', async () => {
    const { server, told } = await start();
    await server.inject('/api/v1/runs?verb=run&before=x');
    await server.inject('/api/v1/files?offset=100');
    await server.inject('/api/v1/snapshots?limit=1');
    await server.inject('/api/v1/quarantine?file=a.csv&after=90');
    await server.inject('/api/v1/models/champion/threshold');
    expect(told).toEqual([
      { limit: 20, verb: 'run', before: 'x' },
      { limit: 100, offset: 100 },
      { limit: 1 },
      { limit: 50, file: 'a.csv', after: 90 },
      ['champion', undefined],
    ]);
  });

  it.each([
    '/api/v1/runs?limit=0',
    '/api/v1/runs/r/logs?level=loud',
    '/api/v1/runs/r/logs?after=-1',
    '/api/v1/runs/r/logs?limit=1001',
    '/api/v1/files?limit=1001',
    '/api/v1/snapshots?top=1',
    '/api/v1/quarantine?after=-1',
    '/api/v1/models/first/threshold?at=1.5',
  ])('refuses GET %s', async (url) => {
    const { server, told } = await start();
    const answer = await server.inject(url);
    expect(contract.errorSchema.parse(answer.json()).error.code).toBe('request-invalid');
    expect(told).toEqual([]);
  });

  it.each(['/api/v1/runs/unknown', '/api/v1/clients/unknown'])('has no GET %s', async (url) => {
    const { server } = await start();
    expect((await server.inject(url)).statusCode).toBe(404);
  });
});

describe('what people change', () => {
  it('is kept of a client, under any id', async () => {
    const { server, told } = await start();
    const id = `${'x'.repeat(200)} /?é`;
    const url = `/api/v1/clients/${encodeURIComponent(id)}`;
    const note = await post(server, `${url}/notes`, { text: 'called', author: 'Kim' });
    const outcome = await post(server, `${url}/outcome`, { outcome: 'left', at: '2026-01-02T00:00:00Z' });
    expect([note.statusCode, outcome.statusCode]).toEqual([201, 201]);
    expect(contract.clientNoteSchema.parse(note.json())).toMatchObject({ author: 'Kim', text: 'called' });
    expect(contract.outcomeSchema.parse(outcome.json())).toMatchObject({ outcome: 'left' });
    expect(told).toEqual([
      [id, 'called'],
      [id, 'left'],
    ]);
  });

  it.each<[string, object]>([
    ['/api/v1/clients/a/notes', { text: '' }],
    ['/api/v1/clients/a/notes', { text: 'a', extra: 1 }],
    ['/api/v1/clients/a/outcome', { outcome: 'maybe' }],
    ['/api/v1/clients/a/outcome', { outcome: 'left', at: 'yesterday' }],
    ['/api/v1/quarantine/readmit', { file: 'a.csv', rows: [] }],
    ['/api/v1/quarantine/readmit', { file: 'a.csv', rows: [{ line: 0 }] }],
  ])('is refused where it does not fit: POST %s %j', async (url, body) => {
    const { server, told } = await start();
    expect((await post(server, url, body)).statusCode).toBe(400);
    expect(told).toEqual([]);
  });

  it('is re-admitted from the quarantine', async () => {
    const { server, told } = await start();
    const request = { file: 'a.csv', rows: [{ line: 7, text: '1,2' }, { line: 8 }] };
    const answer = await post(server, '/api/v1/quarantine/readmit', request);
    expect(contract.readmitSchema.parse(answer.json()).readmitted).toBe(1);
    expect(told).toEqual([request]);
  });

  it('starts a run, and says who holds the lock where one is under way', async () => {
    const { server } = await start();
    const first = await server.inject({ method: 'POST', url: '/api/v1/runs' });
    expect([first.statusCode, first.json()]).toEqual([202, { id: RUN_ENTRY.id }]);
    const second = await server.inject({ method: 'POST', url: '/api/v1/runs' });
    expect(second.statusCode).toBe(409);
    expect(contract.errorSchema.parse(second.json()).error).toMatchObject({
      code: 'run-locked',
      details: { owner: 'host:1:r' },
    });
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://example.com' }],
    ['a page without an origin', { origin: 'null' }],
  ])('is refused to a page of %s where no key is set', async (_page, headers) => {
    const { server, desk } = await start();
    const answer = await server.inject({ method: 'POST', url: '/api/v1/runs', headers });
    expect(answer.statusCode).toBe(401);
    expect(desk.told).toEqual([]);
  });

  it('is open to the page of this server', async () => {
    const { server } = await start();
    const headers = { host: 'localhost:80', origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' };
    expect((await server.inject({ method: 'POST', url: '/api/v1/runs', headers })).statusCode).toBe(202);
  });

  it('is refused as a form, and without the key where one is set', async () => {
    const form = await start();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = '/api/v1/clients/a/outcome';
    const sent = await form.server.inject({ method: 'POST', url, headers, payload: 'outcome=left' });
    expect(sent.statusCode).toBe(415);
    const keyed = await start({ apiKey: KEY });
    expect((await post(keyed.server, url, { outcome: 'left' })).statusCode).toBe(401);
    expect((await post(keyed.server, url, { outcome: 'left' }, { 'x-api-key': KEY })).statusCode).toBe(201);
    expect(form.told).toEqual([]);
  });
});

describe('clients as a file', () => {
  it('come as CSV with the same filters', async () => {
    const { server, told } = await start();
    const answer = await server.inject('/api/v1/risks?format=csv&sort=risk&owner=Kim');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('clients.csv');
    expect(answer.body).toBe('rank,id\n1,abcd\n');
    expect(told).toMatchObject([{ format: 'csv', sort: 'risk', owner: 'Kim' }]);
  });
});

describe('events', () => {
  it('begin with what runs now and follow as they happen', async () => {
    const { server, desk } = await start();
    const stream = await listen(server);
    expect(await stream.next()).toEqual({
      id: null,
      data: { kind: 'hello', running: RUN_ENTRY, steps: [STEP] },
    });
    desk.tell({ kind: 'step-started', runId: RUN.id, step: STEP });
    expect(await stream.next()).toEqual({
      id: 'desk-1',
      data: { kind: 'step-started', runId: RUN.id, step: STEP },
    });
    desk.tell({ kind: 'progress', runId: RUN.id, label: 'reading', done: 1, total: null, unit: 'rows' });
    expect(await stream.next()).toMatchObject({ id: null, data: { kind: 'progress', done: 1 } });
  });

  it('that were missed come first where the client says what it had last', async () => {
    const { server, desk } = await start();
    desk.tell({ kind: 'run-started', run: RUN_ENTRY });
    desk.tell({
      kind: 'run-finished',
      run: RUN_ENTRY,
      said: { severity: 'look', headline: 'A file was refused.' },
    });
    const stream = await listen(server, { 'last-event-id': 'desk-1' });
    await stream.next();
    expect(await stream.next()).toMatchObject({ id: 'desk-2', data: { kind: 'run-finished' } });
  });

  it('are told by HEAD with their headers alone', async () => {
    const { server, desk } = await start();
    const { url } = await server.listen();
    const answer = await fetch(`${url}/api/v1/events`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(desk.listeners.size).toBe(0);
  });

  it('bear the headers of every answer', async () => {
    const { server } = await start();
    const { headers } = await listen(server);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('are let go of when the client leaves, and end when the server does', async () => {
    const { server, desk } = await start();
    const leaving = await listen(server);
    const staying = await listen(server);
    expect(desk.listeners.size).toBe(2);
    leaving.destroy();
    while (desk.listeners.size > 1) await new Promise(setImmediate);
    const ended = staying.ended();
    await server.close();
    await ended;
    expect(desk.listeners.size).toBe(0);
  });

  it('are for a bounded number of clients', async () => {
    const { server } = await start();
    const url = await urlOf(server);
    for (let client = 0; client < 64; client++) await connect(url, {});
    expect((await connect(url, {})).statusCode).toBe(429);
  });

  it('need the key where one is set', async () => {
    const { server } = await start({ apiKey: KEY });
    const url = await urlOf(server);
    expect((await connect(url, {})).statusCode).toBe(401);
    expect((await connect(url, { authorization: `Bearer ${KEY}` })).statusCode).toBe(200);
  });
});

describe('the page', () => {
  it('is served to browsers at / and from its assets, without a key', async () => {
    const { server } = await start({ apiKey: KEY, webFolder: createBundle() });
    const page = await server.inject({ url: '/', headers: { accept: 'text/html,*/*' } });
    expect([page.statusCode, page.body]).toEqual([200, '<title>Tidewatch</title>']);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const script = await server.inject('/assets/index-Ab3dEf9h.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(script.body).toBe('let a = 1;');
  });

  it('is compressed for those who take it, and not sent again to those who have it', async () => {
    const { server } = await start({ webFolder: createBundle() });
    const headers = { accept: 'text/html', 'accept-encoding': 'gzip, br' };
    const packed = await server.inject({ url: '/', headers });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const etag = String(packed.headers.etag);
    const again = await server.inject({ url: '/', headers: { ...headers, 'if-none-match': etag } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
  ])('gives nothing beside its files: %s', async (url) => {
    const { server } = await start({ webFolder: createBundle() });
    expect((await server.inject(url)).statusCode).toBe(404);
  });

  it('leaves / to programs as the list of calls, which needs the key', async () => {
    const { server } = await start({ apiKey: KEY, webFolder: createBundle() });
    expect((await server.inject('/')).statusCode).toBe(401);
    const home = await server.inject({ url: '/', headers: { 'x-api-key': KEY } });
    expect(contract.homeSchema.parse(home.json()).name).toBe('tidewatch');
  });

  it('is the list of calls where there is no bundle', async () => {
    const { server } = await start({ webFolder: join(tmpdir(), 'nothing-is-here') });
    const home = await server.inject({ url: '/', headers: { accept: 'text/html' } });
    expect(contract.homeSchema.parse(home.json()).name).toBe('tidewatch');
  });
});

/** A bundle of a page and a script, with a file beside it that is nobody's. */
function createBundle(): string {
  const folder = mkdtempSync(join(tmpdir(), 'web-'));
  folders.push(folder);
  mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'web', 'index.html'), '<title>Tidewatch</title>');
  writeFileSync(join(folder, 'web', 'assets', 'index-Ab3dEf9h.js'), 'let a = 1;');
  return join(folder, 'web');
}

async function urlOf(server: Server): Promise<string> {
  return `${(await server.listen()).url}/api/v1/events`;
}

function connect(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, resolve).on('error', reject);
    requests.push(request);
  });
}

/** Reads the events of a stream one by one. */
async function listen(server: Server, headers: Record<string, string> = {}) {
  const url = listening.get(server) ?? (await urlOf(server));
  listening.set(server, url);
  const answer = await connect(url, headers);
  answer.setEncoding('utf8').on('error', () => undefined);
  let text = '';
  let wake = (): void => undefined;
  answer.on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  const next = async (): Promise<{ id: string | null; data: unknown }> => {
    while (!text.includes('\n\n')) await new Promise<void>((resolve) => (wake = resolve));
    const [event = '', ...rest] = text.split('\n\n');
    text = rest.join('\n\n');
    const data: unknown = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null');
    return { id: /^id: (.*)$/m.exec(event)?.[1] ?? null, data: contract.runEventSchema.parse(data) };
  };
  const ended = () => new Promise<void>((resolve) => answer.on('close', resolve));
  return { headers: answer.headers, next, ended, destroy: () => answer.destroy() };
}

const listening = new WeakMap<Server, string>();

describe('a client that takes nothing of its answer', () => {
  it('is cut off, so the end does not wait for it', async () => {
    const { server } = await start({ writeTimeoutMs: 100, shutdownTimeoutMs: 600_000 });
    const { port } = new URL((await server.listen()).url);
    const socket = openSocket(Number(port), '127.0.0.1')
      .on('error', () => {})
      .pause();
    const ask = 'GET /api/v1/risks?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n';
    await new Promise<void>((resolve) => socket.write(ask, () => resolve()));
    await vi.waitFor(() => expect(LONG_CSV.begun).toBe(true));
    await server.close();
    socket.destroy();
  });
});
