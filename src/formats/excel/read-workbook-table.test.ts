import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Made,
  type MadeSheet,
  makeWorkbook,
  makeZip,
  type WorkbookWishes,
} from '../../../test/workbooks.ts';
import type { Reading, TableContract } from '../contract/table-contract.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { fieldText, type HeaderMatch } from '../csv/header.ts';
import { TYPED } from '../csv/record-reader.ts';
import { readTable } from '../read-table.ts';

const root = mkdtempSync(join(tmpdir(), 'workbook-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let files = 0;

const READING: Reading = {
  ...{ delimiter: null, encoding: null, skipLines: null, descriptionLines: 0, decimal: '.', thousands: null },
  sheet: null,
};

function contractOf(names: readonly string[], reading: Partial<Reading> = {}): TableContract {
  return {
    columns: names.map((name) => ({ name, role: 'categorical' })),
    ...{ positive: '1', negative: '0', missingTexts: [] },
    reading: { ...READING, ...reading },
  };
}

interface ReadRow {
  readonly line: number;
  readonly fields: readonly string[];
  /** Which of them are numbers. */
  readonly typed: readonly boolean[];
  readonly refusal: string | null;
}

async function read(
  content: Buffer,
  contract: TableContract,
  maxUnpackedRatio?: number,
): Promise<{ rows: ReadRow[]; header: HeaderMatch | null; bytes: number; sha256: string }> {
  const path = join(root, `${++files}.xlsx`);
  writeFileSync(path, content);
  const rows: ReadRow[] = [];
  let header: HeaderMatch | null = null;
  const summary = await readTable(path, {
    contract,
    targetOptional: false,
    ...(maxUnpackedRatio !== undefined && { maxUnpackedRatio }),
    onHeader: (match) => {
      header = match;
    },
    onRow: (bytes, record, line) => {
      const fields = Array.from({ length: record.fields }, (_, field) => fieldText(bytes, record, field));
      const typed = fields.map((_, field) => record.quoting[field] === TYPED);
      rows.push({ line, fields, typed, refusal: record.damage === null ? null : record.refusal().reason });
    },
  }).finally(() => rmSync(path));
  return { rows, header, ...summary };
}

const one = (rows: MadeSheet['rows'], wishes?: WorkbookWishes): Buffer =>
  makeWorkbook([{ name: 'Data', rows }], wishes);
const fieldsOf = async (content: Buffer, names: readonly string[]) =>
  (await read(content, contractOf(names))).rows.map(({ fields }) => fields);
const refusalOf = async (
  content: Buffer,
  contract = contractOf(['id', 'x']),
  ratio?: number,
): Promise<string> => {
  const error = await read(content, contract, ratio).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FileRefused);
  return (error as FileRefused).message;
};

const TABLE: readonly (readonly Made[])[] = [
  ['id', 'x'],
  ['a', 1],
  ['b', 2],
];

describe('the cells of a workbook', () => {
  it.each<[string, Made, string, boolean]>([
    ['a text', 'so "so", and\nso', 'so "so", and\nso', false],
    ['a text of digits', '12345678901234567', '12345678901234567', false],
    ['a text with a sign of XML', '<&>', '<&>', false],
    ['a text within the cell', { t: 'inlineStr', v: 'in & out' }, 'in & out', false],
    ['the text of a formula', { t: 'str', f: 'A1', v: 'x' }, 'x', false],
    ['a text with an escaped character', 'a_x000D_b_x0041_', 'a\rbA', false],
    ['a number', 5, '5', true],
    ['a long whole number', { v: '12345678901234567' }, '12345678901234567', true],
    ['a number with an exponent', { v: '-1.5E-7' }, '-1.5E-7', true],
    ['the number of a formula', { f: 'B1*2', v: '10.5' }, '10.5', true],
    ['true', true, 'true', false],
    ['false', false, 'false', false],
    ['what is not available', { t: 'e', v: '#N/A' }, '', false],
    ['an empty text', '', '', false],
    ['a percentage', { s: 3, v: '0.25' }, '0.25', true],
    ['a date', { s: 1, v: '45658' }, '2025-01-01', false],
    ['a date with its time', { s: 1, v: '45658.5' }, '2025-01-01T12:00:00', false],
    ['a date of a format of its own', { s: 2, v: '45658.00001157407' }, '2025-01-01T00:00:01', false],
    ['a date as strict workbooks have it', { t: 'd', v: '2025-01-01' }, '2025-01-01', false],
    ['a date that Excel cannot show', { s: 1, v: '-3' }, '-3', true],
  ])('give %s', async (_, cell, text, isNumber) => {
    const content = one([...TABLE, ['c', cell]], { formats: [14, 'dd\\.mm\\.yyyy hh:mm', '0.0%'] });
    const row = (await read(content, contractOf(['id', 'x']))).rows.at(-1);
    expect(row).toEqual({ line: 4, fields: ['c', text], typed: [false, isNumber], refusal: null });
  });

  it('count days from 1904 where the workbook does', async () => {
    const rows = [...TABLE, ['c', { s: 1, v: '0' }]] as const;
    expect((await fieldsOf(one(rows, { formats: [14], date1904: true }), ['id', 'x'])).at(-1)).toEqual([
      'c',
      '1904-01-01',
    ]);
  });

  it.each([
    ['#DIV/0!', { t: 'e', v: '#DIV/0!' }, 'the cell has the error #DIV/0!'],
    ['#REF!', { t: 'e', f: 'A0', v: '#REF!' }, 'the cell has the error #REF!'],
    ['an error that is none', { t: 'e', v: 'a,"b' }, 'the cell has the error #ERROR!'],
    ['a formula without a value', { f: 'A1', v: null }, 'a formula whose value is not stored'],
    ['a formula with an empty value', { f: 'A1', v: '' }, 'a formula whose value is not stored'],
  ])('refuse their row for %s, unless no column is read there', async (_, cell, reason) => {
    const content = one([
      ['id', 'x', 'other'],
      ['a', 1, cell],
      ['b', cell, 1],
      ['#DIV/0!', 2],
    ]);
    const { rows } = await read(content, contractOf(['id', 'x']));
    expect(rows.map(({ refusal }) => refusal)).toEqual([null, expect.stringContaining(reason), null]);
    expect(rows[0]?.fields).toEqual(['a', '1', '']);
    expect(rows[2]?.fields).toEqual(['#DIV/0!', '2', '']);
  });

  it('refuse a row that is longer than any may be, and no other', async () => {
    const long = Array.from({ length: 70 }, (_, k) => String(k).padEnd(32_000, 'é\n'));
    const content = one([
      ['id', 'x', ...long.map((_, k) => `c${k}`)],
      ['a', 1, ...long],
      ['b', 2],
    ]);
    const { rows } = await read(content, contractOf(['id', 'x']));
    expect(rows.map(({ line, refusal }) => [line, refusal])).toEqual([
      [2, 'the row is longer than 2,000,000 bytes'],
      [3, null],
    ]);
  });
});

describe('the rows of a workbook', () => {
  it('have the numbers of the sheet, whatever is empty or has several lines', async () => {
    const content = one([
      ['A title'],
      null,
      ['id', 'x'],
      ['a\nb\nc', 1],
      null,
      [null, null],
      ['', ''],
      ['d', 2],
    ]);
    const { rows, header, bytes, sha256 } = await read(content, contractOf(['id', 'x']));
    expect(rows.map(({ line, fields }) => [line, ...fields])).toEqual([
      [4, 'a\nb\nc', '1'],
      [8, 'd', '2'],
    ]);
    expect(header).toMatchObject({ width: 2, positions: [0, 1], sheet: { name: 'Data', others: [] } });
    expect(bytes).toBe(content.length);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are as wide as the header, columns without a name included, and cells behind are passed over', async () => {
    const late = Array.from({ length: 60 }, (_, k) => [`r${k}`, k]);
    const content = one([
      ['id', null, 'x'],
      ['a', 7, 1, 'note'],
      ['b'],
      ...late,
      ['z', null, 3, null, 'far away'],
    ]);
    const { rows, header } = await read(content, contractOf(['id', 'x']));
    expect(header).toMatchObject({ width: 4, positions: [0, 2], extraColumns: ['', ''] });
    expect(rows[0]?.fields).toEqual(['a', '7', '1', 'note']);
    expect(rows[1]?.fields).toEqual(['b', '', '', '']);
    expect(rows.at(-1)?.fields).toEqual(['z', '', '3', '']);
  });

  it('are all there, in order, however many and wherever pieces of the file end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean()), {
            minLength: 2,
            maxLength: 2,
          }),
          {
            minLength: 1,
            maxLength: 40,
          },
        ),
        fc.integer({ min: 1, max: 40 }),
        async (some, times) => {
          const rows = Array.from({ length: times }, () => some).flat();
          const got = await fieldsOf(one([['id', 'x'], ...rows] as MadeSheet['rows']), ['id', 'x']);
          const want = rows
            .map((cells) => cells.map((cell) => String(cell).replaceAll('\0', '')))
            .filter((cells) => cells.some((cell) => cell !== ''));
          expect(got).toEqual(want);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('may be 16,384 cells wide', async () => {
    const names = Array.from({ length: 16_384 }, (_, k) => `c${k}`);
    const { rows } = await read(one([names, names.map((_, k) => k)]), contractOf(['c0', 'c16383']));
    expect(rows[0]?.fields).toHaveLength(16_384);
    expect(rows[0]?.fields.at(-1)).toBe('16383');
  });
});

describe('the sheet that is read', () => {
  const NOTES: MadeSheet = { name: 'Notes', rows: [['made by us'], ['for you']] };
  const DATA: MadeSheet = { name: 'Data', rows: TABLE };
  const hidden = (sheet: MadeSheet): MadeSheet => ({ ...sheet, state: 'hidden' });
  const sheetOf = async (sheets: readonly MadeSheet[], contract = contractOf(['id', 'x'])) =>
    (await read(makeWorkbook(sheets), contract)).header?.sheet;

  it('is the one that has the columns, and not a hidden one', async () => {
    expect(await sheetOf([NOTES, DATA])).toEqual({ name: 'Data', others: [] });
    expect(await sheetOf([hidden({ ...DATA, name: 'Old' }), DATA])).toEqual({ name: 'Data', others: [] });
    expect(await sheetOf([hidden(DATA)])).toEqual({ name: 'Data', others: [] });
  });

  it('is without columns the first with a table; the others are named', async () => {
    const any = contractOf([]);
    expect(await sheetOf([NOTES, DATA, { name: 'More', rows: TABLE }], any)).toEqual({
      name: 'Data',
      others: ['More'],
    });
    expect(await sheetOf([NOTES], any)).toEqual({ name: 'Notes', others: [] });
  });

  it('is the one that the configuration names', async () => {
    const sheets = [DATA, hidden({ name: 'B', rows: TABLE })];
    expect(await sheetOf(sheets, contractOf(['id', 'x'], { sheet: 'B' }))).toMatchObject({ name: 'B' });
    const absent = await refusalOf(makeWorkbook(sheets), contractOf(['id'], { sheet: 'Dat' }));
    expect(absent).toContain(
      'no sheet "Dat", which "input": {"sheet": ...} in config.json names; it has "Data"',
    );
  });

  it('is none where two have the columns', async () => {
    const message = await refusalOf(makeWorkbook([DATA, { name: 'Feb', rows: TABLE }]));
    expect(message).toContain(
      '"Data", "Feb" all have the columns; say which is meant with "input": {"sheet": "Data"}',
    );
  });

  it('is named where it lacks a column, with the row that comes nearest', async () => {
    const rows = [['Report'], ['ids', 'x'], ['a', 1]];
    const message = await refusalOf(makeWorkbook([NOTES, { name: 'Data', rows }]));
    expect(message).toMatch(/^in row 2 of the sheet "Data" the column "id" is missing; did you mean "ids"\?/);
  });

  it('begins where input.skip_lines says, and has description_lines under its header', async () => {
    const rows = [
      ['id', 'x'],
      ['id', 'x'],
      ['key', 'number'],
      ['a', 1],
    ];
    const { columns, ...rest } = contractOf(['id', 'x']);
    const numeric = columns.map((column, k) => (k === 1 ? { ...column, role: 'numeric' as const } : column));
    const lines = async (reading: Partial<Reading>, given: Made[][] = rows) => {
      const contract = { ...rest, columns: numeric, reading: { ...READING, ...reading } };
      return (await read(one(given), contract)).rows.map(({ line }) => line);
    };
    expect(await lines({})).toEqual([2, 3, 4]);
    expect(await lines({ skipLines: 1 })).toEqual([3, 4]);
    expect(await lines({ skipLines: 1, descriptionLines: 1 })).toEqual([4]);
    const plain = [['id', 'x'], ...Array.from({ length: 3 }, (_, k) => [`c${k}`, k])];
    const all = await lines({ skipLines: 2, descriptionLines: 2 }, plain);
    expect(all, 'lines of other files are told: no row is lost').toEqual([2, 3, 4]);
  });
});

describe('a file that is no sound workbook', () => {
  const sheet = (rows: string): Buffer =>
    one(TABLE, {
      parts: { 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>` },
    });
  const head =
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>';
  const ole = (entry: string): Buffer => {
    const bytes = Buffer.alloc(2048);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
    bytes.writeUInt16LE(9, 30);
    bytes.write(entry, 512 + 128, 'utf16le');
    return bytes;
  };

  it.each<[string, Buffer, RegExp]>([
    ['is empty', Buffer.alloc(0), /^the file is empty \(0 bytes\)$/],
    ['is text', Buffer.from('id,x\na,1\n'), /no Excel workbook; if it is text, let its name end in \.csv/],
    ['is Parquet', Buffer.from('PAR1...'), /the file is Parquet/],
    ['is of the old kind', ole('Workbook'), /of the old kind \(\.xls\); open it in Excel and save it as/],
    ['has a password', ole('EncryptedPackage'), /has a password; take it off/],
    ['is another archive', makeZip({ 'a.txt': 'x' }), /a zip archive, but no workbook/],
    ['has no sheet', makeWorkbook([]), /the workbook has no sheet/],
    ['has an empty sheet', one([]), /"Data" has no row of texts/],
    [
      'lacks its sheet',
      makeZip({
        ...parts([
          '_rels/.rels',
          'xl/workbook.xml',
          'xl/_rels/workbook.xml.rels',
          'xl/sharedStrings.xml',
          'xl/styles.xml',
        ]),
      }),
      /damaged or cut off.*it has no xl\/worksheets\/sheet1\.xml/,
    ],
    [
      'has a document type',
      one(TABLE, { parts: { 'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a "b">]><sst/>' } }),
      /a document type/,
    ],
    ['has rows out of order', sheet(`${head}<row r="3"/><row r="2"/>`), /row 2 comes after row 3/],
    ['has a row beyond the last', sheet(`${head}<row r="1048577"/>`), /row 1048577 comes after row 1/],
    [
      'has a cell twice',
      sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
      /has a cell twice/,
    ],
    ['has a cell beyond the last', sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'), /no place in a sheet/],
    [
      'has a text that is not there',
      sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
      /a text that is not there/,
    ],
    ['has no quotes', sheet('<row r=1><c r="A1"><v>1</v></c></row>'), /has no quotes/],
    ['ends in a tag', sheet(`${head}<row r="2"><c `), /its cells have no end/],
    ['has a row in a row', sheet(`${head}<row r="2"><row r="3"></row></row>`), /row 2 has no end/],
  ])('%s', async (_, content, reason) => {
    expect(await refusalOf(content)).toMatch(reason);
  });

  it('is refused wherever it is cut off', async () => {
    const whole = one([...TABLE, ...Array.from({ length: 50 }, (_, k) => [`c${k}`, k])]);
    for (let length = 0; length < whole.length; length += 13) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(
        /damaged or cut off|is empty|no Excel workbook/,
      );
    }
  });

  it('gives its rows or a refusal, whichever byte of it was changed', async () => {
    const whole = one([...TABLE, ...Array.from({ length: 30 }, (_, k) => [`c${k}`, k])]);
    const want = (await read(whole, contractOf(['id', 'x']))).rows;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ change;
        const got = await read(changed, contractOf(['id', 'x'])).catch((error: unknown) => error);
        if (got instanceof Error) expect(got).toBeInstanceOf(FileRefused);
        else expect((got as { rows: ReadRow[] }).rows).toEqual(want);
      }),
      { numRuns: 300 },
    );
  });

  it('unpacks to more than it may', async () => {
    const filler = Buffer.alloc(270 << 20, `<x/>${' '.repeat(1 << 20)}`);
    const bomb = one(TABLE, {
      parts: { 'xl/sharedStrings.xml': Buffer.concat([Buffer.from('<sst>'), filler]) },
    });
    expect(await refusalOf(bomb, undefined, 2)).toMatch(/bytes unpack to more than 268435456/);
    const endless = one(TABLE, {
      parts: { 'xl/sharedStrings.xml': `<sst><!--${' '.repeat(5 << 20)}--></sst>` },
    });
    expect(await refusalOf(endless)).toMatch(/a tag or a text without an end/);
  }, 60_000);

  it('has few bytes that stand for very long rows', async () => {
    const cells = '<c t="s"><v>0</v></c>'.repeat(15);
    const content = one([[`x${'y'.repeat(100_000)}`]], {
      parts: {
        'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${head}${`<row>${cells}</row>`.repeat(2000)}</sheetData></worksheet>`,
      },
    });
    expect(await refusalOf(content)).toMatch(/bytes unpack to more than/);
  });
});

/** Some parts of a sound workbook. */
function parts(names: readonly string[]): Record<string, string> {
  const made: Record<string, string> = {
    '_rels/.rels':
      '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml': '<workbook><sheets><sheet name="Data" r:id="b"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="b" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/sharedStrings.xml': '<sst/>',
    'xl/styles.xml': '<styleSheet/>',
  };
  return Object.fromEntries(names.map((name) => [name, made[name] ?? '']));
}
