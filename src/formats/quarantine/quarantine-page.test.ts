import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { QuarantineWriter, quarantinePath } from './quarantine-file.ts';
import { countQuarantine, type QuarantinedRow, quarantinedFiles, readQuarantine } from './quarantine-page.ts';

const root = mkdtempSync(join(tmpdir(), 'quarantine-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
};

interface Written {
  readonly line: number;
  readonly columns: readonly string[];
  readonly reasons: readonly string[];
  readonly raw: Uint8Array;
}

/** Writes the quarantine of an input file as an ingestion does; returns its folder. */
function write(rows: readonly Written[], { name = 'a.csv', header = 'id,value' } = {}): string {
  const folder = newFolder();
  const writer = new QuarantineWriter(folder, { name, header, bytes: 0 });
  for (const { line, columns, reasons, raw } of rows) writer.add(line, columns, reasons, raw);
  writer.commit();
  return folder;
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const rowOf = (line: number, raw: string): Written => ({
  line,
  columns: ['value'],
  reasons: ['no number'],
  raw: bytes(raw),
});

/** All rows, page by page. */
function readAll(folder: string, name: string, limit: number): QuarantinedRow[] {
  const rows: QuarantinedRow[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page = readQuarantine(folder, name, { limit, after });
    rows.push(...page.rows);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    if (page.next !== null) expect(page.next).toBeGreaterThan(after);
    after = page.next;
  }
  return rows;
}

describe('readQuarantine', () => {
  it.each([
    ['a NUL byte', 'a\0b,1'],
    ['quotes', '"a ""b"" c",x'],
    ['one quote that nobody closes', 'a"b,x'],
    ['line feeds and carriage returns', '"two\r\nlines",x\r'],
    ['commas alone', ',,,'],
    ['nothing', ''],
  ])('gives back a line with %s as it was', (_, raw) => {
    const folder = write([rowOf(2, raw), rowOf(3, 'next,x')]);
    const { header, rows, next } = readQuarantine(folder, 'a.csv', { limit: 10, after: 0 });
    expect(header).toBe('id,value');
    expect(rows).toEqual([
      { line: 2, columns: ['value'], reason: 'no number', raw },
      { line: 3, columns: ['value'], reason: 'no number', raw: 'next,x' },
    ]);
    expect(next).toBeNull();
  });

  it('shows bytes that are not UTF-8 as U+FFFD, and the quote after them as the end', () => {
    const folder = write([rowOf(2, 'M\xfcller,\xc3'), rowOf(3, 'ok')]);
    expect(readAll(folder, 'a.csv', 9).map(({ raw }) => raw)).toEqual(['M\uFFFDller,\uFFFD', 'ok']);
  });

  it('is a file in which a spreadsheet finds no formula', () => {
    const raw = '=HYPERLINK("http://x"),1';
    const row = { line: 2, columns: ['=a'], reasons: ['=b'], raw: bytes(raw) };
    const folder = write([row], { name: '@c.csv', header: '=d' });
    const text = readFileSync(quarantinePath(folder, '@c.csv'), 'utf8');
    expect(text).toBe(`file,line,column,reason,'=d\n'@c.csv,2,'=a,'=b,"'=HYPERLINK(""http://x""),1"\n`);
    const { header, rows } = readQuarantine(folder, '@c.csv', { limit: 9, after: 0 });
    expect(header).toBe('=d');
    expect(rows).toEqual([{ line: 2, columns: ['=a'], reason: '=b', raw }]);
  });

  it('gives back any rows, by pages of any size', () => {
    const raw = fc
      .array(fc.constantFrom(...'ab,"\n\r\0 \xc3\xbc=-\'@1'), { maxLength: 30 })
      .map((units) => bytes(units.join('')));
    const row = fc.record({
      line: fc.integer({ min: 1, max: 1e9 }),
      columns: fc.array(fc.constantFrom('id', 'a "b"', 'c\nd', '=e'), { maxLength: 2 }),
      reasons: fc.array(fc.constantFrom('no, number', 'a "quoted" reason'), { minLength: 1, maxLength: 2 }),
      raw,
    });
    const name = fc.constantFrom('a.csv', 'b "c", d.csv', '@d.csv', "'=e.csv");
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        name,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('"x, y",\0z', '=x,y', '-x'),
        (rows, input, limit, header) => {
          const folder = write(rows, { name: input, header });
          expect(readQuarantine(folder, input, { limit, after: 0 }).header).toBe(header);
          expect(readAll(folder, input, limit)).toEqual(
            rows.map(({ line, columns, reasons, raw: written }) => ({
              line,
              columns,
              reason: reasons.join('; '),
              raw: Buffer.from(written).toString('utf8'),
            })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads rows that lie across its windows, and the first part of one that no reader would accept', () => {
    const long = 'x'.repeat(300_000);
    const endless = '"'.repeat(5_000_000);
    const folder = write([rowOf(2, long)]);
    const record = (line: number, raw: string) =>
      `a.csv,${line},value,no number,"${raw.replaceAll('"', '""')}"\n`;
    // No writer of today's keeps so long a line.
    appendFileSync(quarantinePath(folder, 'a.csv'), record(3, endless) + record(4, `${long},y`));
    const rows = readAll(folder, 'a.csv', 9);
    expect(rows.map(({ line, raw }) => [line, raw.length])).toEqual([
      [2, 300_000],
      [3, expect.any(Number)],
      [4, 300_002],
    ]);
    const cut = rows[1]?.raw ?? '';
    expect(cut.length).toBeGreaterThan(2_000_000);
    expect(cut.length).toBeLessThan(4_000_000);
    expect(endless.startsWith(cut)).toBe(true);
  });

  it('passes over lines that are no rows, and reads what a spreadsheet has saved', () => {
    const folder = newFolder();
    const lines = [
      'file,line,column,reason,id',
      '',
      'a.csv,seven,,odd,x',
      'a.csv,8,,odd',
      'a.csv,9,,odd,"x"',
    ];
    writeFileSync(quarantinePath(folder, 'a.csv'), lines.join('\r\n'));
    const { header, rows } = readQuarantine(folder, 'a.csv', { limit: 9, after: 0 });
    expect(header).toBe('id');
    expect(rows).toEqual([{ line: 9, columns: [], reason: 'odd', raw: 'x' }]);
  });

  it('has no row in a file that is empty, or has a header alone', () => {
    const folder = newFolder();
    writeFileSync(quarantinePath(folder, 'a.csv'), '');
    expect(readQuarantine(folder, 'a.csv', { limit: 9, after: 0 })).toEqual({
      header: '',
      rows: [],
      next: null,
    });
    writeFileSync(quarantinePath(folder, 'a.csv'), 'file,line,column,reason,id\n');
    expect(readQuarantine(folder, 'a.csv', { limit: 9, after: 0 })).toEqual({
      header: 'id',
      rows: [],
      next: null,
    });
  });

  it('refuses a place inside a row, and has no row after the end', () => {
    const folder = write([rowOf(2, 'abc'), rowOf(3, 'def')]);
    const { next } = readQuarantine(folder, 'a.csv', { limit: 1, after: 0 });
    expect(() => readQuarantine(folder, 'a.csv', { limit: 1, after: (next ?? 0) + 3 })).toThrow(
      /where no row begins/,
    );
    expect(readQuarantine(folder, 'a.csv', { limit: 1, after: 1e9 })).toMatchObject({ rows: [], next: null });
  });
});

describe('quarantinedFiles', () => {
  it('names the input files in order, without what is being written, and none where there is no folder', () => {
    const folder = newFolder();
    for (const name of ['b.csv', 'a.csv', '.tmp']) writeFileSync(quarantinePath(folder, name), 'xyz');
    writeFileSync(join(folder, 'other.csv'), '');
    expect(quarantinedFiles(folder)).toEqual([
      { name: 'a.csv', bytes: 3 },
      { name: 'b.csv', bytes: 3 },
    ]);
    expect(quarantinedFiles(join(folder, 'absent'))).toEqual([]);
  });
});

describe('countQuarantine', () => {
  it('counts the rows that are listed, whatever their bytes, and those that had no room', async () => {
    const raw = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
    await fc.assert(
      fc.asyncProperty(fc.array(raw, { minLength: 1, maxLength: 30 }), async (lines) => {
        const folder = write(lines.map((line, k) => ({ ...rowOf(k + 2, ''), raw: line })));
        expect(await countQuarantine(folder, 'a.csv')).toBe(lines.length);
      }),
      { numRuns: 60 },
    );
    const folder = write(Array.from({ length: 20_000 }, (_, k) => rowOf(k + 2, 'x'.repeat(100))));
    const listed = readAll(folder, 'a.csv', 20_000).length;
    expect(listed).toBeLessThan(20_000);
    expect(await countQuarantine(folder, 'a.csv')).toBe(20_000);
  });
});
