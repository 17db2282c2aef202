/**
 * The cycle (ingest, train, score, diagnose), each step in a cold process, beside the Python peer in the same run.
 *
 *   npm run bench -- cycle --python PYTHON [--rows 10000,1000000,5000000] [--runs 3]
 *
 * PYTHON is an interpreter with numpy, pandas and scikit-learn; the peer and the generator of its data are read
 * from ../shared/peers.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measurement, measure, median } from './measure.ts';

export interface CycleOptions {
  readonly python: string | null;
  readonly rows: readonly number[];
  readonly runs: number;
}

interface Row {
  readonly rows: number;
  readonly step: string;
  readonly ours: Measurement[];
  readonly peer: { wall: number; peak: number }[];
}

const root = join(import.meta.dirname, '..');
const peers = join(root, '../shared/peers');
const STEPS: readonly (readonly [name: string, peer: string, args: readonly string[]])[] = [
  ['ingest', 'ingest', ['ingest']],
  ['train', 'train', ['train']],
  ['score', 'score', ['score']],
  ['diagnose', 'diag', ['diagnose', '--only', 'summary,missing']],
];

/** Measures and prints the table; gives it as Markdown. */
export async function benchCycle(options: CycleOptions): Promise<string> {
  if (options.python === null || !existsSync(join(peers, 'gen.py'))) {
    throw new Error('The cycle needs --python PYTHON and ../shared/peers.');
  }
  const table: Row[] = [];
  for (const rows of options.rows) table.push(...(await benchRows(rows, options.runs, options.python)));
  return renderCycle(table, options.runs);
}

async function benchRows(rows: number, runs: number, python: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    await measure(python, [join(peers, 'gen.py'), String(rows), folder]);
    const table = STEPS.map(([step]): Row => ({ rows, step, ours: [], peer: [] }));
    for (let run = 0; run < runs; run++) {
      writeWorkspace(folder);
      for (const [index, [, , args]] of STEPS.entries()) {
        const main = join(root, 'dist/main.js');
        const result = await measure(process.execPath, [main, ...args, '--json', '--workspace', folder]);
        table[index]?.ours.push(result);
      }
      await measurePeer(python, rows, folder, table);
    }
    return table;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A fresh workspace for each run, so that nothing is remembered from the last. */
function writeWorkspace(folder: string): void {
  for (const name of ['tw', 'tidewatch.db', 'tidewatch.db-wal', 'tidewatch.db-shm']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  mkdirSync(join(folder, 'tw'));
  const config = {
    input_folder_path: 'sourcedata',
    output_folder_path: 'tw/ingesteddata',
    test_data_path: 'testdata',
    output_model_path: 'tw/models',
    prod_deployment_path: 'tw/production_deployment',
    npm_timeout_ms: 0,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

async function measurePeer(
  python: string,
  rows: number,
  folder: string,
  table: readonly Row[],
): Promise<void> {
  const result = await measure(python, [join(peers, 'bench_peer.py'), String(rows), folder]);
  for (const line of result.output.trim().split('\n')) {
    const [name, ...json] = line.split(' ');
    const index = STEPS.findIndex(([, peer]) => peer === name);
    const { wall_s, peak_rss_mib } = JSON.parse(json.join(' ')) as { wall_s: number; peak_rss_mib: number };
    table[index]?.peer.push({ wall: wall_s, peak: peak_rss_mib });
  }
}

function renderCycle(table: readonly Row[], runs: number): string {
  const lines = table.map(({ rows, step, ours, peer }) => {
    const wall = median(ours.map((run) => run.wallSeconds));
    const peak = median(ours.map((run) => run.peakMib));
    const peerWall = median(peer.map((run) => run.wall));
    const peerPeak = median(peer.map((run) => run.peak));
    const cells = [
      rows.toLocaleString('en-US'),
      step,
      `${wall.toFixed(2)} s`,
      `${peerWall.toFixed(2)} s`,
      `${(peerWall / wall).toFixed(1)}x`,
      `${peak.toFixed(0)} MiB`,
      `${peerPeak.toFixed(0)} MiB`,
      `${(peak / peerPeak).toFixed(2)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `Median of ${runs} runs, each step a cold process.

| rows | step | Tidewatch | Python peer | faster | peak memory | peer's peak | ratio |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
