/**
 * One table of clients as CSV in several dialects, as NDJSON, and packed: what ingesting each takes, each in a cold process.
 *
 *   npm run bench -- formats [--rows 1000000] [--runs 3]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ConfigInput } from '../src/config/schema.ts';
import { TABLE_CONFIG, TABLE_WIDTH, writeClients } from './client-table.ts';
import { type Measurement, measure, median } from './measure.ts';

export interface FormatsOptions {
  readonly rows: number;
  readonly runs: number;
}

interface Format {
  readonly name: string;
  readonly ending: string;
  /** The file, of the text of a plain one. */
  readonly write: (plain: string) => Uint8Array;
  /** What the configuration says of it. */
  readonly config?: Partial<ConfigInput>;
}

const semicolons = (plain: string) => plain.replaceAll(',', ';');
const europeanNumbers = (plain: string) => semicolons(plain).replaceAll('.', ',');
const grouped = (plain: string) =>
  europeanNumbers(plain).replace(/;(\d{1,3})(\d{3})(?=[;,])/g, (_, first, rest) => `;${first}.${rest}`);

const FORMATS: readonly Format[] = [
  { name: 'csv', ending: 'csv', write: Buffer.from },
  { name: 'semicolons', ending: 'csv', write: (plain) => Buffer.from(semicolons(plain)) },
  { name: 'tabs', ending: 'csv', write: (plain) => Buffer.from(plain.replaceAll(',', '\t')) },
  {
    name: 'semicolons, decimal commas',
    ending: 'csv',
    write: (plain) => Buffer.from(europeanNumbers(plain)),
    config: { input: { decimal: ',' } },
  },
  {
    name: 'semicolons, 1.234,5',
    ending: 'csv',
    write: (plain) => Buffer.from(grouped(plain)),
    config: { input: { decimal: ',', thousands: '.' } },
  },
  {
    name: 'Windows-1252',
    ending: 'csv',
    write: (plain) => Buffer.from(plain.replaceAll('north', 'nörd'), 'latin1'),
  },
  {
    name: 'UTF-16, tabs',
    ending: 'csv',
    write: (plain) => Buffer.from(`\ufeff${plain.replaceAll(',', '\t')}`, 'utf16le'),
  },
  { name: 'ndjson', ending: 'ndjson', write: Buffer.from },
  {
    name: 'json array',
    ending: 'json',
    write: (plain) => Buffer.from(`[${plain.trimEnd().replaceAll('\n', ',\n')}]`),
  },
  { name: 'csv.gz', ending: 'csv.gz', write: (plain) => gzipSync(plain) },
  { name: 'ndjson.gz', ending: 'ndjson.gz', write: (plain) => gzipSync(plain) },
];
const MAIN = join(import.meta.dirname, '../dist/main.js');
/** Measures and prints the table; gives it as Markdown. */
export async function benchFormats({ rows, runs }: FormatsOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    const lines: string[] = [];
    let plain: number | null = null;
    for (const format of FORMATS) {
      const { bytes, results } = await benchFormat(join(folder, String(lines.length)), format, rows, runs);
      const of = (value: (result: Measurement) => number) => median(results.map(value));
      const cpu = of((r) => r.cpuSeconds);
      plain ??= cpu;
      lines.push(
        `| ${format.name} | ${(bytes / 1e6).toFixed(1)} | ${of((r) => r.wallSeconds).toFixed(2)} | ` +
          `${cpu.toFixed(2)} | ${(cpu / plain).toFixed(2)} | ${of((r) => r.peakMib).toFixed(0)} |`,
      );
      process.stdout.write(`${lines.at(-1)}\n`);
    }
    const head = ['| format | MB | wall s | CPU s | to csv | peak MiB |', '|---|---:|---:|---:|---:|---:|'];
    return [`${rows} rows of ${TABLE_WIDTH} columns, median of ${runs}`, '', ...head, ...lines, ''].join(
      '\n',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchFormat(
  folder: string,
  { ending, write, config }: Format,
  rows: number,
  runs: number,
): Promise<{ readonly bytes: number; readonly results: readonly Measurement[] }> {
  const path = join(folder, 'sourcedata', `clients.${ending}`);
  mkdirSync(join(folder, 'sourcedata'), { recursive: true });
  const plain = join(folder, 'plain');
  writeClients(plain, /json/.test(ending) ? 'ndjson' : 'csv', rows);
  writeFileSync(path, write(readFileSync(plain, 'utf8')));
  rmSync(plain);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...TABLE_CONFIG, ...config }));
  const results: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    rmSync(join(folder, 'tidewatch.db'), { force: true });
    const result = await measure(process.execPath, [MAIN, 'ingest', '--json', '--workspace', folder]);
    const { kept } = (JSON.parse(result.output) as { rows: { kept: number } }).rows;
    if (kept !== rows) throw new Error(`${path}: ${kept} of ${rows} rows were taken`);
    results.push(result);
  }
  return { bytes: statSync(path).size, results };
}
