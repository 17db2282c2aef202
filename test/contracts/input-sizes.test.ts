/** Small files that unpack to very much, rows that are all refused, and memory that does not do: bounded and told. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asTidewatchError } from '../../src/base/errors.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import { readQuarantine } from '../../src/formats/quarantine/quarantine-page.ts';

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
const HEADER = 'id,n,left\n';
const MIB = 1 << 20;
const BAD_LINE = `d,${'none'.padStart(40)},1\n`;

/** A gzip file of the header and `mib` MiB of one line, in as many members. */
function packedLines(line: string, mib: number): Buffer {
  const member = gzipSync(line.repeat(Math.ceil(MIB / line.length)), { level: 9 });
  return Buffer.concat([gzipSync(HEADER), ...Array.from({ length: mib }, () => member)]);
}

describe('an input file', () => {
  let engine: Engine;
  let home: string;
  let runs = 0;
  let folder = '';
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sizes-'));
    engine = await createDuckdbEngine({
      threads: 2,
      memoryLimit: '500MB',
      maxUnpackedRatio: 100,
      temporaryFolder: join(home, 't'),
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });
  beforeEach(() => {
    folder = join(home, `w${++runs}`);
    mkdirSync(join(folder, 'in'), { recursive: true });
    writeFileSync(join(folder, 'in', 'good.csv'), `${HEADER}a,1,1\nb,2,0\n`);
  });

  const compile = (by: Engine = engine): Promise<CompileResult> =>
    by.compile({
      folder: join(folder, 'in'),
      output: join(folder, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 1,
      progress: silentProgress,
    });
  const refused = {
    status: 'rejected',
    reason: expect.stringContaining('raise max_unpacked_ratio') as string,
    kept: 0,
  };

  it('is left out where gzip unpacks it to far more than it is', async () => {
    writeFileSync(join(folder, 'in', 'bomb.csv.gz'), packedLines(`c,${'3'.padStart(900)},1\n`, 300));
    const { files, rows } = await compile();
    expect(files.find(({ name }) => name === 'bomb.csv.gz')).toMatchObject(refused);
    expect(rows.kept).toBe(2);
  });

  it('is left out where Parquet unpacks it to far more than it is', async () => {
    const path = join(folder, 'in', 'bomb.parquet');
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    await connection.run(
      `copy (select repeat('x', 100000) as id, 1 as n, 1 as left from range(2800)) to '${path}' (format parquet)`,
    );
    connection.closeSync();
    database.closeSync();
    expect(statSync(path).size).toBeLessThan(MIB);
    const { files, rows } = await compile();
    expect(files.find(({ name }) => name === 'bomb.parquet')).toMatchObject(refused);
    expect(rows.kept).toBe(2);
  });

  it('is taken where it is packed as data are', async () => {
    writeFileSync(join(folder, 'in', 'packed.csv.gz'), packedLines('c,3,1\n', 3));
    const { rows } = await compile();
    expect(rows.kept).toBe(3);
    expect(rows.read).toBe(rows.kept + rows.duplicates);
  });

  it('fills its quarantine no further than its size allows, and every row is counted', async () => {
    const packed = packedLines(BAD_LINE, 12);
    writeFileSync(join(folder, 'in', 'bad.csv.gz'), packed);
    const { rows, quarantinePaths } = await compile();
    const bad = 12 * Math.ceil(MIB / BAD_LINE.length);
    expect(rows).toEqual({ read: bad + 2, kept: 2, duplicates: 0, quarantined: bad });
    expect(packed.length).toBeLessThan(100_000);
    expect(statSync(quarantinePaths[0] ?? '').size).toBeLessThan(MIB + 1000);
    const page = readQuarantine(join(folder, 'out', 'quarantine'), 'bad.csv.gz', { limit: bad, after: 0 });
    expect(page.rows[0]).toMatchObject({ line: 2, columns: ['n'], raw: BAD_LINE.trim() });
    expect(page.next).toBeNull();
    const left = bad - page.rows.length;
    expect(readFileSync(quarantinePaths[0] ?? '', 'utf8')).toContain(
      `and ${left} more rows, for which there is no room here`,
    );
  });

  it('has of a line that is too long for a row its begin in the quarantine, which is no line by itself', async () => {
    const long = `e,1,1${' '.repeat(3_000_000)}\n`;
    writeFileSync(join(folder, 'in', 'long.csv'), HEADER + long);
    const { rows } = await compile();
    expect(rows.quarantined).toBe(1);
    const { rows: kept } = readQuarantine(join(folder, 'out', 'quarantine'), 'long.csv', {
      limit: 9,
      after: 0,
    });
    expect(kept[0]?.raw).toHaveLength(1001);
    expect(kept[0]?.raw.endsWith('\uFFFD')).toBe(true);
    expect(kept[0]?.reason).toContain('only its first 1000 bytes are kept');
  });

  it('that does not fit into memory_limit is told as out-of-memory', async () => {
    const lines = Array.from({ length: 300_000 }, (_, k) => `client ${k},${k},1\n`);
    writeFileSync(join(folder, 'in', 'many.csv'), HEADER + lines.join(''));
    const small = await createDuckdbEngine({
      threads: 1,
      memoryLimit: '2MB',
      temporaryFolder: join(folder, 't'),
    });
    await expect(compile(small)).rejects.toMatchObject({ code: 'out-of-memory' });
    await small.close();
  });
});

describe('an error of memory', () => {
  it.each<[string, () => unknown]>([
    ['an array that cannot be had', () => new ArrayBuffer(2 ** 46)],
    ['an array that is too long', () => new Float64Array(2 ** 50)],
  ])('%s is told as out-of-memory', (_, make) => {
    let told: unknown;
    try {
      make();
    } catch (error) {
      told = asTidewatchError(error);
    }
    expect(told).toMatchObject({ code: 'out-of-memory' });
  });
});
