import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkbook } from '../../../../test/workbooks.ts';
import { silentProgress } from '../../../base/progress.ts';
import type { Reading, TableContract } from '../../../formats/contract/table-contract.ts';
import type { CompileResult, Engine } from '../../port.ts';
import { Database } from './database.ts';
import { createDuckdbEngine } from './engine.ts';

let engine: Engine;
let database: Database;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'formats-'));
  const options = { threads: 2, memoryLimit: '300MB', temporaryFolder: home };
  engine = await createDuckdbEngine(options);
  database = await Database.open(options);
});
afterAll(async () => {
  database.close();
  await engine.close();
  rmSync(home, { recursive: true });
});

const READING: Reading = {
  ...{ delimiter: null, encoding: null, skipLines: null, descriptionLines: 0, decimal: '.', thousands: null },
  sheet: null,
};
const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'spend', role: 'numeric' },
    { name: 'vip', role: 'numeric' },
    { name: 'plan', role: 'categorical' },
    { name: 'code', role: 'categorical' },
    { name: 'seen', role: 'time' },
    { name: 'left', role: 'target' },
  ],
  ...{ positive: '1', negative: '0', missingTexts: ['NA'] },
  reading: READING,
};

interface Client {
  readonly id: string;
  readonly spend: number | null;
  readonly vip: boolean;
  readonly plan: string | null;
  readonly code: number;
  /** Days since 1899-12-30, as Excel counts. */
  readonly seen: number;
  readonly left: boolean;
}

const CLIENTS: readonly Client[] = Array.from({ length: 40 }, (_, k) => ({
  id: k % 3 === 0 ? `c"${k}", é` : `00${k}`,
  spend: k % 7 === 0 ? null : k * 1.25 - 3,
  vip: k % 2 === 0,
  plan: k % 5 === 0 ? null : (['=a', '12,5', 'two\nlines', '1.50'][k % 4] as string),
  code: 12_345_678_901 + k,
  seen: 45_658 + k + (k % 2) / 4,
  left: k % 4 === 0,
}));
const NAMES = Object.keys(CLIENTS[0] as Client);
const isoOf = (days: number): string => {
  const text = new Date((days - 25_569) * 86_400_000).toISOString();
  return Number.isInteger(days) ? text.slice(0, 10) : text.slice(0, 19);
};
const asObject = (client: Client) => ({ ...client, seen: isoOf(client.seen) });

const FORMATS: Record<string, (path: string) => Promise<void> | void> = {
  'a.csv': (path) => {
    const field = (value: unknown) => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
    const lines = CLIENTS.map((client) => Object.values(asObject(client)).map(field).join(','));
    writeFileSync(path, `${NAMES.join(',')}\n${lines.join('\n')}\n`);
  },
  'a.ndjson': (path) =>
    writeFileSync(path, CLIENTS.map((client) => `${JSON.stringify(asObject(client))}\n`).join('')),
  'a.json': (path) => writeFileSync(path, JSON.stringify(CLIENTS.map(asObject), null, 2)),
  'a.json.gz': (path) => writeFileSync(path, gzipSync(JSON.stringify(CLIENTS.map(asObject)))),
  'a.xlsx': (path) =>
    writeFileSync(
      path,
      makeWorkbook(
        [
          { name: 'Notes', rows: [['about this']] },
          {
            name: 'Clients',
            rows: [
              ['Clients of the year'],
              null,
              NAMES,
              ...CLIENTS.map(({ seen, ...client }) => {
                const { left, ...rest } = client;
                return [...Object.values(rest), { s: 1, v: String(seen) }, left];
              }),
            ],
          },
        ],
        { formats: [22] },
      ),
    ),
  'a.parquet': async (path) => {
    const source = `${path}.ndjson`;
    writeFileSync(source, CLIENTS.map((client) => `${JSON.stringify(asObject(client))}\n`).join(''));
    const columns =
      "{id: 'varchar', spend: 'double', vip: 'boolean', plan: 'varchar', code: 'double', seen: 'varchar', \"left\": 'boolean'}";
    await database.run(
      `copy (select * from read_json('${source}', format = 'newline_delimited', columns = ${columns})) to '${path}' (format parquet)`,
    );
    rmSync(source);
  },
};

let folders = 0;
async function compile(name: string, contract: TableContract): Promise<CompileResult> {
  const folder = join(home, `w${++folders}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  await FORMATS[name]?.(join(folder, 'in', name));
  return engine.compile({
    ...{ folder: join(folder, 'in'), output: join(folder, 'out'), contract },
    ...{ maxRejectedShare: 1, progress: silentProgress },
  });
}

describe('the rows of a file', () => {
  it.each(Object.keys(FORMATS))('are the same rows in %s', async (name) => {
    const wanted = await compile('a.csv', CONTRACT);
    const got = await compile(name, CONTRACT);
    expect(got.rows).toEqual({ read: 40, kept: 40, duplicates: 0, quarantined: 0 });
    expect(got.snapshot.id).toBe(wanted.snapshot.id);
  });

  it.each(Object.keys(FORMATS))(
    'of %s can be opened as they are, and copied where a reader needs it',
    async (name) => {
      const path = join(home, name);
      await FORMATS[name]?.(path);
      const table = await engine.open({
        kind: 'files',
        paths: [path],
        contract: CONTRACT,
        labels: 'required',
      });
      expect(table.rows).toBe(40);
      await table.close();
      expect(await engine.copyOf(path)).toSatisfy(
        (copy: string) => (copy === path) === !name.endsWith('.parquet'),
      );
    },
  );
});

describe('a boolean of Parquet', () => {
  it.each(['numeric', 'categorical', 'segment', 'target', 'value'] as const)(
    'is read as %s as in JSON',
    async (role) => {
      const contract: TableContract = {
        columns: [
          { name: 'id', role: 'id' },
          { name: 'flag', role },
        ],
        ...{ positive: '1', negative: '0', missingTexts: [], labels: 'optional' },
      };
      const rows = [
        { id: 'a', flag: true },
        { id: 'b', flag: false },
        { id: 'c', flag: null },
      ];
      const folder = join(home, `booleans-${role}`);
      const ids: string[] = [];
      for (const kind of ['ndjson', 'parquet']) {
        const input = join(folder, kind);
        mkdirSync(input, { recursive: true });
        const source = join(folder, 'rows.ndjson');
        writeFileSync(source, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        if (kind === 'ndjson')
          writeFileSync(join(input, 'a.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        else
          await database.run(
            `copy (select * from read_json('${source}')) to '${join(input, 'a.parquet')}' (format parquet)`,
          );
        const { rows: counts, snapshot } = await engine.compile({
          ...{
            folder: input,
            output: join(folder, `out-${kind}`),
            contract,
            maxRejectedShare: 1,
            progress: silentProgress,
          },
        });
        expect(counts).toMatchObject({ read: 3, kept: 3, quarantined: 0 });
        ids.push(snapshot.id);
      }
      expect(ids[0]).toBe(ids[1]);
    },
  );
});
