import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../../base/progress.ts';
import type { TableContract } from '../port.ts';
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
function engineThat(count: (lines: number) => number): CompileEngine {
  return {
    threads: 1,
    maxTableBytes: 1e9,
    maxUnpackedRatio: 500,
    asCsv: async (path) => path,
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

  const compile = (engine: CompileEngine) =>
    compileFolder(engine, {
      folder: join(home, 'in'),
      output: join(home, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 0,
      progress: silentProgress,
    });

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
});
