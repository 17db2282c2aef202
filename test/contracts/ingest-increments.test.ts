/** What ingesting one more file takes and gives: as much as is new, and what ingesting all at once gives. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import { pruneSnapshots } from '../../src/engine/local/files/snapshot-file.ts';
import { partPathsOf } from '../../src/engine/local/files/snapshot-parts.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'n', role: 'numeric' },
    { name: 'left', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [],
};
/** More than are written anew each time. */
const BASE_ROWS = 260_000;
const STEP_ROWS = 3000;

const linesOf = (from: number, rows: number, suffix = ''): string =>
  `id,n,left\n${Array.from({ length: rows }, (_, k) => `client ${from + k},${(from + k) % 977}${suffix},${k & 1}\n`).join('')}`;

describe('a further file', () => {
  let engine: Engine;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'increments-'));
    engine = await createDuckdbEngine({ threads: 2, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
    mkdirSync(join(home, 'base', 'in'), { recursive: true });
    writeFileSync(join(home, 'base', 'in', 'a.csv'), linesOf(0, BASE_ROWS));
    await compile('base');
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });

  const labels = new Set<string>();
  function compile(name: string): Promise<CompileResult> {
    labels.clear();
    return engine.compile({
      folder: join(home, name, 'in'),
      output: join(home, name, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 1,
      progress: (told) => {
        labels.add(told.label);
        silentProgress(told);
      },
    });
  }

  /** A copy of the base, already compiled. */
  function copyOfBase(name: string): string {
    cpSync(join(home, 'base'), join(home, name), { recursive: true });
    return join(home, name);
  }

  const finalHash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(home, name, 'out', 'finaldata.csv')))
      .digest('hex');

  /** All rows of the snapshot, as lines of finaldata.csv. */
  async function tableHash({ snapshot }: Pick<CompileResult, 'snapshot'>): Promise<string> {
    const table = await engine.open({ kind: 'snapshot', snapshot, contract: CONTRACT });
    const hash = createHash('sha256').update('id,n,left\n');
    for await (const { rows, columns } of table.stream(['id', 'n', 'left'])) {
      for (let k = 0; k < rows; k++) {
        hash.update(
          `${columns.map((column) => (column.kind === 'categorical' ? '' : column.values[k])).join(',')}\n`,
        );
      }
    }
    await table.close();
    return hash.digest('hex');
  }

  it('writes its rows alone as Parquet, and the result is that of reading all at once', async () => {
    const folder = copyOfBase('steps');
    const before = readdirSync(join(folder, 'out', 'snapshots')).map((name) => ({
      name,
      inode: statSync(join(folder, 'out', 'snapshots', name)).ino,
    }));
    let result = await compile('steps');
    for (let step = 0; step < 9; step++) {
      const name = `b${step}.csv`;
      // Each file also has rows that are there already.
      const again = linesOf(step * 50, 50).replace('id,n,left\n', '');
      writeFileSync(join(folder, 'in', name), linesOf(BASE_ROWS + step * STEP_ROWS, STEP_ROWS) + again);
      result = await compile('steps');
      expect([...labels]).toEqual([`reading ${name}`]);
      expect(result.files.at(-1)).toMatchObject({ kept: STEP_ROWS, duplicates: 50, quarantined: 0 });
      pruneSnapshots(join(folder, 'out'), [result.snapshot.id]);
    }
    const [first] = before;
    expect(statSync(join(folder, 'out', 'snapshots', first?.name ?? '')).ino).toBe(first?.inode);
    const parts = partPathsOf(result.snapshot.parquetPath);
    expect(parts.length).toBeLessThanOrEqual(4);
    expect(readdirSync(join(folder, 'out', 'snapshots'))).toHaveLength(parts.length + 1);
    expect(await tableHash(result)).toBe(finalHash('steps'));

    cpSync(join(folder, 'in'), join(home, 'once', 'in'), { recursive: true });
    const once = await compile('once');
    expect(once.snapshot.id).toBe(result.snapshot.id);
    expect(once.rows).toEqual(result.rows);
    expect(once.snapshot.columns).toEqual(result.snapshot.columns);
    expect(finalHash('once')).toBe(finalHash('steps'));
    expect(await tableHash(once)).toBe(finalHash('steps'));
  });

  it.each<[string, (list: string) => void]>([
    ['gone', (list) => rmSync(list)],
    ['damaged', (list) => writeFileSync(list, '{"format":')],
    [
      'of other files',
      (list) => writeFileSync(list, readFileSync(list, 'utf8').replace(/"[^"]*\.parquet",/, '')),
    ],
  ])('has its snapshot made again where the list of its Parquet files is %s', async (_, change) => {
    const folder = copyOfBase('list');
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS, STEP_ROWS));
    const { snapshot } = await compile('list');
    expect(partPathsOf(snapshot.parquetPath)).toHaveLength(2);
    change(snapshot.parquetPath);
    const again = await compile('list');
    pruneSnapshots(join(folder, 'out'), [again.snapshot.id]);
    expect(again.snapshot.id).toBe(snapshot.id);
    expect(await tableHash(again)).toBe(finalHash('list'));
    rmSync(folder, { recursive: true });
  });

  it('has its snapshot made again where a Parquet file is damaged, which is said until then', async () => {
    const folder = copyOfBase('rot');
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS, STEP_ROWS));
    const { snapshot } = await compile('rot');
    const newest = partPathsOf(snapshot.parquetPath).at(-1) ?? '';
    const bytes = readFileSync(newest);
    writeFileSync(newest, bytes.fill(0x55, bytes.length - 8));
    // Else the engine may take what it has read of it before.
    utimesSync(newest, 2e9, 2e9);
    await expect(tableHash({ snapshot })).rejects.toMatchObject({ code: 'snapshot-damaged' });
    writeFileSync(join(folder, 'in', 'c.csv'), linesOf(BASE_ROWS + STEP_ROWS, STEP_ROWS));
    const again = await compile('rot');
    expect(again.rows.kept).toBe(BASE_ROWS + 2 * STEP_ROWS);
    expect(await tableHash(again)).toBe(finalHash('rot'));
    rmSync(folder, { recursive: true });
  });

  it('removes no damaged file outside of the compiled data, whatever the record names', async () => {
    const folder = copyOfBase('outside');
    const record = join(folder, 'out', '.compiled.json');
    const [part] = JSON.parse(readFileSync(record, 'utf8')).parts;
    const theirs = join(folder, 'snapshots', 'theirs.parquet');
    mkdirSync(join(folder, 'snapshots'));
    const bytes = readFileSync(join(folder, 'out', 'snapshots', part.name));
    writeFileSync(theirs, bytes.fill(0x55, bytes.length - 8));
    const name = '../../snapshots/theirs.parquet';
    writeFileSync(record, readFileSync(record, 'utf8').replace(part.name, name));
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS, BASE_ROWS));
    const result = await compile('outside');
    expect(result.rows.kept).toBe(2 * BASE_ROWS);
    expect(await tableHash(result)).toBe(finalHash('outside'));
    expect(readFileSync(theirs).equals(bytes)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('with nothing new in it leaves the data as it is', async () => {
    const folder = copyOfBase('nothing');
    const inode = statSync(join(folder, 'out', 'finaldata.csv')).ino;
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(100, 2000));
    const result = await compile('nothing');
    expect(result.rows).toEqual({
      read: BASE_ROWS + 2000,
      kept: BASE_ROWS,
      duplicates: 2000,
      quarantined: 0,
    });
    expect(statSync(join(folder, 'out', 'finaldata.csv')).ino).toBe(inode);
  });

  it('that gives a column another type has all rows written again', async () => {
    const folder = copyOfBase('types');
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS, 100, '.5'));
    const result = await compile('types');
    expect(result.snapshot.columns[1]?.type).toBe('double');
    expect(partPathsOf(result.snapshot.parquetPath)).toHaveLength(1);
    expect(await tableHash(result)).toBe(finalHash('types'));
  });

  it.each<[string, (out: string) => void]>([
    ['gone', (out) => rmSync(join(out, '.compiled.rows'))],
    ['cut off', (out) => truncateSync(join(out, '.compiled.rows'), 1_000_000)],
    [
      'of another compilation',
      (out) => cpSync(join(home, 'nothing', 'in', 'a.csv'), join(out, '.compiled.rows')),
    ],
    ['damaged', (out) => damage(join(out, '.compiled.rows'), 2_000_000)],
  ])('has all files read again where the table of rows is %s', async (_, change) => {
    const folder = copyOfBase('damaged');
    change(join(folder, 'out'));
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS - 10, 20));
    const result = await compile('damaged');
    expect(result.rows).toEqual({
      read: BASE_ROWS + 20,
      kept: BASE_ROWS + 10,
      duplicates: 10,
      quarantined: 0,
    });
    expect(await tableHash(result)).toBe(finalHash('damaged'));
    rmSync(folder, { recursive: true });
  });

  it('has all files read again where a line of finaldata.csv was edited, or a Parquet file is gone', async () => {
    const folder = copyOfBase('edited');
    damage(join(folder, 'out', 'finaldata.csv'), 2_000_000);
    writeFileSync(join(folder, 'in', 'b.csv'), linesOf(BASE_ROWS, 10));
    const first = await compile('edited');
    expect(labels).toContain('reading a.csv');
    expect(await tableHash(first)).toBe(finalHash('edited'));
    for (const path of partPathsOf(first.snapshot.parquetPath)) rmSync(path);
    const second = await compile('edited');
    expect(labels).toContain('reading a.csv');
    expect(second.snapshot.id).toBe(first.snapshot.id);
    expect(partPathsOf(second.snapshot.parquetPath).every((path) => existsSync(path))).toBe(true);
  });
});

/** Changes one byte of a file without a change of its size. */
function damage(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ 1;
  rmSync(path);
  appendFileSync(path, bytes);
}
