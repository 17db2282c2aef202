/** The promise of derived columns: the snapshot, a row of the API, files and SQL make the same of the same raw values. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { columnsSchema } from '../../src/config/schema.ts';
import type { Feature, ModelDocument } from '../../src/core/document/document.ts';
import { tableColumnsOf } from '../../src/core/models/sql/derived-sql.ts';
import { dialectRules, type SqlDialect } from '../../src/core/models/sql/dialect.ts';
import { renderSql } from '../../src/core/models/sql/render-sql.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { Engine, Table } from '../../src/engine/port.ts';
import { scoreTable } from '../../src/engine/rows/score-table.ts';
import { contractOf } from '../../src/formats/contract/contract.ts';
import { modelInputsOf } from '../../src/formats/contract/model-inputs.ts';
import { scoringContract } from '../../src/formats/contract/scoring-contract.ts';
import {
  type ScratchSelect,
  selectInDuckdb,
  selectInSqlite,
} from '../../src/store/external/scratch-select.ts';
import { modelOf } from './random-models.ts';
import { selectInMysql, selectInPostgres } from './server-select.ts';

const contract = contractOf(
  columnsSchema.parse({
    id: 'client',
    target: 'exited',
    numeric: ['used', 'total'],
    time: 'as of',
    derived: {
      since_login: { days_since: 'last login' },
      until_end: { days_until: 'end' },
      season: { month: 'last login' },
      row_month: { month: 'as of' },
      share: { ratio: ['used', 'quota'] },
      rest: { difference: ['total', 'used'] },
    },
  }),
  ['', 'NA'],
);

const inputs = modelInputsOf(contract);
const features = inputs.flatMap(({ name }): Feature[] => [
  { kind: 'number', source: name, missing: 1 },
  { kind: 'missing', source: name },
]);
const model: ModelDocument = modelOf(
  features,
  {
    kind: 'logistic-regression',
    coefficients: features.map((_, k) => ((k % 5) - 2) / (k % 2 === 0 ? 4000 : 3)),
    intercept: -0.25,
    means: features.map(() => 0),
  },
  { kind: 'none' },
  { id: 'client', inputs, target: { column: 'exited', positive: '1' } },
);
const scorer = createScorer(model);

interface RawRow {
  readonly used: number | null;
  readonly total: number | null;
  readonly quota: number | null;
  readonly 'as of': string | null;
  readonly 'last login': string | null;
  readonly end: string | null;
}

const pad = (value: number) => String(value).padStart(2, '0');
const calendarDay = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2150-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const edgeDay = fc.constantFrom(
  '2024-02-29',
  '2023-12-31',
  '2024-01-01',
  '1969-12-31',
  '1970-01-01',
  '2000-02-29',
);
const clock = fc
  .record({
    mark: fc.constantFrom('T', ' '),
    hour: fc.nat(23),
    minute: fc.nat(59),
    second: fc.constantFrom('', ':00', ':59', ':60', ':07.25', ':30.123456789'),
    zone: fc.constantFrom('', 'Z', '+00', '+05:30', '-0330', '+14:00', '-12', '-23:59'),
  })
  .map(({ mark, hour, minute, second, zone }) => `${mark}${pad(hour)}:${pad(minute)}${second}${zone}`);
const time = fc
  .tuple(fc.oneof(calendarDay, edgeDay), fc.oneof(fc.constant(''), clock))
  .map(([day, rest]) => `${day}${rest}`);
const number = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 1e15, 0.1, 1 / 3, -2.5e-7),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-80),
);
const orMissing = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 8 });
const rawRow: fc.Arbitrary<RawRow> = fc.record({
  used: orMissing(number),
  total: orMissing(number),
  quota: orMissing(number),
  'as of': orMissing(time),
  'last login': orMissing(time),
  end: orMissing(time),
});
const rows = fc.sample(rawRow, { numRuns: 3000, seed: 7 });
const expected = rows.map((row) => scorer.scoreRow({ ...row }).probability);

const NAMES = ['client', 'used', 'total', 'quota', 'as of', 'last login', 'end', 'exited'];
const recordOf = (row: RawRow, i: number): Readonly<Record<string, string | number | null>> => ({
  client: `c${i}`,
  exited: i % 2,
  ...row,
});
const csvOf = (header: readonly string[], all: readonly Readonly<Record<string, unknown>>[]) =>
  `${[header, ...all.map((row) => header.map((name) => row[name] ?? ''))].map((line) => line.join(',')).join('\n')}\n`;

describe('derived columns', () => {
  let engine: Engine;
  let home: string;
  const opened: Table[] = [];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'derived-'));
    engine = await createDuckdbEngine({
      threads: 2,
      memoryLimit: '500MB',
      temporaryFolder: join(home, 'tmp'),
    });
  });
  afterAll(async () => {
    for (const table of opened) await table.close();
    await engine.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function compiled(files: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(home, 'input-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const output = join(folder, 'out');
    mkdirSync(output);
    return engine.compile({ folder, output, contract, maxRejectedShare: 1, progress: silentProgress });
  }

  async function opens(path: string, as: 'whole' | 'model'): Promise<Table> {
    const table = await engine.open({
      kind: 'files',
      paths: [path],
      contract: as === 'model' ? scoringContract(model, contract) : contract,
      labels: 'optional',
    });
    opened.push(table);
    return table;
  }

  it('are in the snapshot as a row of the API has them, bit for bit, and raw columns are not', async () => {
    const { snapshot, rows: counts } = await compiled({ 'a.csv': csvOf(NAMES, rows.map(recordOf)) });
    expect(counts).toEqual({ read: rows.length, kept: rows.length, duplicates: 0, quarantined: 0 });
    expect(snapshot.columns.map(({ name }) => name)).toEqual([
      'client',
      'used',
      'total',
      'since_login',
      'until_end',
      'season',
      'row_month',
      'share',
      'rest',
      'as of',
      'exited',
    ]);
    const table = await engine.open({ kind: 'snapshot', snapshot, contract });
    opened.push(table);
    const { probabilities } = await scoreTable(table, scorer, { labels: false });
    expect(Array.from(probabilities)).toEqual(expected);
  });

  it('are the same from NDJSON, and finaldata.csv put in again is the same rows', async () => {
    const lines = rows.map((row, i) => JSON.stringify(recordOf(row, i))).join('\n');
    const first = await compiled({ 'a.csv': csvOf(NAMES, rows.map(recordOf)) });
    const second = await compiled({ 'a.ndjson': `${lines}\n` });
    expect(second.snapshot.id).toBe(first.snapshot.id);
    const third = await engine.open({
      kind: 'files',
      paths: [first.snapshot.csvPath],
      contract,
      labels: 'optional',
    });
    opened.push(third);
    const { probabilities } = await scoreTable(third, scorer, { labels: false });
    expect(Array.from(probabilities)).toEqual(expected);
  });

  it('are the same from Parquet, whose dates are dates and times', async () => {
    const isPlain = (text: string | null) =>
      text === null || /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:[0-5]\d(?:\.\d+)?)?$/.test(text);
    const plain = rows.filter((row) => [row['as of'], row['last login'], row.end].every(isPlain));
    const path = join(home, 'plain.csv');
    writeFileSync(path, csvOf(NAMES, plain.map(recordOf)));
    const parquet = join(home, 'plain.parquet');
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const cast = (name: string, type: string) => `cast("${name}" as ${type}) as "${name}"`;
    await connection.run(
      `copy (select * replace (${cast('as of', 'timestamp')}, ${cast('last login', 'timestamp')}, ${cast('end', 'date')}, ` +
        `${cast('used', 'double')}, ${cast('total', 'double')}, ${cast('quota', 'double')}) ` +
        `from read_csv('${path}', header = true, all_varchar = true)) to '${parquet}' (format parquet)`,
    );
    instance.closeSync();
    const { probabilities } = await scoreTable(await opens(parquet, 'model'), scorer, { labels: false });
    expect(plain.length).toBeGreaterThan(300);
    expect(Array.from(probabilities)).toEqual(plain.map((row) => scorer.scoreRow({ ...row }).probability));
  });

  it('are made for a file that is scored, which has the raw columns or them', async () => {
    const path = join(home, 'raw.csv');
    writeFileSync(path, csvOf(NAMES.slice(0, -1), rows.map(recordOf)));
    const raw = await scoreTable(await opens(path, 'model'), scorer, { labels: false });
    expect(Array.from(raw.probabilities)).toEqual(expected);
    const made = rows.map((row, i) => {
      const { columns } = scorer.batchOf({ ...row });
      const values = inputs.map(({ name }, k) => {
        const column = columns[k];
        const value = column?.kind === 'numeric' ? (column.values[0] as number) : Number.NaN;
        return [name, Number.isNaN(value) ? '' : value];
      });
      return { client: `c${i}`, ...Object.fromEntries(values) };
    });
    writeFileSync(path, csvOf(['client', ...inputs.map(({ name }) => name)], made));
    const own = await scoreTable(await opens(path, 'model'), scorer, { labels: false });
    expect(Array.from(own.probabilities)).toEqual(expected);
  });

  it('send a row to quarantine by the raw column that cannot be read, once', async () => {
    const good = {
      client: 'a',
      used: 1,
      total: 2,
      quota: 4,
      'as of': '2024-02-01',
      'last login': '2024-01-01',
      end: '',
      exited: 0,
    };
    const bad = [
      { ...good, client: 'b', 'last login': '31.01.2024' },
      { ...good, client: 'c', used: 'many' },
      { ...good, client: 'd', quota: '1e400' },
      { ...good, client: 'e', end: '2024-02-30', total: 'x' },
      { ...good, client: 'f', 'as of': 'today' },
    ];
    const result = await compiled({ 'a.csv': csvOf(NAMES, [good, ...bad]) });
    expect(result.rows).toEqual({ read: 6, kept: 1, duplicates: 0, quarantined: 5 });
    const said = readFileSync(result.quarantinePaths[0] as string, 'utf8').replaceAll('""', '"');
    expect(said.match(/last login: got "31.01.2024", expected a time/g)).toHaveLength(1);
    expect(said.match(/used: got "many/g)).toHaveLength(1);
    expect(said).toMatch(/quota: got .*1e400.*beyond/);
    expect(said).toMatch(/end: got .*2024-02-30/);
    expect(said.match(/as of: got/g)).toHaveLength(1);
  });

  it('refuse a file without a raw column by its name, with the near one', async () => {
    const header = NAMES.map((name) => (name === 'last login' ? 'Last_Logins' : name));
    const renamed = rows.slice(0, 30).map((row, i) => {
      const { 'last login': login, ...rest } = recordOf(row, i) as Record<string, unknown>;
      return { ...rest, Last_Logins: login };
    });
    for (const [name, text] of [
      ['a.csv', csvOf(header, renamed)],
      ['a.ndjson', renamed.map((row) => JSON.stringify(row)).join('\n')],
    ] as const) {
      await expect(compiled({ [name]: text })).rejects.toMatchObject({
        message: expect.stringMatching(/last login.*did you mean "Last_Logins"/s),
      });
    }
  });
});

const { TIDEWATCH_TEST_POSTGRES: postgresUrl, TIDEWATCH_TEST_MYSQL: mysqlUrl } = process.env;
const DATABASES: readonly { name: string; dialect: SqlDialect; select: ScratchSelect }[] = [
  { name: 'DuckDB', dialect: 'duckdb', select: selectInDuckdb },
  { name: 'DuckDB, by the text for PostgreSQL,', dialect: 'postgres', select: selectInDuckdb },
  { name: 'SQLite', dialect: 'sqlite', select: selectInSqlite },
  ...(postgresUrl === undefined
    ? []
    : [{ name: 'PostgreSQL', dialect: 'postgres', select: selectInPostgres(postgresUrl) } as const]),
  ...(mysqlUrl === undefined
    ? []
    : [{ name: 'MySQL or MariaDB', dialect: 'mysql', select: selectInMysql(mysqlUrl) } as const]),
];

describe.each(DATABASES)('$name as to derived columns', ({ dialect, select }) => {
  it('makes of raw columns what the scorer makes of them', async () => {
    const columns = tableColumnsOf(inputs).map(({ name, kind }) => ({
      name,
      kind: kind === 'numeric' ? kind : ('categorical' as const),
      values: rows.map((row) => row[name as keyof RawRow]),
    }));
    const id = { name: 'client', kind: 'categorical', values: rows.map((_, i) => `c${i}`) } as const;
    const answer = await select(
      'raw rows',
      [id, ...columns],
      renderSql(model, { dialect, table: 'raw rows' }),
    );
    expect(answer).toHaveLength(rows.length);
    // A server gives rows in any order.
    const found = new Map(answer.map(([client, probability]) => [String(client), Number(probability)]));
    rows.forEach((row, i) => {
      const got = found.get(`c${i}`) ?? Number.NaN;
      const off = Math.abs(got - (expected[i] as number));
      if (!(off <= 1e-9)) throw new Error(`${JSON.stringify(row)}: got ${got}, expected ${expected[i]}`);
    });
  });

  it('takes columns of dates and times as well as texts', async () => {
    const isPlain = (text: string | null) =>
      text === null || !/:60|Z$|[+-]\d\d(:?\d\d)?$/.test(text.slice(11));
    const plain = rows.filter((row) => [row['as of'], row['last login'], row.end].every(isPlain));
    const columns = tableColumnsOf(inputs).map(({ name, kind }) => ({
      name,
      kind: kind === 'numeric' ? kind : ('categorical' as const),
      values: plain.map((row) => row[name as keyof RawRow]),
    }));
    const id = { name: 'client', kind: 'categorical', values: plain.map((_, i) => `c${i}`) } as const;
    const sql = renderSql(model, { dialect, table: 'raw rows' });
    const { identifier } = dialectRules(dialect);
    const type = { mysql: 'DATETIME(6)', sqlite: 'TEXT' }[dialect as string] ?? 'TIMESTAMP';
    const typed = ['client', ...columns.map(({ name }) => name)].map((name) => {
      const column = identifier(name);
      if (name === 'end') return `CAST(${column} AS ${dialect === 'sqlite' ? 'TEXT' : 'DATE'}) AS ${column}`;
      return ['as of', 'last login'].includes(name) ? `CAST(${column} AS ${type}) AS ${column}` : column;
    });
    const table = `(SELECT ${typed.join(', ')} FROM ${identifier('raw rows')}) AS t`;
    const text = sql.replace(`${identifier('raw rows')} AS t`, () => table);
    expect(text).not.toBe(sql);
    const answer = await select('raw rows', [id, ...columns], text);
    const found = new Map(answer.map(([client, probability]) => [String(client), Number(probability)]));
    expect(plain.length).toBeGreaterThan(200);
    plain.forEach((row, i) => {
      const off = Math.abs((found.get(`c${i}`) ?? Number.NaN) - scorer.scoreRow({ ...row }).probability);
      if (!(off <= 1e-9)) throw new Error(`${JSON.stringify(row)}: off by ${off}`);
    });
  });
});
