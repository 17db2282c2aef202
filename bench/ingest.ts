/**
 * What ingesting a table from nothing takes, then one file of 1 % more, then nothing new: each in a cold process.
 *
 *   npm run bench -- ingest [--rows 1000000] [--runs 3]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLE_CONFIG, TABLE_WIDTH, writeClients } from './client-table.ts';
import { type Measurement, measure, median } from './measure.ts';

export interface IngestOptions {
  readonly rows: number;
  readonly runs: number;
}

const MAIN = process.env['TIDEWATCH_BENCH_MAIN'] ?? join(import.meta.dirname, '../dist/main.js');

/** Measures and prints the table; gives it as Markdown. */
export async function benchIngest({ rows, runs }: IngestOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  const whole: Measurement[] = [];
  const more: Measurement[] = [];
  const nothing: Measurement[] = [];
  try {
    mkdirSync(join(folder, 'sourcedata'));
    const added = Math.ceil(rows / 100);
    const file = (k: number) => join(folder, 'sourcedata', `clients-${k}.csv`);
    writeClients(file(0), 'csv', rows);
    writeFileSync(join(folder, 'config.json'), JSON.stringify(TABLE_CONFIG));
    const ingest = () => measure(process.execPath, [MAIN, 'ingest', '--json', '--workspace', folder]);
    for (let run = 0; run < runs; run++) {
      for (const name of ['out', 'tidewatch.db'])
        rmSync(join(folder, name), { recursive: true, force: true });
      rmSync(file(1), { force: true });
      whole.push(await ingest());
      writeClients(file(1), 'csv', added, rows);
      more.push(await ingest());
      nothing.push(await ingest());
    }
    const lines = [
      lineOf(`${rows} rows`, whole),
      lineOf(`${added} more in a file of their own`, more),
      lineOf('nothing new', nothing),
    ];
    const head = ['| what | wall s | CPU s | peak MiB |', '|---|---:|---:|---:|'];
    return [`${TABLE_WIDTH} columns, median of ${runs}`, '', ...head, ...lines, ''].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(what: string, results: readonly Measurement[]): string {
  const of = (value: (result: Measurement) => number) => median(results.map(value));
  const line =
    `| ${what} | ${of((r) => r.wallSeconds).toFixed(2)} | ${of((r) => r.cpuSeconds).toFixed(2)} | ` +
    `${of((r) => r.peakMib).toFixed(0)} |`;
  process.stdout.write(`${line}\n`);
  return line;
}
