/** The ways in which an analytics engine's CSV reader loses rows without a word: one test each, none may. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'n', role: 'numeric' },
    { name: 'at', role: 'time' },
    { name: 'left', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: [''],
};

describe('a folder with', () => {
  let engine: Engine;
  let home: string;
  let runs = 0;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'pitfalls-'));
    engine = await createDuckdbEngine({ threads: 2, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });

  async function compile(
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<{ result: CompileResult; lines: string[] }> {
    const folder = join(home, `w${++runs}`);
    mkdirSync(join(folder, 'in'), { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'in', name), content);
    const result = await engine.compile({
      folder: join(folder, 'in'),
      output: join(folder, 'out'),
      contract: CONTRACT,
      maxRejectedShare: 1,
      progress: silentProgress,
    });
    return { result, lines: readFileSync(result.snapshot.csvPath, 'utf8').trimEnd().split('\n').slice(1) };
  }

  it('1. files whose columns differ in order keeps the rejects of each', async () => {
    const { result, lines } = await compile({
      'a.csv': 'id,n,at,left\na,1,,1\na,x,,1\n',
      'b.csv': 'left,at,n,id\n0,,2,b\n0,,y,b\n',
    });
    expect(lines).toEqual(['a,1,,1', 'b,2,,0']);
    expect(result.quarantinePaths).toHaveLength(2);
  });

  it('2. a ragged and badly quoted file does not become one column', async () => {
    const { result, lines } = await compile({ 'a.csv': 'id,n,at,left\na,1\n"b"",2,,1\nc,3,,1,,,\nd,4,,1\n' });
    expect(lines).toEqual(['d,4,,1']);
    expect(result.rows).toMatchObject({ read: 4, quarantined: 3 });
  });

  it('3. a file without a header does not lose its first row: it is rejected', async () => {
    const { result } = await compile({ 'a.csv': 'a,1,,1\nb,2,,0\n', 'b.csv': 'id,n,at,left\nc,1,,1\n' });
    expect(result.files[0]).toMatchObject({ status: 'rejected', read: 0 });
  });

  it('4. LF and CRLF mixed reads every row as it is', async () => {
    const { lines } = await compile({ 'a.csv': 'id,n,at,left\r\na,1,,1\nb,2,,0\r\n"c",3,,1\n' });
    expect(lines).toEqual(['a,1,,1', 'b,2,,0', 'c,3,,1']);
  });

  it('5. bad values in any column counts them, read or not', async () => {
    const { result } = await compile({
      'a.csv': 'id,n,at,left,extra\na,1,,1,x\nb,z,,1,x\nc,1,today,1,x\nd,1,,9,x\n,1,,1,x\n',
    });
    expect(result.rows).toEqual({ read: 5, kept: 1, duplicates: 0, quarantined: 4 });
  });

  it('6. many bad rows records each of them', async () => {
    const bad = Array.from({ length: 5000 }, (_, i) => `c${i},bad,,1\n`).join('');
    const { result } = await compile({ 'a.csv': `id,n,at,left\na,1,,1\n${bad}` });
    expect(result.rows.quarantined).toBe(5000);
    expect(
      readFileSync(result.quarantinePaths[0] as string, 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(5001);
  });

  it('7. several faults on a line counts one row, and an open quote swallows one line', async () => {
    const { result, lines } = await compile({
      'a.csv': 'id,n,at,left\n,x,y,z\n"open,1,,1\nb,2,,0\nc,3,,1\n',
    });
    expect(result.rows).toMatchObject({ read: 4, kept: 2, quarantined: 2 });
    expect(lines).toEqual(['b,2,,0', 'c,3,,1']);
  });

  it('8. a bad row beside a valid one keeps the valid one', async () => {
    const { lines } = await compile({ 'a.csv': 'id,n,at,left\na,1,,1\n"b,2,,0\nc,3,,1\nd,,,0' });
    expect(lines).toEqual(['a,1,,1', 'c,3,,1', 'd,,,0']);
  });

  it('9. a date of which day and month could be swapped is not guessed at', async () => {
    const { result, lines } = await compile({
      'a.csv': 'id,n,at,left\na,1,02/03/2024,1\nb,1,2024-03-02,1\n',
    });
    expect(lines).toEqual(['b,1,2024-03-02,1']);
    expect(result.rows.quarantined).toBe(1);
  });

  it('10. Windows-1252, over-long lines and files of nothing tells them apart', async () => {
    const latin = Buffer.from('id,n,at,left\nM\xfcller,1,,1\nb,2,,0\n', 'latin1');
    const long = `id,n,at,left\n${'l'.repeat(2_000_001)},1,,1\n${'m'.repeat(1_900_000)},1,,1\n`;
    const { result } = await compile({
      'a.csv': latin,
      'b.csv': long,
      'c.csv': '',
      'd.csv': 'id,n,at,left\n',
      'e.csv': '\uFEFFid,n,at,left\ne,1,,1\n',
    });
    expect(result.files.map(({ status, read, quarantined }) => [status, read, quarantined])).toEqual([
      ['accepted', 2, 0],
      ['accepted', 2, 1],
      ['rejected', 0, 0],
      ['accepted', 0, 0],
      ['accepted', 1, 0],
    ]);
  });

  it('11. another engine at work on it can be read by both', async () => {
    const { result } = await compile({ 'a.csv': 'id,n,at,left\na,1,,1\n' });
    const other = await createDuckdbEngine({
      threads: 1,
      memoryLimit: '200MB',
      temporaryFolder: join(home, 'u'),
    });
    const source = { kind: 'snapshot', snapshot: result.snapshot, contract: CONTRACT } as const;
    const tables = [await engine.open(source), await other.open(source)];
    expect(tables.map((table) => table.rows)).toEqual([1, 1]);
    await other.close();
  });

  it('12. whole numbers up to 2^53 gives them as numbers, exactly', async () => {
    const { result } = await compile({
      'a.csv': 'id,n,at,left\na,9007199254740992,,1\nb,-9007199254740991,,0\n',
    });
    const table = await engine.open({ kind: 'snapshot', snapshot: result.snapshot, contract: CONTRACT });
    for await (const { columns } of table.stream(['n'])) {
      expect(columns[0]).toEqual({
        kind: 'numeric',
        values: Float64Array.of(9007199254740992, -9007199254740991),
      });
    }
    expect(result.snapshot.columns[1]?.type).toBe('integer');
  });
});
