import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../base/progress.ts';
import { type FileProposal, type ProposeOptions, propose } from './propose.ts';

const NO_WISHES = {
  target: null,
  positive: null,
  id: null,
  use: [],
  time: null,
  leaveOut: [],
  numeric: [],
  categorical: [],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'propose-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function look(
  files: Readonly<Record<string, string | Buffer>>,
  paths?: readonly string[],
  reading: ProposeOptions['reading'] = {},
): Promise<FileProposal> {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return propose({
    paths: paths ?? Object.keys(files).map((name) => join(folder, name)),
    wishes: NO_WISHES,
    missingTexts: ['', ' ', 'NA'],
    reading,
    seed: 0,
    progress: silentProgress,
    copyOf: async (path) => path,
  });
}

const ROWS = Array.from(
  { length: 60 },
  (_, row) => `c${row},${(row * 37) % 11},${row % 3 === 0 ? 'yes' : 'no'}`,
);
const table = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;

describe('propose', () => {
  it('reads plain and gzipped files and folders of them as one table', async () => {
    const one = await look({ 'a.csv': table('client,usage,churned', ROWS) });
    expect(one).toMatchObject({
      rows: 60,
      damaged: 0,
      columns: { id: 'client', numeric: ['usage'], positive: 'yes' },
    });
    mkdirSync(join(folder, 'parts'));
    const half = table('client,usage,churned', ROWS.slice(0, 30));
    writeFileSync(join(folder, 'parts', '1.csv'), half);
    writeFileSync(join(folder, 'parts', '2.csv.gz'), gzipSync(table('client,usage,churned', ROWS.slice(30))));
    const parts = await look({}, [join(folder, 'parts')]);
    expect(parts.columns).toEqual(one.columns);
    expect(parts.decisions).toEqual(one.decisions);
    expect(parts.files).toHaveLength(2);
  });

  it('proposes the same from NDJSON, its keys in any order, as from CSV', async () => {
    const csv = await look({ 'a.csv': table('client,usage,churned', ROWS) }, [join(folder, 'a.csv')]);
    const objects = ROWS.map((row, i) => {
      const [client, usage, churned] = row.split(',');
      const members = { client, usage: Number(usage), churned, tags: ['x'] };
      return JSON.stringify(i % 2 === 0 ? members : Object.fromEntries(Object.entries(members).reverse()));
    });
    const ndjson = await look({ 'a.jsonl.gz': gzipSync(table('', objects)) }, [join(folder, 'a.jsonl.gz')]);
    expect(ndjson.columns).toEqual(csv.columns);
    expect(ndjson.decisions).toEqual(csv.decisions);
    expect(ndjson).toMatchObject({ rows: 60, damaged: 0 });
    const halves = await look(
      { '1.csv': table('client,usage,churned', ROWS.slice(0, 30)), '2.ndjson': table('', objects.slice(30)) },
      ['1.csv', '2.ndjson'].map((name) => join(folder, name)),
    );
    expect(halves.columns).toEqual(csv.columns);
  });

  it('takes a byte order mark, CRLF, quotes, and names beyond ASCII', async () => {
    const rows = ROWS.map((row) => row.replace(/,(\d+),/, ',"$1",'));
    const text = `\uFEFF"client","Größe, m²",churned\r\n${rows.join('\r\n')}`;
    const { columns, rows: count } = await look({ 'a.csv': text });
    expect(columns.numeric).toEqual(['Größe, m²']);
    expect(count).toBe(60);
  });

  it('counts lines that are no rows, and tells where the first is', async () => {
    const proposal = await look({ 'a.csv': table('client,usage,churned', [...ROWS, 'c99,3', 'c98,"4,yes']) });
    expect(proposal.damaged).toBe(2);
    expect(proposal.notes.at(-1)).toBe(
      '2 lines are no rows and will be quarantined. ' +
        '1 (the first: a.csv, line 62): too few fields: got 2, expected 3 as in the header; ' +
        '1 (the first: a.csv, line 63): a quote is opened and never closed.',
    );
  });

  it('takes files of different dialects as one table, and says how each is written', async () => {
    const half = (from: number, separator: string) =>
      table(
        'client,town,usage,churned',
        ROWS.slice(from, from + 30).map((each) => each.replace(',', ',Z\u00fcrich,')),
      ).replaceAll(',', separator);
    const proposal = await look({
      'a.csv': Buffer.from(`Clients of Z\u00fcrich\n\n${half(0, ';')}`, 'latin1'),
      'b.txt.csv': Buffer.from(`\uFEFF${half(30, '\t')}`, 'utf16le'),
    });
    expect(proposal).toMatchObject({ rows: 60, damaged: 0, columns: { id: 'client' }, input: {} });
    expect(proposal.files.map(({ reading }) => reading)).toMatchObject([
      { delimiter: ';', encoding: 'windows-1252', skipLines: 2 },
      { delimiter: '\t', encoding: 'utf-16le', skipLines: 0 },
    ]);
    expect(proposal.sample).toEqual([
      ['c0', 'Z\u00fcrich', '0', 'yes'],
      ['c1', 'Z\u00fcrich', '4', 'no'],
      ['c2', 'Z\u00fcrich', '8', 'no'],
    ]);
  });

  it('writes down the lines above and under the header, and what was said of the files', async () => {
    const described = table('client;usage;paid;churned', [
      'name;calls;EUR;',
      ...ROWS.map((row) => row.replaceAll(',', ';').replace(/;(\d+);/, ';$1;$1;')),
    ]);
    const { input, rows } = await look({ 'a.csv': `Title\n${described}` });
    expect([input, rows]).toEqual([{ skip_lines: 1, description_lines: 1 }, 60]);
    const told = await look({ 'a.csv': described }, undefined, { delimiter: ';', encoding: 'iso-8859-15' });
    expect(told.input).toEqual({ delimiter: ';', encoding: 'iso-8859-15', description_lines: 1 });
  });

  it('asks for what nobody can tell from the file, and goes by the answer', async () => {
    const two = table(
      'a,b;churned',
      ROWS.map((_, k) => `${k % 2},p${k % 3};${k % 2 === 0 ? 'yes' : 'no'}`),
    );
    await expect(look({ 'a.csv': two })).rejects.toThrow(
      /by commas or by semicolons.*Say which with --delimiter\./,
    );
    const { decisions } = await look({ 'a.csv': two }, undefined, { delimiter: ';' });
    expect(decisions.map(({ column }) => column)).toEqual(['a,b', 'churned']);
    const unnamed = `Report;of;1;client\n${table(
      'client;usage;churned',
      ROWS.map((row) => row.replaceAll(',', ';')),
    )}`;
    expect((await look({ 'a.csv': unnamed }, undefined, { skipLines: 1 })).rows).toBe(60);
  });

  it('tells of bytes that are other characters in ISO 8859-15', async () => {
    const text = table(
      'client,usage,churned',
      ROWS.map((row) => row.replace(/^c/, '\u00a4')),
    );
    expect((await look({ 'a.csv': Buffer.from(text, 'latin1') })).notes.at(-1)).toMatch(
      /--encoding iso-8859-15/,
    );
  });

  it.each([
    ['an empty file', '', 'input-empty', '0 bytes'],
    ['a header alone', 'client,usage,churned\n', 'input-empty', 'no rows'],
    ['one row', 'client,usage,churned\nc1,3,yes\n', 'one-class', 'the one value "yes"'],
    ['one row with semicolons', 'client;usage;churned\nc1;3;yes\n', 'one-class', 'the one value "yes"'],
  ])('refuses %s and says what is expected', async (_, content, code, text) => {
    await expect(look({ 'a.csv': content })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });

  it('refuses what is no gzip, what is not there, and files of different columns', async () => {
    const page = ['<html>', '<body>', '<p>a</p>', '</body>', '</html>'].join('\n');
    await expect(look({ 'a.csv': page })).rejects.toThrow('is a web page, not a table');
    const colons = table('client:usage:churned', ['a:1:0', 'b:2:1', 'c:3:1']);
    await expect(look({ 'a.csv': colons })).rejects.toThrow(
      /has one column, "client:usage:churned".*export the file with commas, semicolons, tabs or bars/,
    );
    await expect(look({ 'a.csv.gz': 'plain' })).rejects.toMatchObject({ code: 'input-unreadable' });
    await expect(look({}, [join(folder, 'absent.csv')])).rejects.toMatchObject({ code: 'not-found' });
    const files = {
      'x.csv': table('client,usage,churned', ROWS),
      'y.csv': table('client,churned', ['a,yes']),
    };
    await expect(look(files)).rejects.toThrow('column 2 is "churned", expected "usage"');
  });
});
