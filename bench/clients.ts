/**
 * A million clients seen every month for a year, with their status: what ingest, train, score and the list of clients
 * cost, each in a cold process.
 *
 *   npm run bench -- clients [--rows 12000000]
 */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/base/random.ts';
import { type Measurement, measure } from './measure.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const MONTHS = 12;
const BLOCK = 20_000;

const CONFIG = {
  input_folder_path: 'sourcedata',
  output_folder_path: 'out',
  test_data_path: 'testdata',
  output_model_path: 'models',
  prod_deployment_path: 'live',
  columns: {
    id: 'client',
    target: 'left',
    numeric: ['tenure', 'usage', 'spend', 'calls'],
    categorical: ['plan'],
    time: 'month_end',
    value: 'spend',
  },
  holdout: { share: 0.2, by: 'client' },
  labels: { missing: 'keep', meaning: 'status', horizon_days: 31 },
  model: 'auto',
  calibration: 'auto',
  threshold: 'f1',
  npm_timeout_ms: 0,
};

const STEPS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['ingest', ['ingest']],
  ['train', ['train']],
  ['score', ['score']],
  ['deploy', ['deploy']],
  ['rank', ['risks', '--top', '100']],
];

/** `rows`: of all months together. Prints each step as it is done; gives the table as Markdown. */
export async function benchClients(rows: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    const clients = Math.round(rows / MONTHS);
    const bytes = writeMonths(join(folder, 'sourcedata'), clients);
    writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
    const lines: string[] = [];
    for (const [name, args] of STEPS) {
      const result = await measure(process.execPath, [MAIN, ...args, '--json', '--workspace', folder]);
      lines.push(lineOf(name, result));
      process.stdout.write(`${lines.at(-1)}\n`);
    }
    return [
      `${clients} clients x ${MONTHS} months, ${(bytes / 1e6).toFixed(0)} MB of CSV, model auto, one run`,
      '',
      '| step | wall s | CPU s | peak MiB |',
      '|---|---:|---:|---:|',
      ...lines,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(name: string, { wallSeconds, cpuSeconds, peakMib }: Measurement): string {
  return `| ${name} | ${wallSeconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${peakMib.toFixed(0)} |`;
}

/** One file a month, all clients in each; who has left stays in the dumps. Returns the bytes written. */
function writeMonths(folder: string, clients: number): number {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(12);
  const level = Float32Array.from({ length: clients }, () => random.uniform());
  const left = new Uint8Array(clients);
  let bytes = 0;
  for (let month = 0; month < MONTHS; month++) {
    const time = new Date(Date.UTC(2025, month + 1, 0)).toISOString().slice(0, 10);
    const path = join(folder, `clients-${time}.csv`);
    const handle = openSync(path, 'wx');
    let block = ['client,month_end,tenure,usage,spend,calls,plan,left'];
    for (let client = 0; client < clients; client++) {
      const usage = left[client] === 1 ? 0 : (level[client] as number) * 100 + 20 * random.uniform();
      const spend = 10 + 40 * (level[client] as number) + random.below(500) / 100;
      const plan = ['basic', 'plus', 'pro'][client % 3];
      block.push(
        `C${client},${time},${(client % 70) + month},${usage.toFixed(1)},${spend.toFixed(2)},${random.below(6)},${plan},${left[client]}`,
      );
      if (random.uniform() < ((level[client] as number) < 0.3 ? 0.06 : 0.01)) left[client] = 1;
      if (block.length < BLOCK) continue;
      writeSync(handle, `${block.join('\n')}\n`);
      block = [];
    }
    if (block.length > 0) writeSync(handle, `${block.join('\n')}\n`);
    closeSync(handle);
    bytes += statSync(path).size;
  }
  return bytes;
}
