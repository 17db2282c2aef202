/** Kills `tidewatch ingest` while it pulls, again and again, and holds the snapshot against the source in the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../src/base/random.ts';
import { type Base, COLUMNS } from './source-bases.ts';

const COMMAND = resolve('dist/main.js');
const CHUNK_ROWS = 100_000;

export interface KillOptions {
  readonly base: Base;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly random: Random;
  readonly kills: number;
}

/** A workspace that takes the rows of a base; the state store is on the same kind of database. */
export function createKillWorkspace(base: Base, folder: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      input_folder_path: 'input',
      output_folder_path: 'ingested',
      test_data_path: 'test',
      output_model_path: 'model',
      prod_deployment_path: 'production',
      npm_timeout_ms: 0,
      store: 'env:BENCH_STATE',
      columns: {
        id: 'client',
        numeric: ['lastmonth_activity', 'lastyear_activity', 'balance'],
        categorical: ['segment'],
        time: 'changed_at',
      },
      sources: [
        {
          ...{ name: 'bench', url: 'env:BENCH_SOURCE', table: 'clients' },
          ...{ watermark: 'changed_at', overlap: 3600, rows_per_file: 50_000 },
        },
      ],
    }),
  );
  return { ...process.env, BENCH_SOURCE: base.url, BENCH_STATE: base.stateUrl(folder) };
}

/** What came of killing. */
export interface Kills {
  readonly made: number;
  /** Kills that left a file half-written. */
  readonly inFile: number;
}

/**
 * Lets the command begin and kills it after a random time of up to `seconds`, so many times in a row; then lets it end.
 * A command that ends before its time was over is not counted.
 */
export async function ingestThroughKills(
  { folder, env, random, kills }: KillOptions,
  seconds: number,
): Promise<Kills> {
  let made = 0;
  let inFile = 0;
  for (let attempt = 0; made < kills && attempt < 3 * kills; attempt++) {
    const ended = await ingest(folder, env, 300 + random.uniform() * seconds * 1000);
    if (ended !== 'killed') continue;
    made++;
    if (leftOver(folder).length > 0) inFile++;
  }
  for (let attempt = 0; ; attempt++) {
    const ended = await ingest(folder, env, null);
    if (ended === 'done') break;
    // The lease of a killed run on a server has to end first.
    if (attempt > 60) throw new Error(ended);
    await sleep(2000);
  }
  const left = leftOver(folder);
  if (left.length > 0) throw new Error(`Left over: ${left.join(', ')}`);
  return { made, inFile };
}

async function ingest(folder: string, env: NodeJS.ProcessEnv, killAfterMs: number | null): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, 'ingest', '-w', folder, '--json'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (piece: Buffer) => {
    errors += piece.toString();
  });
  const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  return signal === 'SIGKILL' ? 'killed' : code === 0 ? 'done' : `${code}: ${errors.slice(-500)}`;
}

/** Files that no whole run leaves behind. */
function leftOver(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.part$|\.tmp$/.test(name),
  );
}

/** Every row of the source as one text, numbers as their doubles. */
export async function readSource(base: Base, seconds: number): Promise<Set<string>> {
  const rows = new Set<string>();
  for (let from = 0; from <= seconds; from += CHUNK_ROWS) {
    for (const row of await base.rows(from, from + CHUNK_ROWS - 1)) rows.add(keyOf(row));
  }
  return rows;
}

/** Throws unless the snapshot has each of these rows once, and no other. */
export async function compareSnapshot(folder: string, expected: ReadonlySet<string>): Promise<void> {
  const seen = new Set<string>();
  let order: readonly number[] | null = null;
  for await (const line of createInterface(createReadStream(join(folder, 'ingested', 'finaldata.csv')))) {
    const fields = line.split(',');
    if (order === null) {
      order = COLUMNS.map((name) => fields.indexOf(name));
      continue;
    }
    const key = keyOf(order.map((place) => fields[place]));
    if (seen.has(key) || !expected.has(key)) throw new Error(`Not once in the source: ${key}`);
    seen.add(key);
  }
  if (seen.size !== expected.size) throw new Error(`${seen.size} rows of ${expected.size} have arrived.`);
}

/** The time, the client and the segment as they are, then the numbers. */
function keyOf([time, client, segment, ...numbers]: readonly unknown[]): string {
  return [time, client, segment, ...numbers.map(Number)].join('|');
}
