/**
 * The state store at scale, on SQLite and on a PostgreSQL and a MariaDB of its own: every listing with its time and
 * what its statements read, and the copy of all of it from one database into the next.
 *
 *   npm run bench -- store [--scale 0.1]
 *
 * It takes half an hour and some 12 GB of disk at scale 1; dist/ has to be built.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { sql } from 'kysely';
import Database from 'libsql';
import { createRandom } from '../src/base/random.ts';
import {
  openDatabase,
  type Database as StateDatabase,
  type Statement,
} from '../src/store/databases/database.ts';
import { openLiveFolder } from '../src/store/live/live-folder.ts';
import type { CopySummary } from '../src/store/state-database.ts';
import { openStore } from '../src/store/store.ts';
import { listingsOf } from '../test/contracts/store-listings.ts';
import { analyse, readsOf, type TableRead } from '../test/contracts/store-plans.ts';
import { type DatabaseServer, startMariadb, startPostgres } from '../test/database-servers.ts';
import { type FillSizes, type FillTexts, fillStore } from '../test/store-fill.ts';
import { clientFile, createClientWorkspace } from './client-workspace.ts';
import { measure, medianTime } from './measure.ts';

const sizesOf = (scale: number): FillSizes => ({
  runs: 100_000 * scale,
  models: 5000 * scale,
  names: 20,
  scorings: 20,
  clients: 1_000_000 * scale,
  files: 2000,
});
const CLIENTS = 5000;

/** Variable of the environment that says where the state is. */
const VARIABLE = 'BENCH_STORE';
/** A file is one of the workspace, so its name is enough. */
const storedIn = (url: string) => ({
  ...process.env,
  [VARIABLE]: isAbsolute(url) ? basename(url) : url,
});

const main = join(import.meta.dirname, '../dist/main.js');

interface Place {
  readonly name: string;
  readonly url: string;
}

/** Makes everything in a temporary folder, measures, and gives the tables as Markdown. */
export async function benchStore(scale: number): Promise<string> {
  const sizes = sizesOf(scale);
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const servers: DatabaseServer[] = [];
  try {
    const file = join(folder, 'tidewatch.db');
    await makeWorkspace(folder);
    fillStore(file, sizes, textsOf(file));
    const places: Place[] = [{ name: 'SQLite', url: file }];
    const missing: string[] = [];
    for (const [name, start] of [
      ['PostgreSQL', startPostgres],
      ['MariaDB', startMariadb],
    ] as const) {
      const server = await start('default');
      if (server === null) missing.push(name);
      else {
        servers.push(server);
        places.push({ name, url: server.url });
      }
    }
    const back = { name: 'SQLite', url: join(folder, 'back.db') };
    const copies = await copyTable(folder, [...places, back]);
    const listings = await listingTables(folder, places, sizes);
    const left = missing.length === 0 ? '' : ` Not installed, and left out: ${missing.join(', ')}.`;
    return [sizesText(file, sizes) + left, copies, listings].join('\n\n');
  } finally {
    for (const server of servers) await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two runs of the command, so that a model is live and every kind of record is there once. */
async function makeWorkspace(folder: string): Promise<void> {
  const env = storedIn(join(folder, 'tidewatch.db'));
  createClientWorkspace(folder, { model: 'boosted', store: `env:${VARIABLE}` });
  const random = createRandom(1);
  writeFileSync(join(folder, 'test/test.csv'), clientFile(random, CLIENTS, CLIENTS));
  writeFileSync(join(folder, 'in/first.csv'), clientFile(random, 0, CLIENTS));
  await measure(process.execPath, [main, 'run', '--workspace', folder], env);
  writeFileSync(join(folder, 'in/next.csv'), clientFile(random, 2 * CLIENTS, CLIENTS));
  await measure(process.execPath, [main, 'run', '--workspace', folder], env);
}

/** The largest text of each kind that the runs recorded. */
function textsOf(file: string): FillTexts {
  const db = new Database(file);
  const largest = (table: string, column: string): string => {
    const row = db
      .prepare(
        `select coalesce(${column}, '{}') as text from ${table} order by length(${column}) desc limit 1`,
      )
      .get() as { text: string } | undefined;
    return row?.text ?? '{}';
  };
  const texts = {
    document: largest('models', 'document'),
    version: largest('models', 'version'),
    metrics: largest('scores', 'metrics'),
    curves: largest('scores', 'curves'),
    details: largest('checks', 'details'),
    summary: largest('runs', 'summary'),
    diagnostics: largest('diagnostics', '"values"'),
    columns: largest('snapshots', '"columns"'),
    estimated: largest('estimates', 'estimated'),
    truth: largest('estimates', 'truth'),
    state: largest('monitor_states', 'state'),
  };
  db.close();
  return texts;
}

function sizesText(file: string, { runs, models, names, scorings, clients }: FillSizes): string {
  const count = (value: number) => value.toLocaleString('en');
  return (
    `${count(runs)} runs with ${count(6 * runs)} steps and ${count(2 * runs)} files, ${count(models)} models with their ` +
    `documents, ${count(3 * models)} scores, ${count(models)} deployments, ${count(runs / 5)} checks, ` +
    `${count(runs * names)} measurements, ${scorings} scorings of ${count(clients)} clients; the SQLite file has ` +
    `${(statSync(file).size / 1e9).toFixed(1)} GB.`
  );
}

/** Copies the state from each place into the next by the command, and compares what it says of both. */
async function copyTable(folder: string, places: readonly Place[]): Promise<string> {
  const lines: string[] = [];
  let before: string | null = null;
  for (const [index, to] of places.entries()) {
    const from = places[index - 1];
    if (from === undefined) continue;
    const args = [main, 'db', 'copy', '--json', '--workspace', folder, '--to', to.url];
    const { output, wallSeconds, cpuSeconds, peakMib } = await measure(
      process.execPath,
      args,
      storedIn(from.url),
    );
    const { tables } = JSON.parse(output) as CopySummary;
    const hashes = JSON.stringify(tables);
    if (before !== null && hashes !== before)
      throw new Error(`${to.name} does not hold what ${from.name} does`);
    before = hashes;
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const gigabytes = (await sizeOf(to)) / 1e9;
    lines.push(
      `| ${from.name} to ${to.name} | ${rows.toLocaleString('en')} | ${gigabytes.toFixed(2)} GB | ` +
        `${wallSeconds.toFixed(0)} s | ${cpuSeconds.toFixed(0)} s | ${Math.round(rows / wallSeconds).toLocaleString('en')} | ` +
        `${peakMib.toFixed(0)} MiB |`,
    );
  }
  return [
    '| copy | rows | size of the copy | wall time | CPU time of the command | rows a second | peak memory |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

async function sizeOf({ name, url }: Place): Promise<number> {
  if (name === 'SQLite') return statSync(url).size;
  const database = await openDatabase(url, {});
  // MariaDB takes the sizes from its statistics.
  await analyse(database);
  const size =
    name === 'PostgreSQL'
      ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
      : sql<{ bytes: number }>`select sum(data_length + index_length) as bytes from information_schema.tables
          where table_schema = database()`;
  const { rows } = await size.execute(database.db);
  await database.dialect.close(database.db);
  return Number(rows[0]?.bytes);
}

interface Measured {
  readonly times: { readonly wallMs: number; readonly cpuMs: number };
  readonly reads: readonly TableRead[];
}

async function listingTables(folder: string, places: readonly Place[], sizes: FillSizes): Promise<string> {
  const all: ReadonlyMap<string, Measured>[] = [];
  for (const place of places) all.push(await measureListings(folder, place, sizes));
  const names = [...(all[0]?.keys() ?? [])];
  const row = (name: string, cell: (measured: Measured) => string) =>
    `| ${name} | ${all.map((each) => (each.has(name) ? cell(each.get(name) as Measured) : '')).join(' | ')} |`;
  const head = (what: string) => [
    `| ${what} | ${places.map(({ name }) => name).join(' | ')} |`,
    `|---|${places.map(() => '---|').join('')}`,
  ];
  const times = ({ times: { wallMs, cpuMs } }: Measured) => `${wallMs.toFixed(1)} ms (${cpuMs.toFixed(1)})`;
  return [
    ...head('listing: wall time (CPU of this process)'),
    ...names.map((name) => row(name, times)),
    '',
    ...head('listing: index, rows that were read'),
    ...names.map((name) => row(name, ({ reads }) => readsText(reads))),
  ].join('\n');
}

async function measureListings(
  folder: string,
  { url }: Place,
  sizes: FillSizes,
): Promise<ReadonlyMap<string, Measured>> {
  const heard: Statement[] = [];
  const store = await openStore(url, { onStatement: (statement) => heard.push(statement) });
  const database: StateDatabase = await openDatabase(url, {});
  try {
    await analyse(database);
    const resources = { store: async () => store, live: openLiveFolder(join(folder, 'live')) };
    const measured = new Map<string, Measured>();
    for (const [name, ask] of listingsOf(sizes)) {
      const times = await medianTime(() => ask(resources));
      heard.length = 0;
      await ask(resources);
      const reads: TableRead[] = [];
      for (const statement of heard.splice(0)) reads.push(...(await readsOf(database, statement)));
      measured.set(name, { times, reads });
    }
    return measured;
  } finally {
    await store.close();
    await database.dialect.close(database.db);
  }
}

/** Each index once, with the most rows that a statement read by it. */
function readsText(reads: readonly TableRead[]): string {
  const most = new Map<string, number | null>();
  for (const { table, index, scan, rows } of reads) {
    if (table === 'newest') continue;
    const by = `${index ?? `${table} by its key`}${scan ? ' WHOLE' : ''}`;
    most.set(by, rows === null ? null : Math.max(rows, most.get(by) ?? 0));
  }
  return [...most].map(([by, rows]) => (rows === null ? by : `${by} (${rows})`)).join(', ');
}
