import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { listInputFolder } from './input-folder.ts';
import { findLastRecords } from './last-records.ts';
import { writeOutcomes } from './outcome-file.ts';

const home = mkdtempSync(join(tmpdir(), 'outcome-file-'));
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => {
  for (const name of readdirSync(home)) rmSync(join(home, name));
});

const DAY = '2026-03-01';
const columns = ['id', 'note', 'left'];
const write = (...rows: string[][]) => writeOutcomes(home, DAY, { columns, targetColumn: 'left', rows });
const read = (name: string) => readFileSync(join(home, name), 'utf8');

describe('files of outcomes', () => {
  it('hold rows with their labels, and are read after all others', async () => {
    writeFileSync(join(home, 'people.csv'), 'id,note,left\na,x,0\n');
    const name = await write(['a', 'x, "y"', '1']);
    expect(read(name)).toBe('id,note,left\na,"x, ""y""",1\n');
    expect(listInputFolder(home, home).names).toEqual(['people.csv', name]);
    expect(await write(['a', 'x, "y"', '1'])).toBe(name);
  });

  it('say of a row what was said last, and nothing else is taken out', async () => {
    const first = await write(['a', 'x', '1'], ['b', 'x', '1']);
    const second = await write(['a', 'x', '0']);
    expect(read(first)).toBe('id,note,left\nb,x,1\n');
    const third = await write(['a', 'x', '1'], ['a', 'other', '1']);
    expect(readdirSync(home).sort()).toEqual([first, third].sort());
    expect([first, third]).not.toContain(second);
    expect(await write(['a', 'x', '1'], ['b', 'x', '1'])).toBe(first);
    expect(read(first)).toBe('id,note,left\na,x,1\nb,x,1\n');
    expect(read(third)).toBe('id,note,left\na,other,1\n');
  });

  it('of other columns are left alone', async () => {
    const other = 'outcomes-2026-02-01-00112233.csv';
    writeFileSync(join(home, other), 'id,left\na,1\n');
    await write(['a', 'x', '0']);
    expect(read(other)).toBe('id,left\na,1\n');
  });
});

describe('the newest rows of clients', () => {
  it('are those up to a time, by time and then by place; a time that is not known comes first', async () => {
    const path = join(home, 'data.csv');
    writeFileSync(
      path,
      'id,at,left\na,2026-03-01,0\na,2026-01-01,1\nb,,0\nb,,1\nb,2026-05-01,0\nc,2026-05-01,1\nd,2026-01-01,0\n',
    );
    const until = Date.parse('2026-04-01');
    const clients = new Map(['a', 'b', 'c', 'nobody'].map((id) => [id, until]));
    const wanted = { idColumn: 'id', targetColumn: 'left', clients };
    const byTime = await findLastRecords(path, { ...wanted, timeColumn: 'at' });
    expect([...byTime.rows.values()]).toEqual([
      ['a', '2026-03-01', '0'],
      ['b', '', '1'],
    ]);
    expect([...byTime.found]).toEqual(['a', 'b', 'c']);
    const byPlace = await findLastRecords(path, { ...wanted, timeColumn: null });
    expect(byPlace.rows.get('a')?.[2]).toBe('1');
    expect(byPlace.rows.get('c')?.[2]).toBe('1');
    expect([...byPlace.labels]).toEqual([
      ['0', 4],
      ['1', 3],
    ]);
  });
});
