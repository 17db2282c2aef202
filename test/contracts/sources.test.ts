/** What every database keeps that rows are pulled from: SQLite always, PostgreSQL and MariaDB where they are named. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { createRandom } from '../../src/base/random.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import { checkSource } from '../../src/steps/pull/check-source.ts';
import { type PullSummary, pull } from '../../src/steps/pull/pull.ts';
import type { SourceOptions } from '../../src/steps/pull/source-query.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import { EXTERNAL_DATABASES, type Someones } from './external-databases.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'client', role: 'id' },
    { name: 'amount', role: 'numeric' },
    { name: 'exited', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [],
};
const SOURCE: SourceOptions = {
  name: 'crm',
  table: 'clients',
  query: null,
  watermark: 'seq',
  overlap: 0,
  rowsPerFile: 1000,
};

describe.each(EXTERNAL_DATABASES)('a source on $name', ({ name, types, create }) => {
  let folder: string;
  let base: Someones;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sources-'));
    base = await create();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withDatabase = async <T>(
    body: (database: Awaited<ReturnType<typeof openExternal>>) => Promise<T>,
    timeoutMs = 20_000,
  ): Promise<T> => {
    const database = await openExternal(base.url, { what: 'The source "crm"', timeoutMs });
    try {
      return await body(database);
    } finally {
      await database.close();
    }
  };
  const pulling = (changes: Partial<SourceOptions> = {}, contract = CONTRACT): Promise<PullSummary> =>
    withDatabase((database) =>
      pull(
        { database, progress: silentProgress, clock: systemClock },
        { folder, contract, source: { ...SOURCE, ...changes } },
      ),
    );
  const files = () => readdirSync(folder).sort();
  /** The lines of all files without their headers, in the order of the files. */
  const lines = () =>
    files().flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').slice(1));
  const clients = (from: number, to: number) =>
    base.exec(
      `insert into clients (seq, client, amount, exited) values ${Array.from(
        { length: to - from + 1 },
        (_, k) => `(${from + k}, 'c${from + k}', ${from + k}.5, ${(from + k) % 2})`,
      ).join(', ')}`,
    );
  const createClients = () =>
    base.exec(
      `create table clients (seq bigint, client varchar(40), amount ${types.double}, exited int, note varchar(20))`,
    );

  it('gives every row once, and afterwards only what is new', async () => {
    await createClients();
    await clients(1, 7);
    expect(await pulling()).toMatchObject({ rows: 7, known: 0, unmarked: 0, watermark: '7' });
    const [first] = files();
    expect(first).toMatch(/^source-000001-crm-to-7-[0-9a-f]{12}\.csv$/);
    expect(
      readFileSync(join(folder, first ?? ''), 'utf8')
        .split('\n')
        .slice(0, 2),
    ).toEqual(['seq,client,amount,exited', '1,c1,1.5,1']);
    expect(await pulling()).toMatchObject({ rows: 0, known: 1, files: [], watermark: '7' });
    await clients(8, 9);
    expect(await pulling()).toMatchObject({ rows: 2, known: 1, watermark: '9' });
    expect(lines().map((line) => line.split(',')[0])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(files()[1]).toMatch(/^source-000002-crm-to-9-/);
  });

  it('makes no file of an empty table, nor asks more of it', async () => {
    await createClients();
    expect(await pulling()).toMatchObject({ rows: 0, files: [], watermark: null });
    expect(files()).toEqual([]);
  });

  it('finds late rows in the overlap, and rows that bear the last watermark', async () => {
    await createClients();
    await clients(1, 5);
    await clients(8, 10);
    await pulling();
    await clients(6, 7);
    await base.exec(`insert into clients (seq, client, amount, exited) values (10, 'twin', 1, 0)`);
    expect(await pulling()).toMatchObject({ rows: 1, known: 1 });
    expect(await pulling({ overlap: 4 })).toMatchObject({ rows: 2, known: 4, watermark: '10' });
    expect(await pulling({ overlap: 4 })).toMatchObject({ rows: 0, known: 6 });
    expect(new Set(lines()).size).toBe(11);
    expect(lines()).toHaveLength(11);
  });

  it('takes a row again when it has changed under a new watermark', async () => {
    await createClients();
    await clients(1, 3);
    await pulling();
    await base.exec("update clients set amount = 99, seq = 4 where client = 'c2'");
    expect(await pulling({ overlap: 10 })).toMatchObject({ rows: 1, known: 2 });
    expect(lines().at(-1)).toMatch(/^4,c2,99/);
  });

  it('begins the next file between two watermarks', async () => {
    await createClients();
    await clients(1, 3);
    await base.exec(
      "insert into clients (seq, client, amount, exited) values (3, 'twin', 1, 0), (3, 'third', 1, 0)",
    );
    await clients(4, 6);
    const { files: written } = await pulling({ rowsPerFile: 3 });
    expect(written.map((file) => file.replace(/-[0-9a-f]{12}\.csv$/, ''))).toEqual([
      'source-000001-crm-to-3',
      'source-000002-crm-to-6',
    ]);
    expect(lines()).toHaveLength(8);
  });

  it('keeps times to the microsecond, and looks back in seconds', async () => {
    await base.exec(`create table clients (seq ${types.time}, client varchar(40), amount int, exited int)`);
    const put = (time: string, client: string) =>
      base.exec(`insert into clients values ('2026-03-01 ${time}', '${client}', 1, 0)`);
    await put('10:00:00.000001', 'a');
    await put('10:00:00.000002', 'b');
    const { watermark } = await pulling();
    expect(watermark).toMatch(/^2026-03-01 10:00:00\.000002(\+00)?$/);
    await put('09:59:30.000000', 'late');
    await put('10:00:00.000003', 'c');
    expect(await pulling()).toMatchObject({ rows: 1 });
    expect(await pulling({ overlap: 60 })).toMatchObject({ rows: 1, known: 3 });
    expect(lines().map((line) => line.split(',')[1])).toEqual(['a', 'b', 'c', 'late']);
  });

  it('loses nothing of a number, a text or a missing value', async () => {
    const decimal = name === 'SQLite' ? 'text' : 'decimal(30,10)';
    await base.exec(
      `create table clients (seq bigint, client varchar(80), amount ${types.double}, exited ${decimal})`,
    );
    await base.exec(
      `insert into clients values (9007199254740993, 'Zoë "Z", Łódź\n東京', 0.1, '12345678901234567890.0123456789'),
        (9007199254740995, null, null, null)`,
    );
    await pulling();
    expect(readFileSync(join(folder, files()[0] ?? ''), 'utf8')).toBe(
      'seq,client,amount,exited\n' +
        '9007199254740993,"Zoë ""Z"", Łódź\n東京",0.1,12345678901234567890.0123456789\n' +
        '9007199254740995,,,\n',
    );
  });

  it('gives doubles bit for bit', async () => {
    const random = createRandom(3);
    const amounts = Array.from({ length: 1000 }, () => 1e6 * (random.uniform() - 0.5));
    await base.exec(`create table clients (seq int, client varchar(40), amount ${types.double}, exited int)`);
    const rows = amounts.map((amount, index) => `(${index + 1}, 'a', ${amount.toExponential()}, 0)`);
    await base.exec(`insert into clients values ${rows.join(', ')}`);
    await pulling();
    expect(lines().map((line) => Number(line.split(',')[2]))).toEqual(amounts);
  });

  it('refuses a column of bytes, and says which', async () => {
    await base.exec(`create table clients (seq int, client varchar(40), amount ${types.bytes}, exited int)`);
    await base.exec("insert into clients values (1, 'a', null, 0)");
    await expect(pulling()).rejects.toMatchObject({
      code: 'value-invalid',
      message: expect.stringMatching(/"amount".*bytes/),
    });
    expect(files()).toEqual([]);
  });

  it('names the column that is not there, and the nearest', async () => {
    await createClients();
    await expect(pulling({ watermark: 'sec' })).rejects.toMatchObject({
      code: 'column-missing',
      message: expect.stringMatching(/no column "sec"; "sec" is the watermark\. Did you mean "seq"\?/),
    });
    const columns = [...CONTRACT.columns, { name: 'region', role: 'categorical' as const }];
    await expect(pulling({ watermark: 'Seq' }, { ...CONTRACT, columns })).rejects.toMatchObject({
      code: 'column-missing',
      message: expect.stringMatching(/no columns "Seq", "region".*Did you mean "seq" for "Seq"\?/),
      details: { missing: ['Seq', 'region'] },
    });
    await expect(pulling({ table: 'klients' })).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining('The source "crm" at'),
    });
  });

  it('goes without the target where labels are optional', async () => {
    await base.exec(`create table clients (seq int, client varchar(40), amount int)`);
    await base.exec("insert into clients values (1, 'a', 1)");
    await expect(pulling()).rejects.toMatchObject({ code: 'column-missing' });
    expect(await pulling({}, { ...CONTRACT, labels: 'optional' })).toMatchObject({ rows: 1 });
  });

  it('reads a query as it does a table, and leaves rows without a watermark there, counted', async () => {
    await createClients();
    await clients(1, 4);
    await base.exec("insert into clients (client, amount, exited) values ('unmarked', 1, 0)");
    const query = "select seq, client, amount * 2 as amount, exited from clients where client <> 'c2' ;  ";
    expect(await pulling({ table: null, query })).toMatchObject({ rows: 3, unmarked: 1 });
    expect(lines()[0]).toMatch(/^1,c1,3(\.0)?,1$/);
  });

  it('refuses a watermark that is no number or time, with nothing left half-written', async () => {
    await base.exec(`create table clients (seq varchar(20), client varchar(40), amount int, exited int)`);
    await base.exec("insert into clients values ('1', 'a', 1, 0), ('x', 'b', 1, 0)");
    await expect(pulling()).rejects.toMatchObject({ code: 'value-invalid' });
    expect(files()).toEqual([]);
    await base.exec("delete from clients where seq = 'x'");
    await expect(pulling()).rejects.toMatchObject({
      code: 'value-invalid',
      message: expect.stringMatching(/is "1" in a row; expected numbers in a column of numbers/),
    });
    expect(files()).toEqual([]);
  });

  it('only reads: a query that would write is refused by the database', async () => {
    await createClients();
    await clients(1, 1);
    const database = await openExternal(base.url, { what: 'The source "crm"', timeoutMs: 20_000 });
    const taking = async (sql: string) => {
      for await (const _ of database.read(sql)) break;
    };
    await expect(taking('delete from clients')).rejects.toMatchObject({ code: 'source-unavailable' });
    await database.close();
    expect(await base.rows('select count(*) from clients')).toEqual([[name === 'PostgreSQL' ? '1' : 1]]);
  });

  it('gives up a statement that takes too long, and says what to do', async () => {
    await createClients();
    await clients(1, 3000);
    // PostgreSQL counts the time of each fetch alone, so there one of them waits.
    const others = { SQLite: '', MariaDB: ', clients c', PostgreSQL: ', pg_sleep(5)' }[name];
    const query = `select a.seq, a.client, a.amount + b.amount as amount, a.exited from clients a, clients b${others}`;
    await expect(
      withDatabase(
        (database) =>
          pull(
            { database, progress: silentProgress, clock: systemClock },
            {
              folder,
              contract: CONTRACT,
              source: { ...SOURCE, table: null, query: `${query} where a.seq < 2` },
            },
          ),
        name === 'SQLite' ? 1 : 1000,
      ),
    ).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining('timeout_seconds'),
    });
    expect(files()).toEqual([]);
  }, 20_000);

  it('is shown by a check, which takes nothing', async () => {
    await createClients();
    await clients(1, 3);
    const check = await withDatabase((database) =>
      checkSource({ database, clock: systemClock }, { folder, contract: CONTRACT, source: SOURCE }),
    );
    expect(check.columns.map(({ name: column, role, newest }) => [column, role, newest])).toEqual([
      ['seq', 'watermark', '3'],
      ['client', 'id', 'c3'],
      ['amount', 'numeric', '3.5'],
      ['exited', 'target', '1'],
    ]);
    expect(check).toMatchObject({ extraColumns: ['note'], watermark: null, unmarked: 0 });
    expect(check.columns.every(({ type }) => type.length > 0)).toBe(true);
    expect(files()).toEqual([]);
  });

  it('goes on from the files that are there: what a killed pull left is cleared away', async () => {
    await createClients();
    await clients(1, 3);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.source-000001-crm.csv.123.0123abcd.part'), 'seq,cl');
    writeFileSync(join(folder, 'other.csv'), 'client,amount,exited\n');
    expect(await pulling()).toMatchObject({ rows: 3 });
    expect(files().map((file) => file.replace(/-[0-9a-f]{12}\.csv$/, ''))).toEqual([
      'other.csv',
      'source-000001-crm-to-3',
    ]);
  });
});
