/** A table of clients of any number of rows, the same each time, and a configuration for it. */
import { closeSync, openSync, writeSync } from 'node:fs';

const NUMERIC = ['tenure', 'usage', 'spend', 'calls', 'complaints', 'distance'];
const NAMES = ['client', ...NUMERIC, 'plan', 'region', 'left'];
const BLOCK = 20_000;

/** Columns of the table. */
export const TABLE_WIDTH = NAMES.length;

export const TABLE_CONFIG = {
  input_folder_path: 'sourcedata',
  output_folder_path: 'out/data',
  test_data_path: 'out/test',
  output_model_path: 'out/models',
  prod_deployment_path: 'out/live',
  columns: { id: 'client', target: 'left', numeric: NUMERIC, categorical: ['plan', 'region'] },
};

type Client = readonly (string | number)[];

/** Row `i` of the table. */
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

/** Writes rows `first` to `first + rows` as a file of its own. */
export function writeClients(path: string, format: 'csv' | 'ndjson', rows: number, first = 0): void {
  const handle = openSync(path, 'w');
  const render = format === 'csv' ? asCsv : asNdjson;
  if (format === 'csv') writeSync(handle, `${NAMES.join(',')}\n`);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    const lines = Array.from({ length: count }, (_, k) => `${render(clientOf(first + from + k))}\n`);
    writeSync(handle, lines.join(''));
  }
  closeSync(handle);
}
