import { isUtf8 } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Reading, TableContract } from '../contract/table-contract.ts';
import type { Delimiter } from './delimiter.ts';
import { CODE_POINTS, type Encoding, isByteEncoding } from './encoding.ts';
import { fieldText } from './header.ts';
import { type ReadTableOptions, readCsvTable, type TableReading } from './read-csv-table.ts';
import { recordFault } from './record-fault.ts';

const folder = mkdtempSync(join(tmpdir(), 'dialect-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FOUND: Reading = {
  delimiter: null,
  encoding: null,
  skipLines: null,
  descriptionLines: 0,
  decimal: '.',
  thousands: null,
  sheet: null,
};

const contractOf = (reading: Partial<Reading> = {}): TableContract => ({
  columns: [
    { name: 'client', role: 'id' },
    { name: 'usage', role: 'numeric' },
    { name: 'town', role: 'categorical' },
    { name: 'left', role: 'target' },
  ],
  positive: 'yes',
  negative: 'no',
  missingTexts: ['NA'],
  reading: { ...FOUND, ...reading },
});
const ANY: TableContract = {
  columns: [],
  positive: '1',
  negative: '0',
  missingTexts: ['NA'],
  reading: FOUND,
};
const NAMES = ['client', 'usage', 'town', 'left'];

interface Read {
  readonly names: readonly string[];
  /** Line and texts of each row; the reason where it is none. */
  readonly rows: readonly (readonly [number, readonly string[] | string])[];
  readonly reading: TableReading | null;
}

let files = 0;

/** Reads the bytes as a file, every row as texts. */
async function read(
  bytes: string | Uint8Array,
  contract: TableContract = contractOf(),
  options: Partial<ReadTableOptions> & { readonly gzip?: boolean } = {},
): Promise<Read> {
  const path = join(folder, `${++files}.csv${options.gzip === true ? '.gz' : ''}`);
  writeFileSync(path, options.gzip === true ? gzipSync(bytes) : bytes);
  let [names, width]: [string[], number] = [[], 0];
  const rows: [number, string[] | string][] = [];
  const { reading } = await readCsvTable(path, {
    contract,
    targetOptional: false,
    onHeader: (header) => {
      width = header.width;
      names = [...header.positions.map((at) => NAMES[at] ?? ''), ...header.extraColumns];
    },
    onRow: (text, record, line) => {
      const fault = recordFault(text, record, width);
      const texts = Array.from({ length: width }, (_, field) => fieldText(text, record, field));
      rows.push([line, fault === null ? texts : fault.reason]);
    },
    ...options,
  });
  rmSync(path);
  return { names, rows, reading };
}

const refusal = async (...args: Parameters<typeof read>): Promise<string> => {
  const error: unknown = await read(...args).then(
    () => new Error('it was not refused'),
    (cause: unknown) => cause,
  );
  return error instanceof Error ? error.message : String(error);
};

/** The bytes of a text; null where the encoding lacks one of its characters. */
function encode(text: string, encoding: Encoding, mark: boolean): Buffer | null {
  if (encoding === 'utf-8') return Buffer.from((mark ? '\uFEFF' : '') + text);
  if (!isByteEncoding(encoding)) {
    const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
    return encoding === 'utf-16le' ? bytes : bytes.swap16();
  }
  const points = [...CODE_POINTS[encoding]];
  const bytes = [...text].map((character) => points.indexOf(character.codePointAt(0) ?? -1));
  return bytes.includes(-1) ? null : Buffer.from(bytes);
}

/** Whether some line beyond ASCII is UTF-8, whatever it was meant to be. */
const mayBeUtf8 = (bytes: Buffer): boolean =>
  bytes
    .toString('latin1')
    .split('\n')
    .some((line) => /[\x80-\xff]/.test(line) && isUtf8(Buffer.from(line, 'latin1')));

function write(rows: readonly (readonly string[])[], delimiter: string, end: string, quoteAll: boolean) {
  const field = (text: string) =>
    quoteAll || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(field).join(delimiter) + end).join('');
}

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-15'] as const;
const letters = (more: string) =>
  fc.string({ unit: fc.constantFrom(...`aB7 ,;\t|"'\n.${more}`), maxLength: 8 });
const row = fc.tuple(
  fc.nat(1e6).map((id) => `c${id}`),
  fc.oneof(fc.nat(1e4).map(String), fc.constantFrom('NA', '1,5', '')),
  letters('éÜœ€Ž'),
  fc.constantFrom('yes', 'no'),
);
const DESCRIPTION = ['name of the client', 'calls, or tickets', 'where', 'yes or no'];
const TITLES = ['Clients; as of "March"', '', 'Export, made by hand | north', '"a quote that nobody closes'];

const written = fc.record({
  rows: fc.array(row, { maxLength: 30 }),
  delimiter: fc.constantFrom<Delimiter>(',', ';', '\t', '|'),
  encoding: fc.constantFrom(...ENCODINGS),
  mark: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n'),
  quoteAll: fc.boolean(),
  titles: fc.array(fc.constantFrom(...TITLES), { maxLength: 4 }),
  declares: fc.boolean(),
  describes: fc.boolean(),
  gzip: fc.boolean(),
});

describe('a file in any dialect', () => {
  it('is read as exactly the rows that were written, each with its line', async () => {
    let [tried, beyond] = [0, 0];
    await fc.assert(
      fc.asyncProperty(written, async (given) => {
        const { rows, delimiter, encoding, end, titles, declares, describes, gzip } = given;
        const top = [...(declares ? [`sep=${delimiter}`] : []), ...titles].map((line) => line + end).join('');
        const body = [NAMES, ...(describes ? [DESCRIPTION] : []), ...rows];
        const bytes = encode(top + write(body, delimiter, end, given.quoteAll), encoding, given.mark);
        fc.pre(bytes !== null);
        tried++;
        if (bytes.some((byte) => byte >= 0x80)) beyond++;
        // What is ISO 8859-15, UTF-16 of few rows without a mark, or Windows-1252 that is UTF-8 as well, a person says.
        const isTold =
          encoding === 'iso-8859-15' ||
          (encoding.startsWith('utf-16') && !given.mark) ||
          (encoding === 'windows-1252' && mayBeUtf8(bytes));
        const contract = contractOf({
          descriptionLines: describes ? 1 : 0,
          ...(isTold ? { encoding } : {}),
        });
        const found = await read(bytes, contract, { gzip });
        expect(found.names).toEqual(NAMES);
        expect(found.rows.map(([, texts]) => texts)).toEqual(rows);
        expect(found.reading?.dialect).toMatchObject({ delimiter, descriptionLines: describes ? 1 : 0 });
        let line =
          1 + (top + write(body.slice(0, describes ? 2 : 1), delimiter, end, true)).split('\n').length - 1;
        for (const [k, each] of rows.entries()) {
          expect(found.rows[k]?.[0]).toBe(line);
          line += each.join('').split('\n').length;
        }
      }),
      { numRuns: 1500 },
    );
    expect(tried).toBeGreaterThan(1000);
    expect(beyond).toBeGreaterThan(300);
  });

  it('is read the same where nothing is known of its columns but its lines', async () => {
    const lines = (delimiter: string) =>
      [
        NAMES,
        ...Array.from({ length: 30 }, (_, k) => [
          `c${k}`,
          String(k * 3),
          'Zürich',
          k % 3 === 0 ? 'yes' : 'no',
        ]),
      ].map((each) => each.join(delimiter));
    for (const delimiter of [',', ';', '\t', '|'])
      for (const encoding of ENCODINGS)
        for (const titles of [[], ['Clients'], ['Clients', `March${delimiter.repeat(3)}`, '']]) {
          const text = [...titles, ...lines(delimiter)].join('\r\n');
          const { names, rows, reading } = await read(encode(text, encoding, false) ?? '', ANY);
          expect(names).toEqual(NAMES);
          expect(rows).toHaveLength(30);
          expect(rows[0]).toEqual([titles.length + 2, ['c0', '0', 'Zürich', 'yes']]);
          expect(reading).toMatchObject({
            dialect: { delimiter, skipLines: titles.length, descriptionLines: 0 },
            doubt: null,
          });
        }
  });
});

describe('the separator', () => {
  it('is that of the header, not that of decimals and of texts', async () => {
    const text = 'client;usage;town;left\nc1;1,5;"a;b";no\nc2;2,5;x, y;yes\n';
    for (const contract of [contractOf(), ANY]) {
      const { rows } = await read(text, contract);
      expect(rows.map(([, texts]) => texts)).toEqual([
        ['c1', '1,5', 'a;b', 'no'],
        ['c2', '2,5', 'x, y', 'yes'],
      ]);
    }
  });

  it('may be named by the first line, as Excel does', async () => {
    const { rows, reading } = await read('sep=|\r\nclient|usage|town|left\r\nc1|1|x;y|no\r\n', ANY);
    expect(rows).toEqual([[3, ['c1', '1', 'x;y', 'no']]]);
    expect(reading?.dialect).toMatchObject({ delimiter: '|', skipLines: 0 });
  });

  it('that is set is held to, but for a file whose header has every column by another', async () => {
    const set = contractOf({ delimiter: ';', skipLines: 2 });
    expect((await read('a\nb\nclient;usage;town;left\nc;1;x;no\n', set)).rows).toHaveLength(1);
    expect((await read('client,usage,town,left\nc,1,x,no\n', set)).rows).toEqual([
      [2, ['c', '1', 'x', 'no']],
    ]);
    const any = { ...ANY, reading: { ...FOUND, delimiter: ',' as const } };
    expect((await read('a;b,c\n1;2,3\n', any)).names).toEqual(['a;b', 'c']);
  });
});

describe('the encoding', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const HEAD = 'client,usage,town,left\n';
  const ascii = `${'c1,1,Bonn,no\n'.repeat(100_000)}`;

  it('is decided by the first bytes beyond ASCII, however far into the file', async () => {
    const late = await read(Buffer.concat([latin(HEAD + ascii), latin('c2,2,M\xfcnchen \x80,no\n')]));
    expect(late.rows.at(-1)).toEqual([100_002, ['c2', '2', 'München €', 'no']]);
    expect(late.reading?.dialect.encoding).toBe('windows-1252');
    const utf8 = await read(`${HEAD}${ascii}c2,2,München €,no\n`);
    expect(utf8.rows.at(-1)?.[1]).toEqual(['c2', '2', 'München €', 'no']);
    expect(utf8.reading?.dialect.encoding).toBe('utf-8');
    expect((await read(HEAD + ascii)).reading?.dialect.encoding).toBeNull();
  });

  it('takes no line that does not agree with the others', async () => {
    const [sound, other] = ['c1,1,Z\u00fcrich,no\n', 'c2,2,K\u00f6ln,no\n'];
    const inWindows = await read(
      Buffer.concat([latin(HEAD + sound + sound), Buffer.from(other), latin(sound)]),
    );
    expect(
      inWindows.rows.map(([line, texts]) => [
        line,
        typeof texts === 'string' ? texts.slice(0, 16) : texts[2],
      ]),
    ).toEqual([
      [2, 'Zürich'],
      [3, 'Zürich'],
      [4, 'the line is UTF-'],
      [5, 'Zürich'],
    ]);
    const inUtf8 = await read(
      Buffer.concat([Buffer.from(HEAD + sound + sound), latin(other), Buffer.from(sound)]),
    );
    expect(inUtf8.rows[2]?.[1]).toMatch(/not UTF-8/);
    expect(inUtf8.rows.filter(([, texts]) => typeof texts !== 'string')).toHaveLength(3);
    const noCharacter = await read(latin(`${HEAD}${sound}c2,2,\x81,no\n`));
    expect(noCharacter.rows[1]?.[1]).toMatch(/stands for no character in the encoding of the file/);
  });

  it('that is given is believed, but for a mark', async () => {
    const bytes = Buffer.from(`${HEAD}c1,1,Zürich,no\n`);
    const given = contractOf({ encoding: 'windows-1252' });
    expect((await read(bytes, given)).rows[0]?.[1]).toEqual(['c1', '1', 'ZÃ¼rich', 'no']);
    expect((await read(Buffer.concat([Buffer.from('\uFEFF'), bytes]), given)).rows[0]?.[1]).toContain(
      'Zürich',
    );
    const utf16 = Buffer.from(`\uFEFF${HEAD}c1,1,Zürich,no\n`, 'utf16le');
    expect((await read(utf16, given)).rows[0]?.[1]).toContain('Zürich');
    const euro = latin(`${HEAD}c1,1,\xa4,no\n`);
    expect((await read(euro)).reading).toMatchObject({ mayBeIso885915: true });
    expect((await read(euro, contractOf({ encoding: 'iso-8859-15' }))).rows[0]?.[1]).toContain('€');
    expect((await read(latin(`${HEAD}c1,1,\xa4\x80,no\n`))).reading).toMatchObject({ mayBeIso885915: false });
  });

  it('of UTF-16 has characters of two units, and quarantines half of one', async () => {
    const text = `${HEAD}c1,1,😀,no\nc2,2,\ud83d,no\nc3,3,\ude00x,no\n`;
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      const { rows } = await read(encode(text, encoding, true) ?? '');
      expect(rows[0]?.[1]).toEqual(['c1', '1', '😀', 'no']);
      expect(rows.slice(1).map(([, texts]) => texts)).toEqual([
        expect.stringMatching(/not UTF-8/),
        expect.stringMatching(/not UTF-8/),
      ]);
    }
    const odd = Buffer.concat([encode(`${HEAD}c1,1,x,no\n`, 'utf-16le', true) ?? Buffer.of(), Buffer.of(65)]);
    expect((await read(odd)).rows[1]?.[1]).toMatch(/too few fields/);
  });

  it('of UTF-16 is decoded the same wherever a chunk of the file ends', async () => {
    const rows = Array.from({ length: 60_000 }, (_, k) => [
      `c${k}`,
      String(k),
      k % 7 === 0 ? '😀é' : 'Łódź',
      'no',
    ]);
    const text = write([NAMES, ...rows], ';', '\n', false);
    const found = await read(Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect(found.rows).toHaveLength(rows.length);
    expect(found.rows.every(([, texts], k) => (texts as string[]).join(';') === rows[k]?.join(';'))).toBe(
      true,
    );
  });
});

describe('lines that describe the columns', () => {
  const HEAD = 'client,usage,town,left\n';
  it('are no rows where the configuration says so, unless they have a value', async () => {
    const set = contractOf({ descriptionLines: 2 });
    const two = await read(`${HEAD}who,number of calls,text,yes/no\n,count,,\nc1,NA,x,no\nc2,1,x,no\n`, set);
    expect(two.rows.map(([line]) => line)).toEqual([4, 5]);
    const none = await read(`${HEAD}c1,12 EUR,x,no\nc2,many,x,no\n`, set);
    expect(none.rows.map(([line]) => line)).toEqual([2, 3]);
    const missing = await read(`${HEAD}c1,NA,x,other\n`, set);
    expect(missing.rows).toHaveLength(1);
  });

  it('are found where two columns of numbers have texts in them, and asked about where one has', async () => {
    const rows = Array.from({ length: 20 }, (_, k) => `c${k};${k};${k},5;x\n`).join('');
    const found = await read(`client;usage;paid;town\ntext;number of calls;EUR;\n${rows}`, ANY);
    expect(found.reading).toMatchObject({ dialect: { descriptionLines: 1 }, mayDescribe: false });
    expect(found.rows[0]?.[0]).toBe(3);
    const unsure = await read(
      `name;usage\nanna;number of calls\n${rows.replace(/c\d+;(\d+);.*/g, 'bob;$1')}`,
      ANY,
    );
    expect(unsure.reading).toMatchObject({ dialect: { descriptionLines: 0 }, mayDescribe: true });
    for (const bad of ['c99;unknown;unknown;x', 'c99;many;few;x', 'n;NA;;x', 'n;many;3,5;x']) {
      const read1 = await read(`client;usage;paid;town\n${bad}\n${rows}`, ANY);
      expect(read1.rows).toHaveLength(21);
    }
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, string | Buffer, Partial<Reading>, RegExp]>([
    [
      'lacks a column, with other separators',
      'client;usage;town\nc;1;x\n',
      {},
      /the column "left" is missing.*It was read as semicolons, UTF-8$/,
    ],
    [
      'lacks a column, with title lines and in Windows-1252',
      Buffer.from('Z\xfcrich\n\nclient;usage;town\nc;1;x\n', 'latin1'),
      {},
      /"left" is missing.*read as semicolons, Windows-1252, 2 title lines above the header; the header is taken to be "client;usage;town"$/,
    ],
    [
      'has no column at all',
      'a\tb\tc\n1\t2\t3\n',
      {},
      /are missing; its columns are "a", "b", "c".*as tabs, UTF-8/s,
    ],
    [
      'is plain and has no column',
      'a,b\n1,2\n',
      {},
      /are missing; its columns are "a", "b"\. The first line must.*run: tidewatch columns alias NAME client$/,
    ],
    ['is packed', gzipSync('client,usage\n1,2\n'.repeat(99)), {}, /packed with gzip/],
    ['is UTF-32', Buffer.from('\xff\xfe\0\0c\0\0\0,\0\0\0d\0\0\0', 'latin1'), {}, /UTF-32/],
    [
      'has too many columns',
      `client,${'x,'.repeat(20_000)}left\n1\n`,
      {},
      /its header names 20,002 columns, and 16,384 are read at most/,
    ],
    ['is empty', '', {}, /the file is empty \(0 bytes\)/],
    ['only names a separator', 'sep=;\n', {}, /only empty lines; expected a line that names the columns/],
    ['is only a mark', '\uFEFF', {}, /only empty lines; expected a line that names the columns/],
    [
      'has too few lines',
      'a\nb\n',
      { skipLines: 7 },
      /has no text under the 7 lines above its header; expected a line that names/,
    ],
    [
      'is UTF-16 and said to be UTF-8',
      Buffer.from('client,usage\n', 'utf16le'),
      { encoding: 'utf-8' },
      /is UTF-16/,
    ],
    [
      'has a header that nothing decodes',
      Buffer.from('client,\x81\xfc\n1,2\n', 'latin1'),
      {},
      /not the header of a CSV/,
    ],
    [
      'has a header that its encoding lacks',
      Buffer.from('client,\x81\xfc\n1,2\n', 'latin1'),
      { encoding: 'windows-1252' },
      /its header cannot be read: the line has a byte that stands for no character/,
    ],
    ['has old line ends', 'client,usage\rc,1\r', {}, /carriage returns inside; lines must end in LF or CRLF/],
  ])('%s: it says so', async (_, bytes, reading, reason) => {
    expect(await refusal(bytes, contractOf(reading))).toMatch(reason);
  });

  it('is asked about where its lines allow two readings, or no line can be the header', async () => {
    expect(await refusal('a,b;c\n1,2;3\n4,5;6\n', ANY)).toMatch(
      /by commas or by semicolons.*2 columns.*--delimiter/,
    );
    const rows = Array.from({ length: 9 }, (_, k) => `${k},${k},${k}\n`).join('');
    expect(await refusal(`a,b\n${rows}`, ANY)).toMatch(
      /most lines have 3 fields between commas.*--skip-lines/,
    );
  });
});
