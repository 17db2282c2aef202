import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELD } from '../../test/held.ts';
import { type ApiReturns, type CallOptions, callApi } from './call.ts';

interface Call {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Status and body by path; a path without one is never answered. */
type Answers = Record<string, { status: number; body: string } | undefined>;

const GOOD: Answers = {
  '/prediction': { status: 200, body: '{"predictions":[1,0]}' },
  '/scoring': { status: 200, body: '{"f1":0.5714285714285714}' },
  '/summarystats': { status: 200, body: '{"rows":26}' },
  '/diagnostics': { status: 200, body: '{"missing":[]}' },
};
const NOUNS = ['prediction', 'scoring', 'summarystats', 'diagnostics'] as const;
const clock = { now: () => new Date('2026-01-02T03:04:05Z'), elapsedMs: () => 0 };

let folder: string;
let server: Server | null = null;
let calls: Call[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'call-'));
  calls = [];
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

async function serve(answers: Answers): Promise<string> {
  const listening = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    calls.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const answer = answers[request.url ?? ''];
    if (answer !== undefined) response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  server = listening;
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function callAll(url: string, options: Partial<CallOptions> = {}): Promise<ApiReturns> {
  const outputPath = join(folder, 'apireturns.txt');
  const prediction = { path: 'testdata/testdata.csv' };
  return callApi(
    { clock, store: HELD },
    { url, apiKey: null, timeoutMs: 10_000, prediction, outputPath, ...options },
  );
}

function written(): unknown {
  return JSON.parse(readFileSync(join(folder, 'apireturns.txt'), 'utf8'));
}

describe('callApi', () => {
  it('calls the four endpoints and writes what it returns, and nothing else', async () => {
    const url = await serve(GOOD);
    const returns = await callAll(url);
    expect(calls.map(({ line }) => line)).toEqual([
      'POST /prediction',
      'GET /scoring',
      'GET /summarystats',
      'GET /diagnostics',
    ]);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ path: 'testdata/testdata.csv' });
    expect(calls[0]?.headers['content-type']).toBe('application/json');
    expect(returns).toEqual({
      calledAt: '2026-01-02T03:04:05.000Z',
      url,
      prediction: { status: 200, body: { predictions: [1, 0] } },
      scoring: { status: 200, body: { f1: 0.5714285714285714 } },
      summarystats: { status: 200, body: { rows: 26 } },
      diagnostics: { status: 200, body: { missing: [] } },
    });
    expect(written()).toEqual(returns);
    expect(readdirSync(folder)).toEqual(['apireturns.txt']);
  });

  it('sends the first of several keys with every call and writes none down', async () => {
    await callAll(await serve(GOOD), { apiKey: 'first-key, second-key' });
    expect(calls.map(({ headers }) => headers.authorization)).toEqual(NOUNS.map(() => 'Bearer first-key'));
    expect(JSON.stringify(written())).not.toContain('-key');
  });

  it.each(['', '/'])('keeps the path of a server behind another (%j at its end)', async (end) => {
    const answers = Object.fromEntries(
      Object.entries(GOOD).map(([path, answer]) => [`/risk${path}`, answer]),
    );
    await callAll(`${await serve(answers)}/risk${end}`);
    expect(calls[1]?.line).toBe('GET /risk/scoring');
  });

  it('writes the error of an endpoint down, then fails with its reason', async () => {
    const failure = { error: { code: 'nothing-scored', message: 'No score yet. Score first.', details: {} } };
    const url = await serve({ ...GOOD, '/scoring': { status: 404, body: JSON.stringify(failure) } });
    await expect(callAll(url)).rejects.toMatchObject({
      code: 'call-failed',
      message: expect.stringContaining('scoring: 404, No score yet. Score first'),
      details: { failed: ['scoring'] },
    });
    expect(written()).toMatchObject({
      scoring: { status: 404, body: failure },
      diagnostics: { status: 200 },
    });
  });

  it.each([
    ['a page of another server', { status: 200, body: '<html>' }, '200, not JSON'],
    ['a bare JSON text', { status: 200, body: '"hello"' }, '200, not JSON'],
    ['a redirect, which it does not follow', { status: 302, body: '' }, '302, not JSON'],
    ['an error without a reason', { status: 500, body: '{}' }, '500, no reason given'],
    ['an error that is null', { status: 500, body: 'null' }, '500, no reason given'],
  ])('takes %s for a failure', async (_title, answer, reason) => {
    const url = await serve({ ...GOOD, '/diagnostics': answer });
    await expect(callAll(url)).rejects.toMatchObject({
      code: 'call-failed',
      message: expect.stringContaining(`diagnostics: ${reason}`),
    });
    expect(calls).toHaveLength(4);
  });

  it('says that a key is needed where all calls are refused for one', async () => {
    const refused = { status: 401, body: '{"error":{"message":"The API key is missing or wrong."}}' };
    const url = await serve(Object.fromEntries(NOUNS.map((noun) => [`/${noun}`, refused])));
    await expect(callAll(url)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('TIDEWATCH_API_KEY'),
    });
  });

  it('says what to do where nothing listens, and leaves earlier answers as they were', async () => {
    const url = await serve(GOOD);
    await new Promise((resolve) => server?.close(resolve));
    writeFileSync(join(folder, 'apireturns.txt'), '"earlier"');
    await expect(callAll(url)).rejects.toMatchObject({
      code: 'server-unreachable',
      message: expect.stringMatching(/ECONNREFUSED.*tidewatch serve/),
    });
    expect(written()).toBe('earlier');
  });

  it('does not wait longer than it was told', async () => {
    const url = await serve({ ...GOOD, '/summarystats': undefined });
    await expect(callAll(url, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'server-unreachable',
      message: expect.stringContaining('did not answer within 300 ms'),
    });
    expect(existsSync(join(folder, 'apireturns.txt'))).toBe(false);
  });

  it.each([
    '',
    'nonsense',
    'ftp://127.0.0.1',
    'http://user:pass-word@127.0.0.1',
    'http://127.0.0.1/?key=pass-word',
  ])('refuses the URL %j without telling what may be a secret', async (url) => {
    const error: unknown = await callAll(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('pass-word');
  });

  it('refuses a key that no header can hold, without telling it', async () => {
    const error: unknown = await callAll('http://127.0.0.1:9', { apiKey: 'a\nb-key' }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('b-key');
  });
});
