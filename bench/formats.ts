/**
 * One table of clients as CSV, as NDJSON and as both packed: what ingesting each takes, each in a cold process.
 *
 *   npm run bench -- formats [--rows 1000000] [--runs 3]
 */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Measurement, measure, median } from './measure.ts';

export interface FormatsOptions {
  readonly rows: number;
  readonly runs: number;
}

const FORMATS = ['csv', 'ndjson', 'csv.gz', 'ndjson.gz'] as const;
const MAIN = join(import.meta.dirname, '../dist/main.js');
const NUMERIC = ['tenure', 'usage', 'spend', 'calls', 'complaints', 'distance'];
const NAMES = ['client', ...NUMERIC, 'plan', 'region', 'left'];
const BLOCK = 20_000;

/** Measures and prints the table; gives it as Markdown. */
export async function benchFormats({ rows, runs }: FormatsOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    const lines: string[] = [];
    for (const format of FORMATS) {
      const { bytes, results } = await benchFormat(join(folder, format), format, rows, runs);
      const of = (value: (result: Measurement) => number) => median(results.map(value));
      lines.push(
        `| ${format} | ${(bytes / 1e6).toFixed(1)} | ${of((r) => r.wallSeconds).toFixed(2)} | ` +
          `${of((r) => r.cpuSeconds).toFixed(2)} | ${of((r) => r.peakMib).toFixed(0)} |`,
      );
      process.stdout.write(`${lines.at(-1)}\n`);
    }
    const head = ['| format | MB | wall s | CPU s | peak MiB |', '|---|---:|---:|---:|---:|'];
    return [`${rows} rows of ${NAMES.length} columns, median of ${runs}`, '', ...head, ...lines, ''].join(
      '\n',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchFormat(
  folder: string,
  format: (typeof FORMATS)[number],
  rows: number,
  runs: number,
): Promise<{ readonly bytes: number; readonly results: readonly Measurement[] }> {
  const path = join(folder, 'sourcedata', `clients.${format}`);
  mkdirSync(join(folder, 'sourcedata'), { recursive: true });
  writeClients(path.replace(/\.gz$/, ''), rows, format.startsWith('csv') ? asCsv : asNdjson);
  if (format.endsWith('.gz')) {
    writeFileSync(path, gzipSync(readFileSync(path.replace(/\.gz$/, ''))));
    rmSync(path.replace(/\.gz$/, ''));
  }
  const results: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    rmSync(join(folder, 'tidewatch.db'), { force: true });
    writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
    results.push(await measure(process.execPath, [MAIN, 'ingest', '--json', '--workspace', folder]));
  }
  return { bytes: statSync(path).size, results };
}

const CONFIG = {
  input_folder_path: 'sourcedata',
  output_folder_path: 'out/data',
  test_data_path: 'out/test',
  output_model_path: 'out/models',
  prod_deployment_path: 'out/live',
  columns: { id: 'client', target: 'left', numeric: NUMERIC, categorical: ['plan', 'region'] },
};

type Client = readonly (string | number)[];

/** Row `i` of the table; the same each time. */
function clientOf(i: number): Client {
  const noise = (k: number) => Math.imul(i + 1, 0x9e3779b1 + 2 * k) >>> 0;
  const usage = (noise(1) % 100_000) / 100;
  return [
    `C${1_000_000 + i}`,
    noise(0) % 120,
    usage,
    Math.round(usage * 37) / 100,
    noise(2) % 300,
    noise(3) % 5,
    noise(4) % 10_000,
    ['basic', 'plus', 'family', 'business'][noise(5) >>> 30] ?? 'basic',
    ['north', 'south', 'east', 'west'][noise(6) >>> 30] ?? 'north',
    noise(7) % 4 === 0 ? 1 : 0,
  ];
}

const asCsv = (client: Client): string => client.join(',');
const asNdjson = (client: Client): string =>
  JSON.stringify(Object.fromEntries(NAMES.map((name, k) => [name, client[k]])));

function writeClients(path: string, rows: number, render: (client: Client) => string): void {
  const handle = openSync(path, 'w');
  if (render === asCsv) writeSync(handle, `${NAMES.join(',')}\n`);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    writeSync(handle, Array.from({ length: count }, (_, k) => `${render(clientOf(from + k))}\n`).join(''));
  }
  closeSync(handle);
}
