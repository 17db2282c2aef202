/**
 * One table of clients as CSV, as NDJSON and as both packed: what ingesting each takes, each in a cold process.
 *
 *   npm run bench -- formats [--rows 1000000] [--runs 3]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TABLE_CONFIG, TABLE_WIDTH, writeClients } from './client-table.ts';
import { type Measurement, measure, median } from './measure.ts';

export interface FormatsOptions {
  readonly rows: number;
  readonly runs: number;
}

const FORMATS = ['csv', 'ndjson', 'csv.gz', 'ndjson.gz'] as const;
const MAIN = join(import.meta.dirname, '../dist/main.js');
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
    return [`${rows} rows of ${TABLE_WIDTH} columns, median of ${runs}`, '', ...head, ...lines, ''].join(
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
  writeClients(path.replace(/\.gz$/, ''), format.startsWith('csv') ? 'csv' : 'ndjson', rows);
  if (format.endsWith('.gz')) {
    writeFileSync(path, gzipSync(readFileSync(path.replace(/\.gz$/, ''))));
    rmSync(path.replace(/\.gz$/, ''));
  }
  const results: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    rmSync(join(folder, 'tidewatch.db'), { force: true });
    writeFileSync(join(folder, 'config.json'), JSON.stringify(TABLE_CONFIG));
    results.push(await measure(process.execPath, [MAIN, 'ingest', '--json', '--workspace', folder]));
  }
  return { bytes: statSync(path).size, results };
}
