/** What NDJSON files promise: the same rows as the same table in CSV, and no line lost or changed without a word. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import { renderRecord } from '../../src/formats/csv/header.ts';

const CONTRACT: TableContract = {
  columns: [
    { name: 'id', role: 'id' },
    { name: 'n', role: 'numeric' },
    { name: 'plan', role: 'categorical' },
    { name: 'at', role: 'time' },
    { name: 'left', role: 'target' },
  ],
  positive: '1',
  negative: '0',
  missingTexts: ['NA'],
};

type Files = Readonly<Record<string, string | Uint8Array>>;

let engine: Engine;
let home: string;
let runs = 0;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ndjson-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '500MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

function newFolder(files: Files): string {
  const folder = join(home, `w${++runs}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'in', name), content);
  return folder;
}

async function compileIn(folder: string, contract = CONTRACT): Promise<CompileResult> {
  return engine.compile({
    folder: join(folder, 'in'),
    output: join(folder, 'out'),
    contract,
    maxRejectedShare: 1,
    progress: silentProgress,
  });
}

async function compile(
  files: Files,
  contract = CONTRACT,
): Promise<{ result: CompileResult; lines: string[]; quarantine: string }> {
  const result = await compileIn(newFolder(files), contract);
  const lines = readFileSync(result.snapshot.csvPath, 'utf8').trimEnd().split('\n').slice(1);
  const quarantine = result.quarantinePaths.map((path) => readFileSync(path, 'utf8')).join('');
  return { result, lines, quarantine };
}

/** A sound line before and after those of a test, so that the file as a whole is sound. */
function between(...lines: readonly string[]): string {
  const sound = (id: string) => `{"id":"${id}","n":1,"plan":null,"at":null,"left":0}`;
  return `${[sound('first'), ...lines, sound('last')].join('\n')}\n`;
}

/** The reason, and the column, that each quarantined line has. */
async function refused(line: string | Uint8Array): Promise<string> {
  const [head = '', tail = ''] = between('X').split('X');
  const content = Buffer.concat([Buffer.from(head), Buffer.from(line), Buffer.from(tail)]);
  const { result, quarantine } = await compile({ 'a.ndjson': content });
  expect(result.rows).toMatchObject({ read: 3, kept: 2, quarantined: 1 });
  return quarantine;
}

describe('a line of NDJSON', () => {
  it.each([
    ['keys in another order', '{"left":1,"at":null,"plan":"b","n":2,"id":"a"}', 'a,2,b,,1'],
    ['keys of no column', '{"id":"a","x":{"y":[1]},"n":2,"z":"\\n","left":1}', 'a,2,,,1'],
    ['keys that are lacking', '{"id":"a","left":1}', 'a,,,,1'],
    ['null', '{"id":"a","n":null,"plan":null,"left":1}', 'a,,,,1'],
    ['white space', ' {\t"id" : "a" , "n" : 2 , "left" : 1 } \r', 'a,2,,,1'],
    ['numbers as text', '{"id":"a","n":" 2.50 ","left":"1"}', 'a,2.5,,,1'],
    ['a text that means missing', '{"id":"a","n":"NA","left":1}', 'a,,,,1'],
    ['a whole number beyond 2^53 as a name', '{"id":9007199254740993,"left":1}', '9007199254740993,,,,1'],
    ['whole numbers in columns of texts', '{"id":1.50e1,"plan":-0.0,"left":1}', '15,,0,,1'],
    ['fractions in columns of texts', '{"id":1.250,"plan":4.50,"left":1}', '1.25,,4.5,,1'],
    ['a whole number with an exponent as a name', '{"id":1.2e21,"left":1}', '1200000000000000000000,,,,1'],
    ['numbers with exponents', '{"id":"a","n":1.5E+3,"left":1.0}', 'a,1500,,,1'],
    [
      'flags in a text, a number and the label',
      '{"id":true,"n":false,"plan":false,"left":true}',
      'true,0,0,,1',
    ],
    ['an empty text', '{"id":"a","plan":"","left":0}', 'a,,,,0'],
    ['a comma and quotes', '{"id":"a,b","plan":"say \\"hi\\"","left":0}', '"a,b",,"say ""hi""",,0'],
    ['escapes', '{"\\u0069d":"\\u00e9\\ud83d\\ude00\\/\\\\\\t","left":0}', 'é😀/\\,,,,0'],
    ['an escaped quote by its number', '{"id":"\\u0022é","left":0}', '"""é",,,,0'],
    ['letters beyond ASCII after an escape', '{"id":"\\té","plan":"\\u00fcé","left":0}', 'é,,üé,,0'],
    ['a time', '{"id":"a","at":"2024-03-02","left":0}', 'a,,,2024-03-02,0'],
  ])('may have %s', async (_what, line, expected) => {
    const { lines, result } = await compile({ 'a.ndjson': between(line) });
    expect(lines).toEqual(['first,1,,,0', expected, 'last,1,,,0']);
    expect(result.rows.quarantined).toBe(0);
  });

  it('may have a text over two lines, which stays one row', async () => {
    const { result, lines } = await compile({ 'a.ndjson': between('{"id":"two\\r\\nlines","left":1}') });
    expect(lines.join('\n')).toBe('first,1,,,0\n"two\r\nlines",,,,1\nlast,1,,,0');
    expect(result.rows.kept).toBe(3);
  });

  it.each([
    ['is cut off', '{"id":"a","n":1', 'after a value, got the end of the line'],
    ['is cut off in a text', '{"id":"a","plan":"b', 'a closing quote, got the end of the line'],
    ['ends in a backslash', '{"id":"a\\', 'a closing quote, got the end of the line'],
    ['is no object', '[1, 2]', 'expected an object in braces, got ""[1, 2]""'],
    ['is a number', '12', 'expected an object in braces'],
    ['has text after its object', '{"id":"a","left":1} {}', 'expected the end of the line after the object'],
    ['has a comma too many', '{"id":"a",}', 'expected a key in double quotes, got ""}""'],
    ['has no colon', '{"id" "a"}', 'expected "":"" after a key'],
    ['has NaN', '{"id":"a","n":NaN,"left":1}', 'a number, true, false or null, got ""NaN,'],
    [
      'has a number with a leading zero',
      '{"id":"a","n":01,"left":1}',
      'expected "","" or ""}"" after a value, got ""1,',
    ],
    ['has a number without digits', '{"id":"a","n":-,"left":1}', 'a digit of a number as JSON has them'],
    [
      'has a number that ends in a point',
      '{"id":"a","n":1.,"left":1}',
      'a digit of a number as JSON has them',
    ],
    ['has a key twice', '{"id":"a","n":1,"n":2,"left":1}', ',2,n,"the key ""n"" is there more than once"'],
    ['has a key twice, once with an escape', '{"id":"a","n":1,"\\u006e":2}', '""n"" is there more than once'],
    ['has a key of no column twice', '{"id":"a","x":1,"x":1}', '""x"" is there more than once'],
    ['has an object as a value', '{"id":"a","n":{"v":1},"left":1}', ',2,n,"n: got an object or a list'],
    ['has a list as a value', '{"id":"a","plan":["b"],"left":1}', ',2,plan,"plan: got an object or a list'],
    ['has a broken object in a key of no column', '{"id":"a","x":{"v":},"left":1}', 'a sound object or list'],
    ['has an object that is not closed', '{"id":"a","x":{"v":1', 'the end of an object or list'],
    ['has a raw tab in a text', '{"id":"a\tb","left":1}', 'control characters as escapes'],
    ['has an unknown escape', '{"id":"\\x41","left":1}', '""\\x"" is no escape of JSON'],
    ['has half of a pair', '{"id":"\\ud83d","left":1}', 'is not one of a character'],
    ['has a NUL', '{"id":"a\\u0000","left":1}', 'NUL byte'],
    ['has bytes that are not UTF-8', Buffer.from('{"id":"M\xfcller","left":1}', 'latin1'), 'not UTF-8'],
    [
      'has a text where a number should be',
      '{"id":"a","n":"z","left":1}',
      ',2,n,"n: got ""z"", expected a number',
    ],
    ['has another label', '{"id":"a","left":2}', ',2,left,"left: got ""2"", expected ""1"" or ""0"""'],
    ['has no label', '{"id":"a"}', ',2,left,"left: the label is missing'],
    ['has no name', '{"left":1}', ',2,id,id: the name of the client is empty'],
    ['is too long', `{"id":"${'l'.repeat(2_000_000)}","left":1}`, 'longer than 2,000,000 bytes'],
  ])(
    'that %s goes to quarantine, alone, with its place, the reason and the line',
    async (_what, line, reason) => {
      const quarantine = await refused(line);
      const text = typeof line === 'string' ? line : line.toString('utf8');
      expect(quarantine).toMatch(/^file,line,column,reason,json\na\.ndjson,2,/);
      expect(quarantine).toContain(reason);
      const kept = text.length > 2_000_000 ? `${text.slice(0, 1000)}\uFFFD` : text;
      expect(quarantine.endsWith(`,"${kept.replaceAll('"', '""')}"\n`)).toBe(true);
    },
  );

  it('is kept in quarantine as it was, though its escapes were undone to look at it', async () => {
    const line = '{"id":"\\u00e9\\"","n":"bad\\n","left":true}';
    expect(await refused(line)).toContain(`"${line.replaceAll('"', '""')}"\n`);
  });
});

describe('a file of NDJSON', () => {
  it.each(['.ndjson', '.jsonl', '.JSONL'])('may end in %s, and in .gz besides', async (ending) => {
    const text = between('{"id":"a","left":1}');
    const plain = await compile({ [`a${ending}`]: text });
    const packed = await compile({ [`a${ending}.gz`]: gzipSync(text) });
    expect(plain.lines).toHaveLength(3);
    expect(packed.result.snapshot.id).toBe(plain.result.snapshot.id);
  });

  it('may begin with a byte order mark, end lines with CRLF, have empty lines and no last line ending', async () => {
    const text = `\uFEFF\n${between('{"id":"a","left":1}').trimEnd().replaceAll('\n', '\r\n\r\n  \t\r\n')}`;
    const { result, lines } = await compile({ 'a.ndjson': text });
    expect(lines).toEqual(['first,1,,,0', 'a,,,,1', 'last,1,,,0']);
    expect(result.rows).toMatchObject({ read: 3, quarantined: 0 });
  });

  it('that was cut off loses its last line to quarantine', async () => {
    const { result, lines } = await compile({ 'a.ndjson': between().slice(0, -10) });
    expect(lines).toEqual(['first,1,,,0']);
    expect(result.rows.quarantined).toBe(1);
  });

  it('tells of keys of no column, as of extra columns', async () => {
    const { result } = await compile({ 'a.ndjson': between('{"id":"a","x":1,"left":1,"y":[]}') });
    expect(result.files[0]?.extraColumns).toEqual(['x', 'y']);
  });

  it.each([
    [
      'packed and cut off',
      'a.ndjson.gz',
      gzipSync(between()).subarray(0, 60),
      /gzip data is cut off.*copy it again/,
    ],
    ['empty', 'a.ndjson', '', /the file is empty \(0 bytes\); expected one JSON object a line/],
    ['of empty lines', 'a.ndjson', '\n \n', /only empty lines/],
    ['of no objects', 'a.ndjson', 'id,n\na,1\n', /no line of it is an object of JSON.*in braces, got "id,n"/],
    ['one list', 'a.jsonl', '[{"id":"a"},\n{"id":"b"}]\n', /no line of it is an object of JSON/],
    [
      'UTF-16',
      'a.ndjson',
      Buffer.from(`\uFEFF${between()}`, 'utf16le'),
      /is UTF-16 or UTF-32; save it as UTF-8/,
    ],
    [
      'of 20 objects that never name a column',
      'a.ndjson',
      between().repeat(10).replaceAll('"plan"', '"plans"'),
      /no object of the file has the key "plan"; did you mean "plans"\? If so, run: tidewatch columns alias plans plan .*keys of no column are "plans"/,
    ],
  ])('that is %s is left out whole, with the reason', async (_what, name, content, reason) => {
    const { result, lines } = await compile({ [name]: content, 'b.csv': 'id,n,plan,at,left\nb,1,,,1\n' });
    expect(lines).toEqual(['b,1,,,1']);
    expect(result.files[0]).toMatchObject({
      name,
      status: 'rejected',
      reason: expect.stringMatching(reason),
    });
    expect(result.quarantinePaths).toEqual([]);
  });

  it('of few objects is left out where they have a column in another spelling', async () => {
    const { result, lines } = await compile({
      'a.ndjson': '{"id":"a","n":1,"Plán":"x","left":1}\n',
      'b.ndjson': '{"id":"b","n":1,"plans":"x","left":1}\n',
    });
    expect(result.files[0]).toMatchObject({
      status: 'rejected',
      reason: expect.stringMatching(/has the key "plan"; did you mean "Plán"\?/),
    });
    expect(lines).toEqual(['b,1,,,1']);
  });

  it('of fewer than 20 objects may lack a column as it may lack values', async () => {
    const { lines } = await compile({ 'a.ndjson': '{"id":"a","left":1}\n' });
    expect(lines).toEqual(['a,,,,1']);
  });

  it('writes a flag as the label that the contract has', async () => {
    const contract = { ...CONTRACT, positive: 'true', negative: 'false' };
    const { lines } = await compile(
      { 'a.ndjson': '{"id":"a","n":true,"plan":null,"at":null,"left":true}\n{"id":"b","left":"false"}\n' },
      contract,
    );
    expect(lines).toEqual(['a,1,,,true', 'b,,,,false']);
  });

  it('gives the same row as CSV, so the second of them is a duplicate', async () => {
    const { result } = await compile({
      'a.csv': 'left,n,id,plan,at\n1,007.50,"a""b",x,\n',
      'b.ndjson': '{"id":"a\\"b","n":7.5,"plan":"x","at":null,"left":true}\n',
    });
    expect(result.rows).toEqual({ read: 2, kept: 1, duplicates: 1, quarantined: 0 });
  });

  it('is not read again when only another came', async () => {
    const folder = newFolder({ 'a.ndjson': between() });
    const first = await compileIn(folder);
    writeFileSync(join(folder, 'in', 'b.jsonl'), between('{"id":"b","left":1}'));
    const second = await compileIn(folder);
    expect(second.files[0]).toEqual(first.files[0]);
    expect(second.rows).toMatchObject({ kept: 3, duplicates: 2 });
  });

  it('is opened for scoring with its place where a line is bad', async () => {
    const folder = newFolder({ 'a.ndjson': between('{"id":"a","n":[1]}') });
    const path = join(folder, 'in', 'a.ndjson');
    const opened = engine.open({ kind: 'files', paths: [path], contract: CONTRACT, labels: 'optional' });
    await expect(opened).rejects.toMatchObject({
      code: 'value-invalid',
      message: expect.stringContaining('a.ndjson, line 2: n: got an object or a list'),
    });
  });
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    'a,b',
    'say "hi"',
    'two\r\nlines',
    'back\\slash',
    '\t',
    'true',
    'null',
    '{}',
    '12',
    ' pad ',
  ),
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('9007199254740993', '1.50', '-0', '1E3', '0.000000001', '1e400'),
);

/** A value, as a cell of CSV and as JSON. */
interface Cell {
  readonly csv: string;
  readonly json: string | null;
}

const texts = text
  .filter((each) => !each.includes('\0'))
  .map((value): Cell => ({ csv: value, json: JSON.stringify(value) }));
const escapedTexts = text
  .filter((each) => !each.includes('\0'))
  .map(
    (value): Cell => ({
      csv: value,
      json: `"${[...Array(value.length).keys()].map((i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`,
    }),
  );
const numbers = number.map((value): Cell => ({ csv: value, json: value }));
const nothing = fc.constantFrom<Cell>(
  { csv: '', json: 'null' },
  { csv: '', json: null },
  { csv: '', json: '""' },
);
/** Others are written as the text of their double where a format has numbers, and as they are in CSV. */
const wholeNumbers = numbers.filter(({ csv }) => /^(?:0|-?[1-9]\d*)$/.test(csv));
const cell = fc.oneof(texts, escapedTexts, wholeNumbers, nothing);
const label = fc.constantFrom<Cell>(
  { csv: '1', json: 'true' },
  { csv: '0', json: 'false' },
  { csv: '1', json: '1' },
  { csv: '0', json: '"0"' },
);
const row = fc.record({
  id: cell,
  n: fc.oneof(numbers, nothing, texts),
  plan: cell,
  at: fc.oneof(nothing, fc.constant<Cell>({ csv: '2024-01-31', json: '"2024-01-31"' })),
  left: fc.oneof(label, nothing),
  shift: fc.nat({ max: 4 }),
});

const NAMES = ['id', 'n', 'plan', 'at', 'left'] as const;

function asCsv(rows: readonly Record<(typeof NAMES)[number], Cell>[]): string {
  return [NAMES, ...rows.map((each) => NAMES.map((name) => each[name].csv))]
    .map((fields) => `${renderRecord(fields)}\n`)
    .join('');
}

/** Keys in an order that changes from row to row; those without a value are left out. */
function asNdjson(rows: readonly (Record<(typeof NAMES)[number], Cell> & { shift: number })[]): string {
  return rows
    .map((each) => {
      const names = [...NAMES.slice(each.shift), ...NAMES.slice(0, each.shift)];
      const members = names.flatMap((name) => {
        const { json } = each[name];
        return json === null ? [] : [`${JSON.stringify(name)}:${json}`];
      });
      return `{${members.join(',')}}\n`;
    })
    .join('');
}

describe('a table', () => {
  it('gives the same bytes and the same quarantine counts as CSV and as NDJSON', async () => {
    const sound = { csv: 'id,n', json: '"id,n"' };
    const first = { id: sound, n: { csv: '1', json: '1' }, plan: sound, at: { csv: '', json: 'null' } };
    const head = { ...first, left: { csv: '1', json: '1' }, shift: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const csv = await compile({ 'a.csv': asCsv([head, ...rows]) });
        const ndjson = await compile({ 'a.ndjson': asNdjson([head, ...rows]) });
        expect(ndjson.lines).toEqual(csv.lines);
        expect(ndjson.result.rows).toEqual(csv.result.rows);
        expect(ndjson.result.snapshot.id).toBe(csv.result.snapshot.id);
        expect(readFileSync(ndjson.result.snapshot.parquetPath)).toEqual(
          readFileSync(csv.result.snapshot.parquetPath),
        );
        expect(ndjson.result.snapshot.columns).toEqual(csv.result.snapshot.columns);
      }),
      { numRuns: 30 },
    );
  });
});
