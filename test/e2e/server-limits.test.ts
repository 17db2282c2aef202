/** The built server under clients that mean it ill, or are many: bodies, connections, wrong keys, and its end. */
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from './clients.ts';
import { endServers, type Served, serve } from './served.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 600 }),
  'testdata/test.csv': clientsCsv({ from: 900, rows: 40 }),
};
const CLIENT = { corporation: 'a', lastmonth_activity: 10, lastyear_activity: 20, number_of_employees: 5 };
const MIB = 1024 * 1024;

let deployed: Workspace;
beforeAll(async () => {
  deployed = createWorkspace(FILES);
  await deployed.run();
});
afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** A call over the connections of an agent. */
function call(
  { port }: Pick<Served, 'port'>,
  path: string,
  { body, type = 'application/json', agent = new Agent(), headers = {} }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const all = body === undefined ? headers : { 'content-type': type, ...headers };
    const sent = httpRequest({ port, path, method, agent, headers: all }, async (answer) => {
      try {
        let text = '';
        for await (const part of answer) text += String(part);
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface CallOptions {
  readonly body?: string;
  readonly type?: string;
  readonly agent?: Agent;
  readonly headers?: Record<string, string>;
}

/** Most memory that the process ever had, or has now. */
function memoryOf({ process: child }: Served, field: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
}

const row = JSON.stringify(CLIENT);
const listOf = (item: string, times: number) => `[${`${item},`.repeat(times)}${item}]`;

describe('a body', () => {
  it.each([
    ['of 16 million empty rows', listOf('{}', 16_000_000)],
    ['of 2 million empty rows', listOf('{}', 2_000_000)],
    ['nested 4 million deep', '['.repeat(4_000_000) + ']'.repeat(4_000_000)],
    [
      'of a million keys',
      `[{${Array.from({ length: 700_000 }, (_, key) => `"${key.toString(36)}":1`).join()}}]`,
    ],
  ])('%s is refused before it is read, in little memory', async (_title, body) => {
    const server = await serve(deployed.root);
    const before = memoryOf(server, 'VmRSS');
    expect((await call(server, '/prediction', { body })).status).toBe(413);
    expect(memoryOf(server, 'VmHWM') - before).toBeLessThan(200 * MIB);
  });

  it('may be large, and does not hold up other calls, nor do eight of them', async () => {
    const server = await serve(deployed.root);
    expect((await call(server, '/prediction', { body: `[${row}]` })).status).toBe(200);
    const body = listOf(row, 50_000);
    let done = false;
    const bodies = Promise.all(Array.from({ length: 8 }, () => call(server, '/prediction', { body })));
    const ended = bodies.then(() => {
      done = true;
    });
    let others = 0;
    for (; !done; others++) expect((await call(server, '/healthz')).status).toBe(200);
    await ended;
    for (const { status, text } of await bodies) {
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ rows: 50_001 });
    }
    // Where each were answered in one go, one call would come between two of them.
    expect(others).toBeGreaterThan(5 * 8);
    expect(memoryOf(server, 'VmHWM')).toBeLessThan(1200 * MIB);
  });

  it('is named as the body, with no file of the server and little of what was sent', async () => {
    const server = await serve(deployed.root);
    const long = 'x'.repeat(200_000);
    const header = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees\n';
    const csv = (body: string) => call(server, '/prediction', { body, type: 'text/csv' });
    const json = (body: unknown) => call(server, '/prediction', { body: JSON.stringify(body) });
    const answers = [
      await csv(`${header}a,${long},1,2\n`),
      await csv(`corporation,${long}\na,1\n`),
      await csv('""'),
      await json([{ ...CLIENT, lastmonth_activity: long }]),
      await json({ [long]: 1 }),
      await json([{ [long]: [] }]),
      await json({ path: `testdata/${long}` }),
      await json({ path: `testdata/${'a/'.repeat(130_000)}` }),
      await call(server, `/${'x'.repeat(12_000)}`),
      await call(server, `/api/v1/clients/${'x'.repeat(900)}`),
      await call(server, `/api/v1/clients/${'x'.repeat(2000)}`),
      await call(server, `/api/v1/trends?name=${'x'.repeat(12_000)}`),
      await call(server, `/api/v1/runs?before=${'x'.repeat(12_000)}`),
      await call(server, `/api/v1/models/${'x'.repeat(900)}`),
    ];
    for (const { status, text } of answers) {
      expect(status, text.slice(0, 200)).toBeGreaterThanOrEqual(400);
      expect(status, text.slice(0, 200)).toBeLessThan(500);
      expect(text.length, text.slice(0, 200)).toBeLessThan(1500);
      expect(text).not.toContain('.request');
    }
    expect(answers[0]?.text).toContain('The body, line 2: lastmonth_activity');
    const infinite = await call(server, '/prediction', { body: `[${row.replace('10', '1e400')}]` });
    expect(infinite.text).toContain('too large for a number');
  });
});

describe('a column', () => {
  it('may have any name, also one that every object of the language has', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'null'];
    const line = (k: number) =>
      `c${k},${k % 7},${(k * 5) % 11},${k % 3},${k % 2 ? 'x' : 'null'},${k % 7 > 3 ? 1 : 0}`;
    const csv = (from: number, rows: number) =>
      `id,${names.join()},exited\n${Array.from({ length: rows }, (_, k) => `${line(from + k)}\n`).join('')}`;
    const workspace = createWorkspace({ 'practicedata/a.csv': csv(0, 200), 'testdata/t.csv': csv(900, 40) });
    const [numeric, categorical] = [names.slice(0, 3), names.slice(3)];
    workspace.configure({ columns: { id: 'id', target: 'exited', numeric, categorical } });
    await workspace.run();
    const server = await serve(workspace.root);
    const values = '"__proto__":6,"constructor":1,"toString":2,"null":"x"';
    const byRows = await call(server, '/prediction', { body: `[{${values}}]` });
    const byCsv = await call(server, '/prediction', {
      body: `id,${names.join()}\na,6,1,2,x\n`,
      type: 'text/csv',
    });
    expect([byRows.status, byCsv.status]).toEqual([200, 200]);
    expect(JSON.parse(byRows.text)).toEqual(JSON.parse(byCsv.text));
    const lacking = await call(server, '/prediction', { body: `[{${values.replace('"toString":2,', '')}}]` });
    expect(lacking.text).toContain('has no column \\"toString\\"');
    const explained = await call(server, '/api/v1/risks/explain', { body: `{"row":{${values}}}` });
    const { contributions } = JSON.parse(explained.text) as { contributions: { column: string }[] };
    expect(contributions.map(({ column }) => column).toSorted()).toEqual(names.toSorted());
    for (const path of ['/summarystats', '/diagnostics', '/api/v1/clients/c1', '/api/v1/models/champion']) {
      const answer = await call(server, path);
      expect(answer.status, path).toBe(200);
      for (const name of names) expect(answer.text, path).toContain(`"${name}"`);
    }
  });
});

describe('a connection', () => {
  it('whose answers nobody reads takes little memory', async () => {
    const server = await serve(deployed.root);
    const path = '/api/v1/risks?limit=1000&reasons=20';
    expect((await call(server, path)).status).toBe(200);
    const before = memoryOf(server, 'VmRSS');
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(3000));
    for (let others = 0; others < 500; others++) {
      expect((await call(server, '/healthz')).status).toBe(200);
    }
    expect(memoryOf(server, 'VmHWM') - before).toBeLessThan(150 * MIB);
    socket.destroy();
  });

  it('may ask for several answers at once, which come in order', async () => {
    const server = await serve(deployed.root);
    const socket = connect(server.port, '127.0.0.1');
    const paths = Array.from({ length: 50 }, (_, k) => `/none-${k}`);
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
    let received = '';
    const all = new Promise<void>((resolve) => {
      socket.on('data', (part) => {
        received += String(part);
        if (received.split('HTTP/1.1 404').length > 50 && received.endsWith('}}}')) resolve();
      });
    });
    await all;
    socket.destroy();
    const named = [...received.matchAll(/There is no GET \/none-(\d+)/g)].map((match) => Number(match[1]));
    expect(new Set(named).size).toBe(50);
    expect(named).toEqual(named.toSorted((a, b) => a - b));
  });
});

describe('the API key', () => {
  it('may be wrong so often, then is asked for later, and who had it right before is not locked out', async () => {
    const server = await serve(deployed.root, [], { env: { TIDEWATCH_API_KEY: 'right,other' } });
    const show = (key: string) => call(server, '/scoring', { headers: { 'x-api-key': key } });
    expect((await show('right')).status).toBe(200);
    const statuses: number[] = [];
    for (let k = 0; k < 30; k++) statuses.push((await show(`wrong-${k}`)).status);
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(10).fill(429)]);
    const locked = await show('other');
    expect(locked.status).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(locked.text)).toMatchObject({ error: { code: 'too-many-requests' } });
    expect((await show('right')).status).toBe(200);
    expect((await call(server, '/healthz')).status).toBe(200);
    expect((await call(server, '/scoring')).status).toBe(401);
  });
});

describe('a second server of the same workspace', () => {
  it('leaves what the first one works with, and removes what one left that is long gone', async () => {
    const folder = join(deployed.root, 'ingesteddata', '.requests');
    mkdirSync(folder, { recursive: true });
    const [fresh = '', old = ''] = ['.request.1.aaaaaaaa.csv', '.request.2.bbbbbbbb.csv'].map((name) =>
      join(folder, name),
    );
    writeFileSync(fresh, 'a');
    writeFileSync(old, 'a');
    const long = Date.now() / 1000 - 2 * 86_400;
    utimesSync(old, long, long);
    await serve(deployed.root);
    expect([existsSync(fresh), existsSync(old)]).toEqual([true, false]);
  });
});

describe('the end', () => {
  interface Counts {
    answered: number;
    readonly broken: string[];
    /** When the server was told to end. */
    endedAt: number;
  }

  /** Calls over one kept connection until the server says that it ends, or takes no more. */
  async function callOn(server: Served, counts: Counts): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let last = false; !last; ) {
      const sentAt = performance.now();
      try {
        const { status, headers } = await call(server, '/prediction', { body: `[${row}]`, agent });
        if (status !== 200) counts.broken.push(String(status));
        counts.answered++;
        last = headers.connection === 'close';
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Where the listener is gone, nothing was sent.
        if (code !== 'ECONNREFUSED' && sentAt < counts.endedAt + 500) counts.broken.push(String(code));
        last = true;
      }
    }
    agent.destroy();
  }

  it('answers all that was sent over 64 connections, three times over', async () => {
    for (let round = 0; round < 3; round++) {
      const server = await serve(deployed.root);
      const counts: Counts = { answered: 0, broken: [], endedAt: Number.POSITIVE_INFINITY };
      const callers = Array.from({ length: 64 }, () => callOn(server, counts));
      while (counts.answered < 300) await sleep(10);
      counts.endedAt = performance.now();
      server.process.kill('SIGTERM');
      await Promise.all(callers);
      expect(counts.broken).toEqual([]);
      expect((await server.ended).exit).toBe(0);
    }
  });

  it('does not wait for a connection that asks for nothing', async () => {
    const server = await serve(deployed.root);
    const agent = new Agent({ keepAlive: true });
    await call(server, '/healthz', { agent });
    const silent = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    // It would wait for a minute, the time that a request may take to come.
    server.process.kill('SIGTERM');
    expect((await server.ended).exit).toBe(0);
    agent.destroy();
    silent.destroy();
  }, 30_000);
});
