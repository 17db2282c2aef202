/**
 * Pulls a table of a database into files, whole and then one hundredth more: rows a second, peak memory, seconds. Then
 * does the same by the whole command, killed at random points, and holds the snapshot against the table. SQLite always;
 * PostgreSQL and MariaDB where TIDEWATCH_TEST_POSTGRES and TIDEWATCH_TEST_MYSQL name one, or TIDEWATCH_TEST_SERVERS=start.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/base/random.ts';
import startServers from '../test/databases.ts';
import { measure } from './measure.ts';
import { type Base, mysqlBase, postgresBase, sqliteBase } from './source-bases.ts';
import { compareSnapshot, createKillWorkspace, ingestThroughKills, readSource } from './sources-kills.ts';

const ROWS = Number(process.env['TIDEWATCH_BENCH_ROWS'] ?? 1_000_000);
/** A row a second, so an overlap of an hour is 3,600 rows. */
const OVERLAP_SECONDS = 3600;
const KILLS = 10;

interface Pulled {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

/** A table of the pulls, one database a line, and a table of the kills. */
export async function benchSources(): Promise<string> {
  const stopServers = await startServers();
  const { TIDEWATCH_TEST_POSTGRES: postgres, TIDEWATCH_TEST_MYSQL: mysqlServer } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'bench-sources-'));
  const pulls = [
    '| database | first pull | CPU | rows a second | peak memory | 1 % more | peak memory | nothing new |',
    '|---|---|---|---|---|---|---|---|',
  ];
  const kills = [
    '| database, also of the state | kills | in a file | kills of the second pull | in a file | rows | each once |',
    '|---|---|---|---|---|---|---|',
  ];
  try {
    const makers = [
      async () => sqliteBase(folder),
      ...(postgres === undefined ? [] : [() => postgresBase(postgres)]),
      ...(mysqlServer === undefined ? [] : [() => mysqlBase(mysqlServer)]),
    ];
    for (const make of makers) {
      const base = await make();
      try {
        const lines = await benchBase(base, folder);
        pulls.push(lines.pulls);
        kills.push(lines.kills);
      } finally {
        await base.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await stopServers();
  }
  return [...pulls, '', ...kills].join('\n');
}

async function benchBase(base: Base, folder: string): Promise<{ pulls: string; kills: string }> {
  const input = join(folder, base.name);
  const workspace = join(folder, `${base.name}-killed`);
  const env = createKillWorkspace(base, workspace);
  const killing = { base, env, folder: workspace, random: createRandom(11), kills: KILLS };
  await base.fill(1, ROWS);
  const first = await pullOnce(base, input);
  const firstKills = await ingestThroughKills(killing, first.seconds / 4);
  const rows = await readSource(base, ROWS);
  await compareSnapshot(workspace, rows);
  const added = await addHundredth(base);
  const second = await pullOnce(base, input);
  const third = await pullOnce(base, input);
  if (first.rows !== ROWS || second.rows !== added || third.rows !== 0) {
    throw new Error(`${base.name} gave ${first.rows}, ${second.rows} and ${third.rows} rows.`);
  }
  const secondKills = await ingestThroughKills(killing, second.seconds);
  // A row that has changed is there as it was and as it is.
  for (const row of await readSource(base, 2 * ROWS + 1)) rows.add(row);
  await compareSnapshot(workspace, rows);
  return {
    pulls: pullsLine(base, first, second, third),
    kills: `| ${base.name} | ${firstKills.made} | ${firstKills.inFile} | ${secondKills.made} | ${secondKills.inFile} | ${rows.size.toLocaleString('en')} | yes |`,
  };
}

/** New rows, rows that have changed, and late rows inside the overlap, a tenth of the new ones each. */
async function addHundredth(base: Base): Promise<number> {
  const tenth = ROWS / 1000;
  await base.fill(ROWS + 1, ROWS + 8 * tenth);
  await base.change(5 * tenth + 1, 6 * tenth, ROWS);
  await base.fill(ROWS + 8 * tenth + 1, ROWS + 9 * tenth, -(9 * tenth + 1000));
  return 10 * tenth;
}

function pullsLine({ name }: Base, first: Pulled, second: Pulled, third: Pulled): string {
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const memory = ({ peakMib }: Pulled) => `${peakMib.toFixed(0)} MiB`;
  const rate = Math.round(first.rows / first.seconds).toLocaleString('en');
  const cells = [
    ...[name, seconds(first.seconds), seconds(first.cpuSeconds), rate, memory(first)],
    ...[seconds(second.seconds), memory(second), seconds(third.seconds)],
  ];
  return `| ${cells.join(' | ')} |`;
}

async function pullOnce(base: Base, folder: string): Promise<Pulled> {
  const script = join(import.meta.dirname, 'sources-pull.ts');
  const options = ['--import', 'tsx', script, base.url, folder, String(OVERLAP_SECONDS)];
  const { peakMib, output } = await measure(process.execPath, options);
  return { ...(JSON.parse(output) as Omit<Pulled, 'peakMib'>), peakMib };
}
