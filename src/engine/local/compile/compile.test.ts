import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../../../base/progress.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import { unpacksToTooMuch } from '../../../formats/csv/unpacked-size.ts';
import type { CompileRequest } from '../../port.ts';
import { compileFolder } from './compile.ts';
import type { CompileEngine } from './write-snapshot.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'left', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [],
};

/** An engine that counts as it is told; it stands for one whose reader passes over rows or fails. */
function engineThat(count: (lines: number) => number, maxUnpackedRatio = 500): CompileEngine {
  return {
    threads: 1,
    maxTableBytes: 1e9,
    maxUnpackedRatio,
    asCsv: async (path) => {
      if (path.endsWith('.parquet') && maxUnpackedRatio < 1000) throw unpacksToTooMuch(1, maxUnpackedRatio);
      return path;
    },
    writeParquet: async ({ path }, parquetPath) => {
      writeFileSync(parquetPath, 'rows');
      return count(readFileSync(path, 'utf8').trimEnd().split('\n').length - 1);
    },
  };
}

describe('compileFolder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'compile-'));
    mkdirSync(join(home, 'in'));
    writeFileSync(join(home, 'in', 'a.csv'), 'id,left\na,1\nb,0\n');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const compile = (engine: CompileEngine, request: Partial<CompileRequest> = {}) =>
    compileFolder(engine, {
      folder: join(home, 'in'),
      output: join(home, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 0,
      progress: silentProgress,
      ...request,
    });
  const counting = engineThat((lines) => lines);
  const write = (name: string, text: string): void => writeFileSync(join(home, 'in', name), text);

  it('writes nothing when the engine does not count the rows that were kept', async () => {
    await expect(compile(engineThat((lines) => lines - 1))).rejects.toMatchObject({
      code: 'rows-do-not-add-up',
      details: { read: 2, kept: 1, duplicates: 0, quarantined: 0 },
    });
    expect(readdirSync(join(home, 'out'))).toEqual(['snapshots']);
    expect(readdirSync(join(home, 'out', 'snapshots'))).toEqual([]);
  });

  it('reads the files twice at most, however many of them turn out bad half-way', async () => {
    const rows = Array.from({ length: 300_000 }, (_, k) => `client ${k * k},${k % 2}\n`).join('');
    const packed = gzipSync(`id,left\n${rows}`);
    const names = Array.from({ length: 5 }, (_, k) => `cut-${k}.csv.gz`);
    for (const name of names) writeFileSync(join(home, 'in', name), packed.subarray(0, -1000));
    const read: string[] = [];
    const engine = engineThat((lines) => lines);
    const { files, rows: counts } = await compile({
      ...engine,
      asCsv: async (path) => {
        read.push(path);
        return path;
      },
    });
    expect(files.filter(({ status }) => status === 'rejected').map(({ name }) => name)).toEqual(names);
    expect(counts).toEqual({ read: 2, kept: 2, duplicates: 0, quarantined: 0 });
    expect(read).toHaveLength(1 + names.length + 1);
  });

  it('keeps the old data when the engine fails half-way', async () => {
    await compile(engineThat((lines) => lines));
    const before = readFileSync(join(home, 'out', 'finaldata.csv'), 'utf8');
    writeFileSync(join(home, 'in', 'b.csv'), 'id,left\nc,1\n');
    const failing = engineThat(() => {
      throw new Error('out of order');
    });
    await expect(compile(failing)).rejects.toThrow('out of order');
    expect(readFileSync(join(home, 'out', 'finaldata.csv'), 'utf8')).toBe(before);
    expect(readdirSync(join(home, 'out', 'snapshots'))).toHaveLength(1);
    const { rows, snapshot } = await compile(engineThat((lines) => lines));
    expect(rows).toEqual({ read: 3, kept: 3, duplicates: 0, quarantined: 0 });
    expect(existsSync(snapshot.parquetPath)).toBe(true);
  });

  it('takes the same label for "stayed" where the files come one after the other as where they come at once', async () => {
    const open = { contract: { ...CONTRACT, negative: null }, maxRejectedShare: 1 };
    write('a.csv', 'id,left\na,1\nb,no\nc,no\nd,never\n');
    expect((await compile(counting, open)).rows).toMatchObject({ kept: 3, quarantined: 1 });
    write('b.csv', 'id,left\ne,never\nf,no\n');
    expect((await compile(counting, open)).rows).toMatchObject({ kept: 4, quarantined: 2 });
    write('c.csv', 'id,left\ng,never\nh,never\n');
    const steps = await compile(counting, open);
    expect(steps.rows).toMatchObject({ kept: 5, quarantined: 3 });
    const once = await compile(counting, { ...open, output: join(home, 'once') });
    expect(once.rows).toEqual(steps.rows);
    expect(once.snapshot.id).toBe(steps.snapshot.id);
  });

  it('reads no file twice beside one that turned out bad half-way', async () => {
    writeFileSync(join(home, 'in', 'b.csv.gz'), gzipSync(`id,left\n${'c,1\n'.repeat(5e5)}`).subarray(0, -8));
    const first = await compile(counting);
    expect(first.files[1]?.status).toBe('rejected');
    write('c.csv', 'id,left\nc,1\n');
    const read = new Set<string>();
    await compile(counting, { progress: ({ label }) => void read.add(label) });
    expect([...read]).toEqual(['reading c.csv']);
  });

  it('leaves links out that lead to nothing, and reads no file again because of them', async () => {
    symlinkSync('gone.csv', join(home, 'in', 'dangling.csv'));
    symlinkSync('ring.csv', join(home, 'in', 'ring.csv'));
    symlinkSync('ring.part', join(home, 'in', 'ring.part'));
    const { files } = await compile(counting);
    expect(files.map(({ name, status }) => [name, status])).toEqual([
      ['a.csv', 'accepted'],
      ['ring.part', 'waiting'],
      ['dangling.csv', 'rejected'],
      ['ring.csv', 'rejected'],
    ]);
    const read = new Set<string>();
    await compile(counting, { progress: ({ label }) => void read.add(label) });
    expect([...read]).toEqual([]);
  });

  it('looks at a file again that unpacked to too much where more is allowed now', async () => {
    write('b.parquet', 'id,left\nc,1\n');
    expect((await compile(counting)).files[1]?.status).toBe('rejected');
    const { files } = await compile(engineThat((lines) => lines, 1000));
    expect(files[1]).toMatchObject({ status: 'accepted', kept: 1 });
  });
});
