/** A workspace of made-up clients with three inputs, owners and segments, and files of as many of them as are wanted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../src/base/random.ts';

export const OWNERS = 200;
export const SEGMENTS = 6;

export const idOf = (client: number) => `C-${String(client).padStart(7, '0')}`;
export const ownerOf = (owner: number) => `Owner ${String(owner % OWNERS).padStart(3, '0')}`;

/** Makes config.json, with more keys where they are given, and the folders `in`, `test`, `out`, `models` and `live`. */
export function createClientWorkspace(folder: string, more: Readonly<Record<string, unknown>> = {}): void {
  for (const name of ['in', 'test', 'out', 'models', 'live']) mkdirSync(join(folder, name));
  const config = {
    input_folder_path: 'in',
    output_folder_path: 'out',
    test_data_path: 'test',
    output_model_path: 'models',
    prod_deployment_path: 'live',
    npm_timeout_ms: 0,
    ...more,
    columns: {
      id: 'id',
      numeric: ['logins', 'tickets', 'months'],
      categorical: [],
      target: 'left',
      value: 'value',
      owner: 'owner',
      segment: 'segment',
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

/** CSV of the clients from one number on. */
export function clientFile(random: Random, from: number, count: number): string {
  const whole = (below: number) => Math.floor(below * random.uniform());
  const lines = Array.from({ length: count }, (_, k) => {
    const [logins, tickets, months] = [whole(60), whole(12), whole(72)];
    const margin = 0.4 - 0.06 * logins + 0.2 * tickets - 0.01 * months;
    const left = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    const place = `${ownerOf(whole(OWNERS))},segment${whole(SEGMENTS)}`;
    return `${idOf(from + k)},${logins},${tickets},${months},${500 + whole(9500)},${place},${left}`;
  });
  return `${['id,logins,tickets,months,value,owner,segment,left', ...lines].join('\n')}\n`;
}
