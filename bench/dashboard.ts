/**
 * The dashboard's answers over a million clients, from a server in a process of its own.
 *
 *   npm run bench -- dashboard
 *
 * CPU time is that of the whole server process, so it holds on a machine that has other work as well.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRandom } from '../src/base/random.ts';
import { clientFile, createClientWorkspace, idOf, OWNERS, ownerOf, SEGMENTS } from './client-workspace.ts';
import { cpuTime, measure, median } from './measure.ts';

const CLIENTS = 1_000_000;
/** Clients of the first run, so that the second one has something to compare with. */
const EARLIER = 50_000;
const REPEATS = 15;

const main = [join(import.meta.dirname, '../dist/main.js')];

interface Ask {
  readonly name: string;
  /** Path and query of the request that is sent at each repeat. */
  readonly path: (repeat: number) => string;
  readonly repeats: number;
}

const ASKS: readonly Ask[] = [
  { name: 'clients: first page after the start', path: () => '/risks?limit=50', repeats: 1 },
  { name: 'clients: the next pages', path: (k) => `/risks?limit=50&offset=${50 * k}`, repeats: REPEATS },
  { name: 'by risk: first time', path: () => '/risks?limit=50&sort=risk', repeats: 1 },
  {
    name: 'by risk: later pages',
    path: (k) => `/risks?limit=50&sort=risk&offset=${50 * k}`,
    repeats: REPEATS,
  },
  {
    name: 'of one owner',
    path: (k) => `/risks?limit=50&owner=${encodeURIComponent(ownerOf(13 * k))}`,
    repeats: REPEATS,
  },
  {
    name: 'of one segment, at least 30 %',
    path: (k) => `/risks?limit=50&segment=segment${k % SEGMENTS}&minRisk=0.3`,
    repeats: REPEATS,
  },
  { name: 'search: first time', path: () => '/risks?limit=50&q=c-07', repeats: 1 },
  { name: 'search: part of an id', path: (k) => `/risks?limit=50&q=${100 + k}`, repeats: REPEATS },
  { name: 'a client: first time', path: () => `/clients/${idOf(1)}`, repeats: 1 },
  { name: 'a client', path: (k) => `/clients/${idOf(61_803 * (k + 1))}`, repeats: REPEATS },
  { name: 'threshold: first time', path: () => '/models/champion/threshold?at=0.4', repeats: 1 },
  {
    name: 'threshold: another one',
    path: (k) => `/models/champion/threshold?at=${0.2 + 0.02 * k}`,
    repeats: REPEATS,
  },
  { name: 'today', path: () => '/today', repeats: REPEATS },
  { name: 'all clients as CSV', path: () => '/risks?format=csv&reasons=3', repeats: 1 },
];

/** Makes the workspace in a temporary folder, measures, and gives the tables as Markdown. */
export async function benchDashboard(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-dashboard-'));
  try {
    const steps = await fill(folder);
    const server = await startServer(folder);
    try {
      const lines: string[] = [];
      for (const ask of ASKS) lines.push(await answer(server, ask));
      return render(lines, steps, peakMib(server.pid));
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two runs of the command: some clients, then all; returns seconds by step of the second. */
async function fill(folder: string): Promise<ReadonlyMap<string, number>> {
  createClientWorkspace(folder);
  const random = createRandom(1);
  writeFileSync(join(folder, 'test/test.csv'), clientFile(random, CLIENTS, EARLIER));
  writeFileSync(join(folder, 'in/first.csv'), clientFile(random, 0, EARLIER));
  await measure(process.execPath, [...main, 'run', '--workspace', folder]);
  writeFileSync(join(folder, 'in/rest.csv'), clientFile(random, EARLIER, CLIENTS - EARLIER));
  const { output } = await measure(process.execPath, [...main, 'run', '--json', '--workspace', folder]);
  const { steps } = JSON.parse(output) as { steps: { name: string; seconds: number }[] };
  return new Map(steps.map(({ name, seconds }) => [name, seconds]));
}

interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function startServer(folder: string): Promise<Server> {
  const child = spawn(process.execPath, [...main, 'serve', '--port', '0', '--workspace', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  return { url: await listeningUrl(child), pid: child.pid ?? 0, stop };
}

async function listeningUrl({ stdout, stderr }: ChildProcess): Promise<string> {
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    for (const stream of [stdout, stderr]) {
      if (stream === null) continue;
      const lines = createInterface({ input: stream });
      lines.on('line', (line) => {
        const [url] = /http:\/\/[^\s"]+/.exec(line) ?? [];
        if (url !== undefined) resolve(url.replace(/\/$/, ''));
      });
      lines.on('close', () => reject(new Error('The server ended before it listened.')));
    }
  });
}

async function answer(server: Server, { name, path, repeats }: Ask): Promise<string> {
  const walls: number[] = [];
  const before = cpuTime(server.pid);
  let bytes = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const from = performance.now();
    const response = await fetch(`${server.url}/api/v1${path(repeat)}`);
    const body = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path(repeat)}: ${response.status} ${Buffer.from(body)}`);
    walls.push(performance.now() - from);
    bytes += body.byteLength;
  }
  const cpu = (1000 * (cpuTime(server.pid) - before)) / repeats;
  const size = `${(bytes / repeats / 1000).toFixed(1)} kB`;
  return `| ${name} | ${repeats} | ${cpu.toFixed(0)} ms | ${median(walls).toFixed(0)} ms | ${size} |`;
}

function peakMib(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

function render(lines: readonly string[], steps: ReadonlyMap<string, number>, peak: number): string {
  const told = ['rank', 'report'].map((name) => `${name} ${steps.get(name)?.toFixed(1) ?? '-'} s`).join(', ');
  return `${CLIENTS.toLocaleString('en')} clients, ${OWNERS} owners, ${SEGMENTS} segments, three inputs. CPU is that of \
all threads of the server, the mean of the requests; wall time is their median. Peak memory of the server: \
${peak.toFixed(0)} MiB. Steps of the run before: ${told}.

| answer | requests | CPU | wall time | body |
|---|---|---|---|---|
${lines.join('\n')}
`;
}
