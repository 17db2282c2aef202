/** What files promise whose columns are named otherwise than in the configuration: the same rows, or a word of why not. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import type { MatchedColumn, TableContract } from '../../src/formats/contract/table-contract.ts';
import { renderRecord } from '../../src/formats/csv/header.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'customer_id', role: 'id' },
    { name: 'support_calls', role: 'numeric', aliases: ['Supp_Calls'] },
    { name: 'plan type', role: 'categorical' },
    { name: 'signup', role: 'time' },
    { name: 'churned', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: ['NA'],
};
const NAMES = CONTRACT.columns.map(({ name }) => name);
const ROWS = [
  ['007', '2', 'gold', '2024-01-31', '1'],
  ['12', '', '415', '2024-02-01', '0'],
  ['c"d', '3.5', 'a,b', '', '0'],
];

let engine: Engine;
let home: string;
let runs = 0;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'by-name-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

async function compile(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = join(home, `w${++runs}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'in', name), content);
  const result: CompileResult = await engine.compile({
    folder: join(folder, 'in'),
    output: join(folder, 'out'),
    contract: CONTRACT,
    maxRejectedShare: 1,
    progress: silentProgress,
  });
  return { result, data: readFileSync(result.snapshot.csvPath, 'utf8') };
}

/** A table with `names` for the columns of the contract, these in the order of `order`. */
function csvOf(names: readonly string[], order: readonly number[]): string {
  const pick = (row: readonly string[]) => renderRecord(order.map((k) => row[k] ?? ''));
  return `${[names, ...ROWS].map(pick).join('\n')}\n`;
}

function ndjsonOf(names: readonly string[], order: readonly number[]): string {
  const object = (row: readonly string[]) =>
    Object.fromEntries(order.map((k) => [names[k] ?? '', row[k] ?? '']));
  return `${ROWS.map((row) => JSON.stringify(object(row))).join('\n')}\n`;
}

async function parquetOf(names: readonly string[], order: readonly number[]): Promise<Uint8Array> {
  const path = join(home, `p${++runs}`);
  writeFileSync(`${path}.csv`, csvOf(names, order));
  const columns = order.map((k) => ({ name: names[k] ?? '', role: 'categorical', type: 'text' }) as const);
  await engine.writeParquet({ path: `${path}.csv`, columns, longestLine: 1000 }, `${path}.parquet`);
  return readFileSync(`${path}.parquet`);
}

const WAYS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.replace(/[ _]/, '-'),
  (name) => name.replace(/[ _]/, '\u00a0'),
  (name) => name.replace(/(?:^|[ _])(\w)/g, (_, letter: string) => letter.toUpperCase()),
  (name) => ` ${name}`,
  (name) => (name === 'support_calls' ? 'Supp_Calls' : name),
  (name) => (name === 'support_calls' ? 'supp calls' : name),
];

/** As a header has it: blanks around a name are none of it. JSON and Parquet keep them. */
function matchedOf(names: readonly string[], isHeader: boolean): MatchedColumn[] {
  return NAMES.flatMap((as, k) => {
    const column = isHeader ? (names[k] ?? '').trim() : (names[k] ?? '');
    return column === as ? [] : [{ column, as }];
  });
}

describe('a file whose columns are named otherwise', () => {
  const ways = fc.array(fc.constantFrom(...WAYS), { minLength: NAMES.length, maxLength: NAMES.length });
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });

  it('gives the rows of one with the names of the configuration, as CSV, NDJSON and Parquet', async () => {
    const expected = (await compile({ 'a.csv': csvOf(NAMES, [0, 1, 2, 3, 4]) })).data;
    await fc.assert(
      fc.asyncProperty(ways, orders, async (chosen, order) => {
        const names = NAMES.map((name, k) => chosen[k]?.(name) ?? name);
        const files: [string, string | Uint8Array][] = [
          ['a.csv', csvOf(names, order)],
          ['a.ndjson', ndjsonOf(names, order)],
          ['a.parquet', await parquetOf(names, order)],
        ];
        for (const [name, content] of files) {
          const { result, data } = await compile({ [name]: content });
          expect([name, data]).toEqual([name, expected]);
          const told = matchedOf(names, name !== 'a.ndjson');
          expect(result.files[0]?.matched).toEqual(expect.arrayContaining(told));
          expect(result.files[0]?.matched).toHaveLength(told.length);
          expect(result.files[0]?.extraColumns).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  });

  it.each(['Churned', 'CHURNED ', 'churned\u200b'])(
    'is refused where %j and another may be one column',
    async (other) => {
      const names = [...NAMES.slice(0, 4), 'churned_', other];
      const row = [...(ROWS[0] ?? []), '0'];
      const object = Object.fromEntries(names.map((name, k) => [name, row[k]]));
      const good = csvOf(NAMES, [0, 1, 2, 3, 4]);
      const { result } = await compile({
        'a.csv': `${renderRecord(names)}\n${renderRecord(row)}\n`,
        'b.ndjson': `${JSON.stringify(object)}\n`,
        'c.csv': good,
      });
      expect(result.files.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'accepted']);
      for (const { reason } of result.files.slice(0, 2)) {
        expect(reason).toMatch(/the columns "churned_", ".*" are all read as "churned"; keep that name/);
      }
    },
  );

  it('is read by its exact name where another spelling is beside it', async () => {
    const row = ROWS[0] ?? [];
    const { result, data } = await compile({
      'a.csv': `${renderRecord([...NAMES, 'Churned'])}\n${renderRecord([...row, '0'])}\n`,
      'b.csv': `${renderRecord(['Churned', ...NAMES])}\n${renderRecord(['0', ...row])}\n`,
      'c.ndjson': `${JSON.stringify(Object.fromEntries([...NAMES, 'Churned'].map((name, k) => [name, [...row, '0'][k]])))}\n`,
    });
    expect(result.files.map(({ matched, extraColumns }) => ({ matched, extraColumns }))).toEqual(
      Array.from({ length: 3 }, () => ({ matched: [], extraColumns: ['Churned'] })),
    );
    expect(data.trimEnd().split('\n')).toHaveLength(2);
  });

  it('of NDJSON quarantines an object that has a column by its name and its alias', async () => {
    const [id, calls, plan, signup, churned] = NAMES;
    const object = (keys: object) =>
      JSON.stringify({ [id ?? '']: 'x', [plan ?? '']: 'p', ...keys, [churned ?? '']: 1 });
    const { result } = await compile({
      'a.ndjson': `${[object({ [calls ?? '']: 1, [signup ?? '']: null }), object({ Supp_Calls: 2 }), object({ Supp_Calls: 2, [calls ?? '']: 1 })].join('\n')}\n`,
    });
    expect(result.rows).toMatchObject({ read: 3, kept: 2, quarantined: 1 });
    expect(readFileSync(result.quarantinePaths[0] ?? '', 'utf8')).toContain('support_calls');
  });

  it('is told of when it is opened to be scored', async () => {
    const path = join(home, 'open.csv');
    writeFileSync(
      path,
      csvOf(['Customer ID', 'Supp_Calls', 'plan type', 'signup', 'churned'], [4, 3, 2, 1, 0]),
    );
    const told: MatchedColumn[] = [];
    const table = await engine.open({
      kind: 'files',
      paths: [path],
      contract: CONTRACT,
      labels: 'optional',
      onMatched: (matched) => void told.push(...matched),
    });
    expect(table.rows).toBe(3);
    await table.close();
    expect(told).toEqual([
      { column: 'Customer ID', as: 'customer_id' },
      { column: 'Supp_Calls', as: 'support_calls' },
    ]);
  });
});
