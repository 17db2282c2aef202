/** The promises that every engine keeps, run over each of them on real files. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { columnsSchema, configSchema } from '../../src/config/schema.ts';
import type { ColumnProfile, CompileRequest, CompileResult, Engine, Table } from '../../src/engine/port.ts';
import { timesOf } from '../../src/engine/rows/times.ts';
import { contractOf } from '../../src/formats/contract/contract.ts';
import type { TableContract } from '../../src/formats/contract/table-contract.ts';
import type { FileReport } from '../../src/formats/file-report.ts';
import { openEngine } from '../../src/pipeline/open-engine.ts';
import {
  type ColumnStatistics,
  ORIGINAL_FILE_NAMES,
  ORIGINAL_FILE_PATHS,
  ORIGINAL_NUMBERS,
  originalsHere,
  writeOriginalFiles,
} from '../golden/original-files.ts';
import { hasPublicSets, PUBLIC_SETS_FOLDER, titleOfPublicSets } from '../public-sets.ts';

const ENGINES = (['local', 'sql'] as const).map((name) => ({
  name,
  create: (folder: string): Promise<Engine> =>
    openEngine(name, { threads: 2, memoryLimit: '500MB', temporaryFolder: folder }),
}));

const MISSING = configSchema.shape.missing_values.parse(undefined);
const HEADER = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';

function contractWith(columns: Parameters<typeof columnsSchema.parse>[0]): TableContract {
  return contractOf(columnsSchema.parse(columns), MISSING);
}

const CONTRACT = contractWith({});

describe.each(ENGINES)('engine $name', ({ name, create }) => {
  let engine: Engine;
  let home: string;
  let input: string;
  let output: string;
  let tables: Table[] = [];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'engine-'));
    engine = await create(join(home, 'temporary'));
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });
  afterEach(async () => {
    for (const table of tables) await table.close();
    tables = [];
  });

  let folders = 0;
  /** A new workspace whose input folder holds these files. */
  function given(files: Readonly<Record<string, string | Uint8Array>>): void {
    const root = join(home, `w${++folders}`);
    input = join(root, 'in');
    output = join(root, 'out');
    mkdirSync(input, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(input, name), content);
  }

  const compile = (overrides: Partial<CompileRequest> = {}): Promise<CompileResult> =>
    engine.compile({
      folder: input,
      output,
      contract: CONTRACT,
      maxRejectedShare: 1,
      progress: silentProgress,
      ...overrides,
    });

  const finalData = (): string => readFileSync(join(output, 'finaldata.csv'), 'utf8');
  const quarantine = (name: string): string =>
    readFileSync(join(output, 'quarantine', `${name}.quarantine.csv`), 'utf8');

  async function openSnapshot(result: CompileResult, contract = CONTRACT): Promise<Table> {
    const table = await engine.open({ kind: 'snapshot', snapshot: result.snapshot, contract });
    tables.push(table);
    return table;
  }

  async function openFiles(
    paths: readonly string[],
    labels: 'required' | 'optional' = 'required',
    contract = CONTRACT,
  ): Promise<Table> {
    const table = await engine.open({ kind: 'files', paths, contract, labels });
    tables.push(table);
    return table;
  }

  /** Every value of a column through the stream. */
  async function values(table: Table, name: string | null): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const batch of table.stream([name])) {
      const [column] = batch.columns;
      if (column?.kind === 'categorical') {
        found.push(...Array.from(column.codes, (code) => (code === -1 ? null : column.levels[code])));
      } else found.push(...(column?.values ?? []));
    }
    return found;
  }

  const profileOf = async (table: Table, name: string): Promise<ColumnProfile> => {
    const profile = (await table.profile()).find((column) => column.name === name);
    if (profile === undefined) throw new Error(`no column ${name}`);
    return profile;
  };

  describe('listing', () => {
    it('reads data files in byte order of their names and leaves out hidden, unfinished and other files', async () => {
      given({
        'b.csv': `${HEADER}\nb,1,1,1,0\n`,
        'B.csv': `${HEADER}\nB,1,1,1,0\n`,
        'é.csv': `${HEADER}\né,1,1,1,0\n`,
        'a.csv.gz': gzipSync(`${HEADER}\na,1,1,1,1\n`),
        '.hidden.csv': `${HEADER}\nx,1,1,1,1\n`,
        '~$open in Excel.csv': '\x06user',
        'later.csv.part': `${HEADER}\nx,1`,
        'notes.txt': 'x',
      });
      mkdirSync(join(input, 'folder.csv'));
      const result = await compile();
      expect(finalData()).toBe(`${HEADER}\nB,1,1,1,0\na,1,1,1,1\nb,1,1,1,0\né,1,1,1,0\n`);
      expect(result.snapshot.files.map((file) => file.name)).toEqual(['B.csv', 'a.csv.gz', 'b.csv', 'é.csv']);
      expect(result.files.filter((file) => file.status === 'waiting').map((file) => file.name)).toEqual([
        'later.csv.part',
      ]);
    });

    it('says where it looked and for what when a folder has no data file', async () => {
      given({ 'notes.txt': 'x' });
      await expect(compile()).rejects.toMatchObject({ code: 'input-empty' });
      await expect(compile()).rejects.toThrow(
        /in has no data file.*notes\.txt.*\.csv, \.tsv, .*\.ndjson.*\(each also \.gz\), .*\.parquet/,
      );
    });

    it('does not take a file that grows while it is read, and takes the others whole', async () => {
      const many = Array.from({ length: 200_000 }, (_, i) => `c${i},${i},2,3,1\n`).join('');
      given({
        'a.csv': `${HEADER}\na,1,1,1,1\n`,
        'b.csv': `${HEADER}\n${many}`,
        'c.csv': `${HEADER}\nc,1,1,1,0\n`,
      });
      let grown = false;
      const result = await compile({
        progress: ({ label }) => {
          if (!grown && label.includes('b.csv')) appendFileSync(join(input, 'b.csv'), 'late,1,1,1,1\n');
          if (label.includes('b.csv')) grown = true;
        },
      });
      expect(result.files.map((file) => [file.name, file.status])).toEqual([
        ['a.csv', 'accepted'],
        ['b.csv', 'waiting'],
        ['c.csv', 'accepted'],
      ]);
      expect(finalData()).toBe(`${HEADER}\na,1,1,1,1\nc,1,1,1,0\n`);
      const again = await compile();
      expect(again.rows.kept).toBe(200_003);
    });
  });

  describe('headers', () => {
    it.each<[string, string | Uint8Array, RegExp]>([
      [
        'without a column of the contract',
        `${HEADER.replace('exited', 'left')}\na,1,1,1,1\n`,
        /"exited" is missing.*"left"/,
      ],
      ['with a column of the contract twice', `${HEADER},exited\na,1,1,1,1,1\n`, /"exited" more than once/],
      ['without a header', 'a,1,1,1,1\nb,1,1,1,1\n', /are missing; its columns are "a"/],
      ['of no bytes', '', /empty \(0 bytes\)/],
      ['of empty lines', '\n\r\n\n', /only empty lines/],
      [
        'with a column of the contract under a near name',
        `${HEADER.replace('exited', 'has $exited ')}\na,1,1,1,1\n`,
        /"exited" is missing; did you mean "has \$exited"\? If so, run: tidewatch columns alias 'has \$exited' exited \(or rename it in the file\); its columns are/,
      ],
      [
        'with several columns under near names, each with its own',
        `${HEADER.replace('exited', 'has exited').replace('lastmonth_activity', 'Last Months Activity')}\na,1,1,1,1\n`,
        /did you mean "Last Months Activity" for "lastmonth_activity" and "has exited" for "exited"\? If so, run: tidewatch columns alias "Last Months Activity" lastmonth_activity "has exited" exited /,
      ],
      [
        'with two columns that may be one of the contract',
        `${HEADER.replace('exited', 'Exited')},EXITED\na,1,1,1,1,0\n`,
        /the columns "Exited", "EXITED" are all read as "exited"; keep that name for the one that is meant/,
      ],
      [
        'with semicolons and a column too few',
        `${HEADER.replaceAll(',', ';').replace('exited', 'x')}\na;1;1;1;1\n`,
        /"exited" is missing.*It was read as semicolons, UTF-8$/,
      ],
      [
        'that is a workbook',
        Buffer.from('PK\x03\x04\x14\x00\n'),
        /Excel workbooks are: let its name end in \.xlsx/,
      ],
      ['that is a web page', '<!DOCTYPE html>\n<table></table>\n', /web page/],
      ['with old Macintosh line endings', `${HEADER}\ra,1,1,1,1\r`, /LF or CRLF/],
      [
        'that is no text',
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255, 10, 0, 0]),
        /not the header of a CSV/,
      ],
    ])(
      'reject a file %s as a whole, with the reason, and go on with the others',
      async (_, content, reason) => {
        given({ 'a.csv': content, 'b.csv': `${HEADER}\nb,1,1,1,1\n` });
        const result = await compile();
        const [rejected, accepted] = result.files as [FileReport, FileReport];
        expect(rejected).toMatchObject({ name: 'a.csv', status: 'rejected', read: 0, kept: 0 });
        expect(rejected.reason).toMatch(reason);
        expect(rejected.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(accepted).toMatchObject({ name: 'b.csv', status: 'accepted', read: 1, kept: 1 });
        expect(result.snapshot.files.map((file) => file.name)).toEqual(['b.csv']);
      },
    );

    it.each<[string, string | Uint8Array]>([
      ['with semicolons', `${HEADER.replaceAll(',', ';')};note\n"a,\u00e9";1;1;1;1;\nb;2;2;2;0;x, y\n`],
      ['with tabs', `${HEADER.replaceAll(',', '\t')}\na,\u00e9\t1\t1\t1\t1\nb\t2\t2\t2\t0\n`],
      ['with bars under a title', `Clients\n\n${HEADER.replaceAll(',', '|')}\na,\u00e9|1|1|1|1\nb|2|2|2|0\n`],
      ['in UTF-16', Buffer.from(`${HEADER}\n"a,\u00e9",1,1,1,1\nb,2,2,2,0\n`, 'utf16le')],
      ['in Windows-1252', Buffer.from(`${HEADER}\n"a,\u00e9",1,1,1,1\nb,2,2,2,0\n`, 'latin1')],
    ])('give the same rows %s as in commas and UTF-8', async (_, content) => {
      given({ 'a.csv': content });
      const { rows } = await compile();
      expect(rows).toMatchObject({ kept: 2, quarantined: 0 });
      expect(finalData()).toBe(`${HEADER}\n"a,\u00e9",1,1,1,1\nb,2,2,2,0\n`);
    });

    it('fail with every reason when no file can be taken', async () => {
      given({ 'a.csv': 'x,y\n1,2\n', 'b.csv': '' });
      await expect(compile()).rejects.toThrow(
        /a\.csv: the columns .* are missing.*b\.csv: the file is empty/s,
      );
      expect(existsSync(join(output, 'finaldata.csv'))).toBe(false);
    });

    it('may come in another order, with other columns, a byte order mark, quotes and CRLF', async () => {
      given({
        'a.csv':
          '\uFEFFexited,"number_of_employees",note,lastyear_activity,lastmonth_activity,corporation\r\n1,4,"x,y",3,2,acme\r\n',
      });
      const result = await compile();
      expect(finalData()).toBe(`${HEADER}\nacme,2,3,4,1\n`);
      expect(result.files[0]?.extraColumns).toEqual(['note']);
    });

    it('alone make an accepted file of no rows', async () => {
      given({ 'a.csv': `${HEADER}\n`, 'b.csv': HEADER, 'c.csv': `${HEADER}\nc,1,1,1,1` });
      const result = await compile();
      expect(result.files.map((file) => [file.status, file.read])).toEqual([
        ['accepted', 0],
        ['accepted', 0],
        ['accepted', 1],
      ]);
    });

    it('alone in all files are input-empty', async () => {
      given({ 'a.csv': `${HEADER}\n` });
      await expect(compile()).rejects.toMatchObject({ code: 'input-empty' });
    });
  });

  describe('bad rows', () => {
    it.each<[string, string | Uint8Array, string | null, RegExp]>([
      ['too few fields', 'x,1,1,1', null, /too few fields: got 4, expected 5/],
      ['too many fields', 'x,1,1,1,1,1', null, /too many fields: got 6, expected 5/],
      ['a quote inside a field', 'x"y,1,1,1,1', null, /quote stands inside/],
      ['text after a quote', '"x"y,1,1,1,1', null, /follows the closing quote/],
      ['a quote that is never closed', '"x,1,1,1,1', null, /quote/],
      ['bytes of no encoding', Buffer.from('x\xff\x81,1,1,1,1', 'latin1'), null, /not UTF-8/],
      ['a NUL byte', 'x\0,1,1,1,1', null, /NUL/],
      ['a carriage return inside a field', 'x\ry,1,1,1,1', null, /carriage return/],
      ['a line beyond two million bytes', `${'x'.repeat(2_000_001)},1,1,1,1`, null, /longer than 2,000,000/],
      ['a word for a number', 'x,many,1,1,1', 'lastmonth_activity', /got "many", expected a number/],
      ['a number beyond the doubles', 'x,1e400,1,1,1', 'lastmonth_activity', /got "1e400", beyond 1e\+?100/],
      ['a number whose square is', 'x,1,1.7e308,1,1', 'lastyear_activity', /got "1.7e308", beyond 1e\+?100/],
      ['the same below zero', 'x,1,1,-1e101,1', 'number_of_employees', /got "-1e101", beyond -1e\+?100/],
      ['an infinity', 'x,inf,1,1,1', 'lastmonth_activity', /got "inf"/],
      ['thousands separators', 'x,1_000,1,1,1', 'lastmonth_activity', /got "1_000"/],
      ['a hexadecimal number', 'x,0x1F,1,1,1', 'lastmonth_activity', /got "0x1F"/],
      ['a decimal comma', 'x,"1,5",1,1,1', 'lastmonth_activity', /got "1,5"/],
      ['an unknown label', 'x,1,1,1,2', 'exited', /got "2", expected "1" or "0"/],
      ['no label', 'x,1,1,1,', 'exited', /label is missing/],
      ['no client', ',1,1,1,1', 'corporation', /name of the client is empty/],
      ['two faults', 'x,many,1,few,1', 'lastmonth_activity, number_of_employees', /"many".*; .*"few"/],
    ])('with %s go to quarantine with their place, and no other row does', async (_, bad, column, reason) => {
      const before = Buffer.from(`${HEADER}\na,1,1,1,1\n\n`);
      const after = Buffer.from('\nb,2,2,2,0\nc,3,3,3,1\n');
      given({ 'a.csv': Buffer.concat([before, Buffer.from(bad), after]) });
      const result = await compile();
      expect(finalData()).toBe(`${HEADER}\na,1,1,1,1\nb,2,2,2,0\nc,3,3,3,1\n`);
      expect(result.rows).toEqual({ read: 4, kept: 3, duplicates: 0, quarantined: 1 });
      expect(result.quarantinePaths).toEqual([join(output, 'quarantine', 'a.csv.quarantine.csv')]);
      const [first, ...entries] = readFileSync(result.quarantinePaths[0] as string, 'latin1').split('\n');
      expect(first).toBe(`file,line,column,reason,"${HEADER}"`);
      const listed = column?.includes(',') ? `"${column}"` : (column ?? '');
      expect(entries.join('\n')).toMatch(new RegExp(`^a\\.csv,4,${listed},`));
      expect(entries.join('\n').replaceAll('""', '"')).toMatch(reason);
    });

    it.each<[string, { min?: number; max?: number }, RegExp]>([
      ['151', { min: 0, max: 150 }, /got "151", expected a number from 0 to 150 \(`columns.ranges`/],
      ['-1', { min: 0 }, /got "-1", expected a number of at least 0/],
      ['1e3', { max: 999.5 }, /got "1e3", expected a number of at most 999.5/],
      ['TRUE', { min: 2 }, /got "TRUE", expected a number of at least 2/],
    ])('with %s are those of a column of the range %j', async (bad, range, reason) => {
      const { min, max } = range;
      const within = max ?? min ?? 0;
      given({ 'a.csv': `${HEADER}\na,${within},1,1,1\nb,,1,1,0\nx,${bad},1,1,1\n` });
      const contract = contractWith({ ranges: { lastmonth_activity: range } });
      const result = await compile({ contract });
      expect(finalData()).toBe(`${HEADER}\na,${within},1,1,1\nb,,1,1,0\n`);
      expect(result.rows).toEqual({ read: 3, kept: 2, duplicates: 0, quarantined: 1 });
      expect(quarantine('a.csv').replaceAll('""', '"')).toMatch(reason);
    });

    it('keep their raw bytes, so that the last column, mended, is an input file again', async () => {
      given({ 'a.csv': `${HEADER}\nx,1,1,1\n"acme, ""inc""",oops,1,1,1\n"unclosed,1,1,1,1\n` });
      await compile({ maxRejectedShare: 1 }).catch(() => null);
      const rows = quarantine('a.csv').split('\n').slice(1, 4);
      expect(rows[0]).toMatch(/,"x,1,1,1"$/);
      expect(rows[1]).toMatch(/,"""acme, """"inc"""""",oops,1,1,1"$/);
      expect(rows[2]).toMatch(/,"""unclosed,1,1,1,1"$/);
    });

    it('beyond the allowed share stop the compilation after the quarantine is written', async () => {
      given({ 'a.csv': `${HEADER}\na,1,1,1,1\nb,1,1,1,0\n` });
      const before = await compile();
      writeFileSync(join(input, 'b.csv'), `${HEADER}\nc,x,1,1,1\nd,1,1,1,1\n`);
      await expect(compile({ maxRejectedShare: 0.2 })).rejects.toMatchObject({ code: 'too-many-rejected' });
      expect(quarantine('b.csv')).toContain('b.csv,2,lastmonth_activity');
      expect(finalData()).toBe(`${HEADER}\na,1,1,1,1\nb,1,1,1,0\n`);
      expect(readdirSync(join(output, 'snapshots'))).toEqual([`${before.snapshot.id}.parquet`]);
      const result = await compile({ maxRejectedShare: 0.25 });
      expect(result.rows).toEqual({ read: 4, kept: 3, duplicates: 0, quarantined: 1 });
    });

    it('leave the quarantine when the file is mended', async () => {
      given({ 'a.csv': `${HEADER}\na,x,1,1,1\nb,1,1,1,1\n` });
      await compile();
      writeFileSync(join(input, 'a.csv'), `${HEADER}\na,1,1,1,1\nb,1,1,1,1\n`);
      await compile();
      expect(readdirSync(join(output, 'quarantine'))).toEqual([]);
    });
  });

  describe('values', () => {
    it('are whole numbers as long as all of a column are, and doubles otherwise', async () => {
      given({
        'a.csv': `${HEADER}\na, 100 ,007,-0,1\nb,100.0,1.50,9007199254740992,0\nc,1e2,.5,9007199254740993,1.0\n`,
      });
      const result = await compile();
      expect(finalData()).toBe(
        `${HEADER}\na,100,7,0,1\nb,100,1.5,9007199254740992,0\nc,100,0.5,9007199254740992,1\n`,
      );
      expect(result.snapshot.columns.map((column) => column.type)).toEqual([
        'text',
        'integer',
        'double',
        'integer',
        'integer',
      ]);
    });

    it('missing in a number column are NaN, while clients and categories may be called null', async () => {
      const contract = contractWith({ numeric: ['n'], categorical: ['c'], segment: 's' });
      const texts = ['null', 'NA', 'NaN', 'None', ' ', 'N/A'];
      given({
        'a.csv': `corporation,n,c,s,exited\n${texts.map((t, i) => `${t.trim() || 'z'},${t},${t},${t},${i % 2}\n`).join('')}x,,,,1\n`,
      });
      const table = await openSnapshot(await compile({ contract }), contract);
      expect(await values(table, 'corporation')).toEqual(['null', 'NA', 'NaN', 'None', 'z', 'N/A', 'x']);
      expect(await values(table, 'n')).toEqual(Array(7).fill(Number.NaN));
      const kept = texts.map((text) => text.trim() || null);
      expect(await values(table, 'c')).toEqual([...kept, null]);
      expect(await values(table, 's')).toEqual([...kept, null]);
      expect(await profileOf(table, 'n')).toMatchObject({ missing: 7, numeric: { mean: Number.NaN } });
      expect(await profileOf(table, 'c')).toMatchObject({ missing: 2, numeric: null });
    });

    it('of texts survive commas, quotes, line breaks, and characters of every length, without blanks around them', async () => {
      const contract = contractWith({ numeric: ['n'], categorical: ['c'] });
      const texts = [
        'a,b',
        'say "hi"',
        'two\nlines',
        'two\r\nlines',
        'cr\rhere',
        ' spaces ',
        'тест',
        '😀',
        "it's",
        '#x',
        '\\',
        '\t',
        'NULL',
        '-',
        '0012',
        '""',
      ];
      const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      given({
        'a.csv': `corporation,n,c,exited\n${texts.map((t, i) => `${i},1,${quote(t)},${i % 2}\n`).join('')}`,
      });
      const result = await compile({ contract });
      const table = await openSnapshot(result, contract);
      expect(result.rows.kept).toBe(texts.length);
      const kept = texts.map((text) => text.trim() || null);
      expect(await values(table, 'c')).toEqual(kept);
      expect(
        await values(await openFiles([join(output, 'finaldata.csv')], 'required', contract), 'c'),
      ).toEqual(kept);
    });

    it('of labels are one and zero, whatever their text', async () => {
      const contract = contractWith({ numeric: ['n'], target: 'Churn', positive: 'Yes' });
      given({ 'a.csv': 'corporation,n,Churn\na,1,No\nb,1,Yes\nc,1,maybe\nd,1,No\n' });
      const result = await compile({ contract });
      expect(result.rows).toMatchObject({ kept: 3, quarantined: 1 });
      expect(await values(await openSnapshot(result, contract), 'Churn')).toEqual([0, 1, 0]);
    });

    it('of time must be ISO 8601', async () => {
      const contract = contractWith({ numeric: ['n'], time: 'at' });
      given({
        'a.csv':
          'corporation,n,at,exited\na,1,2024-02-29T10:00:00Z,1\nb,1,2023-02-29,1\nc,1,03/02/2024,0\nd,1,,0\n',
      });
      const result = await compile({ contract });
      expect(result.rows).toMatchObject({ kept: 2, quarantined: 2 });
      expect(await values(await openSnapshot(result, contract), 'at')).toEqual([
        '2024-02-29T10:00:00Z',
        null,
      ]);
    });
  });

  describe('rows without a label, where labels are optional', () => {
    const keeping = contractOf(columnsSchema.parse({}), MISSING, 'keep');
    const files = {
      'a.csv': `${HEADER}\na,1,1,1,1\nb,1,1,1,\nc,1,1,1, \nd,1,1,1,NA\ne,1,1,1,2\nb,1,1,1,null\n`,
      'b.csv': `${HEADER.replace(',exited', '')}\nf,1,1,1\nb,1,1,1\n`,
      'c.csv': `${HEADER}\nb,1,1,1,0\n`,
    };

    it('are kept and counted, also of a file that lacks the target, and only bad labels are quarantined', async () => {
      given(files);
      const result = await compile({ contract: keeping });
      expect(result.rows).toEqual({ read: 9, kept: 6, duplicates: 2, quarantined: 1 });
      expect(result.unlabelled).toBe(4);
      expect(result.files.map(({ status, kept, unlabelled }) => [status, kept, unlabelled])).toEqual([
        ['accepted', 4, 3],
        ['accepted', 1, 1],
        ['accepted', 1, 0],
      ]);
      expect(finalData()).toBe(`${HEADER}\na,1,1,1,1\nb,1,1,1,\nc,1,1,1,\nd,1,1,1,\nf,1,1,1,\nb,1,1,1,0\n`);
      expect(quarantine('a.csv')).toContain('a.csv,6,exited');
      const table = await openSnapshot(result, keeping);
      const none = Number.NaN;
      expect(await values(table, 'exited')).toEqual([1, none, none, none, none, 0]);
      expect(await profileOf(table, 'exited')).toMatchObject({ missing: 4, numeric: { mean: 0.5 } });
      const keys = await table.keys(keeping.columns.map(({ name }) => name).slice(0, -1));
      expect(keys[5]).toBe(keys[1]);
    });

    it('are counted the same when the files come one after the other, and when nothing comes', async () => {
      given(files);
      const wanted = await compile({ contract: keeping });
      given({ 'a.csv': files['a.csv'] });
      await compile({ contract: keeping });
      writeFileSync(join(input, 'b.csv'), files['b.csv']);
      await compile({ contract: keeping });
      writeFileSync(join(input, 'c.csv'), files['c.csv']);
      for (const _ of ['new', 'unchanged']) {
        const result = await compile({ contract: keeping });
        expect([result.snapshot.id, result.rows, result.unlabelled, result.files]).toEqual([
          wanted.snapshot.id,
          wanted.rows,
          wanted.unlabelled,
          wanted.files,
        ]);
      }
    });

    it('are quarantined, and such a file rejected, when the configuration goes back', async () => {
      given(files);
      await compile({ contract: keeping });
      const result = await compile();
      expect(result.rows).toEqual({ read: 7, kept: 2, duplicates: 0, quarantined: 5 });
      expect(result.unlabelled).toBe(0);
      expect(result.files.map(({ status }) => status)).toEqual(['accepted', 'rejected', 'accepted']);
    });

    it('leave a text that is a label one, even if it means missing elsewhere', async () => {
      const contract = contractOf(columnsSchema.parse({ positive: 'None', negative: 'NA' }), MISSING, 'keep');
      given({ 'a.csv': `${HEADER}\na,1,1,1,None\nb,1,1,1,NA\nc,1,1,1,null\n` });
      const table = await openSnapshot(await compile({ contract }), contract);
      expect(await values(table, 'exited')).toEqual([1, 0, Number.NaN]);
    });
  });

  describe('snapshots', () => {
    it('keep the first of equal rows, over all files, in order', async () => {
      given({
        'a.csv': `${HEADER}\nx,1,1,1,1\ny,1,1,1,0\nx,1,1,1,1\n`,
        'b.csv': `${HEADER}\nz,1,1,1,1\n"y",1.0, 1,1,0\nx,1,1,1,0\n`,
      });
      const result = await compile();
      expect(finalData()).toBe(`${HEADER}\nx,1,1,1,1\ny,1,1,1,0\nz,1,1,1,1\nx,1,1,1,0\n`);
      expect(result.files.map(({ read, kept, duplicates }) => [read, kept, duplicates])).toEqual([
        [3, 2, 1],
        [3, 2, 1],
      ]);
    });

    it('of equal input are equal bytes on any number of threads', async () => {
      const rows = Array.from(
        { length: 150_000 },
        (_, i) => `c${i % 140_000},${i % 977},${i / 8},3,${i % 2}\n`,
      );
      given({
        'a.csv': `${HEADER}\n${rows.slice(0, 75_000).join('')}`,
        'b.csv': `${HEADER}\n${rows.slice(75_000).join('')}`,
      });
      const first = await compile();
      const bytes = [readFileSync(first.snapshot.parquetPath), readFileSync(first.snapshot.csvPath)];
      const single = await openEngine(name, {
        threads: 1,
        memoryLimit: '500MB',
        temporaryFolder: join(home, 'one'),
      });
      const second = await single.compile({
        folder: input,
        output: join(output, '2'),
        contract: CONTRACT,
        maxRejectedShare: 0,
        progress: silentProgress,
      });
      await single.close();
      expect(second.snapshot.id).toBe(first.snapshot.id);
      expect(readFileSync(second.snapshot.parquetPath).equals(bytes[0] as Buffer)).toBe(true);
      expect(readFileSync(second.snapshot.csvPath).equals(bytes[1] as Buffer)).toBe(true);
    });

    it('of a large input are those of one thread, and a failure in the second thread is told', async () => {
      const note = 'n'.repeat(280);
      const rows = Array.from(
        { length: 70_000 },
        (_, i) => `c${i % 60_000},${i % 7},1,${i % 3},${i % 2},${note}\n`,
      );
      given({
        'a.csv': `${HEADER},note\n${rows.slice(0, 40_000).join('')}`,
        'b.csv': `${HEADER},note\n${rows.slice(40_000).join('')}`,
      });
      const two = await compile();
      const single = await openEngine(name, {
        threads: 1,
        memoryLimit: '500MB',
        temporaryFolder: join(home, 'one'),
      });
      const one = await single.compile({
        folder: input,
        output: join(output, '1'),
        contract: CONTRACT,
        maxRejectedShare: 0,
        progress: silentProgress,
      });
      await single.close();
      expect(two.rows.read).toBe(70_000);
      expect([two.rows, two.files, two.snapshot.id]).toEqual([one.rows, one.files, one.snapshot.id]);
      await expect(compile({ output: join(input, 'a.csv', 'below') })).rejects.toThrow(/ENOTDIR/);
    });

    it('leave no temporary file', async () => {
      given({ 'a.csv': `${HEADER}\na,1,1,1,1\nb,x,1,1,1\n`, 'b.csv': '' });
      await compile();
      expect(readdirSync(output).sort()).toEqual([
        '.compiled.json',
        '.compiled.rows',
        'finaldata.csv',
        'quarantine',
        'snapshots',
      ]);
      expect(readdirSync(join(output, 'snapshots'))).toHaveLength(1);
      expect(readdirSync(join(output, 'quarantine'))).toEqual(['a.csv.quarantine.csv']);
    });

    it('are read where the path has characters that are patterns or quotes to the engine', async () => {
      given({ "it's [a] *.csv": `${HEADER}\na,1,1,1,1\n` });
      output = join(output, "o'clock [x]*?");
      const table = await openSnapshot(await compile());
      expect(await values(table, 'corporation')).toEqual(['a']);
    });

    it('come from Parquet files too', async () => {
      given({ 'a.csv': `${HEADER}\na,1,1.5,1,1\n"b,c",,2,3,0\n` });
      const { snapshot } = await compile();
      const parquet = readFileSync(snapshot.parquetPath);
      const csv = finalData();
      given({ 'a.parquet': parquet, 'b.parquet': 'no parquet' });
      const result = await compile();
      expect(finalData()).toBe(csv);
      expect(result.files.map((file) => file.status)).toEqual(['accepted', 'rejected']);
    });

    it('reject Parquet with a column under a near name, and Parquet that is cut off, with advice', async () => {
      const other = HEADER.replace('exited', 'exitd');
      given({ 'a.csv': `${other}\na,1,1.5,1,1\nb,1,1.5,1,0\n` });
      const { snapshot } = await compile({ contract: contractWith({ target: 'exitd' }) });
      const parquet = readFileSync(snapshot.parquetPath);
      given({
        'a.parquet': parquet,
        'b.parquet': parquet.subarray(0, parquet.length - 20),
        'c.csv': `${HEADER}\nc,1,1.5,1,1\n`,
      });
      const [near, cut] = (await compile()).files;
      expect(near?.reason).toMatch(/"exited" is missing; did you mean "exitd"\?/);
      expect(cut?.reason).toMatch(/cut off/);
    });

    it('take gzip files, and reject those that are cut off or have something behind', async () => {
      const text = `${HEADER}\n${Array.from({ length: 50_000 }, (_, i) => `c${i},${i * 7},2,3,1\n`).join('')}`;
      const packed = gzipSync(text);
      given({
        'a.csv.gz': packed,
        'b.csv.gz': packed.subarray(0, packed.length - 2000),
        'c.csv.gz': Buffer.concat([packed, Buffer.from('tail')]),
        'd.csv.gz': Buffer.concat([gzipSync(`${HEADER}\nd1,1,1,1,1\n`), gzipSync('d2,1,1,1,1\n')]),
        'e.csv.gz': text,
      });
      const result = await compile();
      expect(result.files.map((file) => [file.status, file.read])).toEqual([
        ['accepted', 50_000],
        ['rejected', 0],
        ['rejected', 0],
        ['accepted', 2],
        ['rejected', 0],
      ]);
      const reasons = result.files.map(({ reason }) => reason);
      expect(reasons[1]).toMatch(/^its gzip data is cut off/);
      expect(reasons[2]).toMatch(/^its gzip data is damaged, or has something behind/);
      expect(reasons[4]).toMatch(/not packed with gzip/);
    });
  });

  describe('files already compiled', () => {
    const first = `${HEADER}\na,1,1.5,1,1\n"b,\nc",2,2,2,0\nx,bad,1,1,1\na,1,1.5,1,1\n`;
    const second = `${HEADER}\na,1,1.5,1,1\nd,3,3,3,0\n`;

    /** What is left of the folder when each file is made anew. */
    async function afresh(
      files: Readonly<Record<string, string>>,
    ): Promise<CompileResult & { text: string }> {
      given(files);
      const result = await compile();
      return { ...result, text: finalData() };
    }
    const counts = (result: CompileResult) => [
      result.rows,
      result.snapshot.id,
      result.snapshot.columns,
      result.files,
    ];

    it('are not opened again when a new one comes, and the result is that of reading all', async () => {
      const wanted = await afresh({ 'a.csv': first, 'b.csv': second });
      given({ 'a.csv': first });
      await compile();
      writeFileSync(join(input, 'b.csv'), second);
      const labels: string[] = [];
      const result = await compile({ progress: ({ label }) => labels.push(label) });
      expect(counts(result)).toEqual(counts(wanted));
      expect(finalData()).toBe(wanted.text);
      expect(
        readFileSync(result.snapshot.parquetPath).equals(readFileSync(wanted.snapshot.parquetPath)),
      ).toBe(true);
      expect(new Set(labels)).toEqual(new Set(['reading b.csv']));
      expect(result.quarantinePaths).toEqual([join(output, 'quarantine', 'a.csv.quarantine.csv')]);
    });

    it('keep their order, that of their arrival, where a file comes whose name is before theirs', async () => {
      given({ 'a.csv': first, 'b.csv': second });
      const before = await compile();
      const text = finalData();
      writeFileSync(join(input, '0.csv'), `${HEADER}\nzero,1,1,1,1\n`);
      const labels: string[] = [];
      const result = await compile({ progress: ({ label }) => labels.push(label) });
      expect(finalData()).toBe(`${text}zero,1,1,1,1\n`);
      expect(result.snapshot.files.map(({ name }) => name)).toEqual(['a.csv', 'b.csv', '0.csv']);
      expect(new Set(labels)).toEqual(new Set(['reading 0.csv']));
      expect(result.rows.kept).toBe(before.rows.kept + 1);
      // All is read again under another contract, in the same order.
      const other = await compile({ contract: { ...CONTRACT, missingTexts: ['-'] } });
      expect(other.snapshot.files.map(({ name }) => name)).toEqual(['a.csv', 'b.csv', '0.csv']);
    });

    it('give the same result again when nothing is new, without writing anything', async () => {
      given({ 'a.csv': first, 'b.csv': second, 'c.csv': 'x\n' });
      const before = await compile();
      const written = statSync(join(output, 'finaldata.csv')).ino;
      const after = await compile();
      expect({ ...after }).toEqual({ ...before });
      expect(statSync(join(output, 'finaldata.csv')).ino).toBe(written);
    });

    it.each<[string, () => void]>([
      [
        'a file is edited under its old name and size',
        () => writeFileSync(join(input, 'a.csv'), first.replace('b,', 'e,')),
      ],
      ['a file goes', () => rmSync(join(input, 'a.csv'))],
      ['finaldata.csv was edited', () => appendFileSync(join(output, 'finaldata.csv'), 'z,1,1,1,1\n')],
      ['finaldata.csv is gone', () => rmSync(join(output, 'finaldata.csv'))],
      ['the snapshot is gone', () => rmSync(join(output, 'snapshots'), { recursive: true })],
      ['the quarantine is gone', () => rmSync(join(output, 'quarantine'), { recursive: true })],
      ['the record is damaged', () => writeFileSync(join(output, '.compiled.json'), '{')],
    ])('are read again where %s', async (_, change) => {
      given({ 'a.csv': first, 'b.csv': second });
      await compile();
      change();
      const result = await compile();
      const text = finalData();
      const parquet = readFileSync(result.snapshot.parquetPath);
      const files = Object.fromEntries(
        readdirSync(input).map((name) => [name, readFileSync(join(input, name), 'utf8')]),
      );
      const wanted = await afresh(files);
      expect(counts(result)).toEqual(counts(wanted));
      expect(text).toBe(wanted.text);
      expect(parquet.equals(readFileSync(wanted.snapshot.parquetPath))).toBe(true);
    });

    it('are read again under another contract', async () => {
      given({ 'a.csv': first });
      await compile();
      const contract = contractWith({ numeric: ['lastmonth_activity'] });
      await compile({ contract });
      expect(finalData()).toBe('corporation,lastmonth_activity,exited\na,1,1\n"b,\nc",2,0\n');
    });

    it('count in the share of rows that may be rejected', async () => {
      given({ 'a.csv': first });
      await compile();
      await expect(compile({ maxRejectedShare: 0.1 })).rejects.toMatchObject({ code: 'too-many-rejected' });
      writeFileSync(join(input, 'b.csv'), second);
      await expect(compile({ maxRejectedShare: 0.1 })).rejects.toMatchObject({ code: 'too-many-rejected' });
      expect((await compile({ maxRejectedShare: 0.17 })).rows.read).toBe(6);
    });
  });

  describe('tables', () => {
    it('of files have every row in order, duplicates too', async () => {
      given({ 'a.csv': `${HEADER}\nx,1,1,1,1\nx,1,1,1,1\n`, 'b.csv': `${HEADER}\ny,,1.5,1,0\n` });
      const table = await openFiles([join(input, 'a.csv'), join(input, 'b.csv')]);
      expect(table.rows).toBe(3);
      expect(await values(table, 'corporation')).toEqual(['x', 'x', 'y']);
      expect(await values(table, 'lastmonth_activity')).toEqual([1, 1, Number.NaN]);
      expect(await values(table, 'exited')).toEqual([1, 1, 0]);
      expect(await values(table, null)).toEqual(['1', '2', '3']);
    });

    it('of files are refused whole for a bad row, with file, line, column and value', async () => {
      given({ 'a.csv': `${HEADER}\nx,1,1,1,1\ny,abc,1,1,1\n` });
      const opened = openFiles([join(input, 'a.csv')]);
      await expect(opened).rejects.toMatchObject({
        code: 'value-invalid',
        details: { file: 'a.csv', line: 3, columns: ['lastmonth_activity'] },
      });
      await expect(openFiles([join(input, 'a.csv')])).rejects.toThrow(
        /a\.csv, line 3: lastmonth_activity: got "abc"/,
      );
      await expect(openFiles([join(input, 'none.csv')])).rejects.toMatchObject({ code: 'input-unreadable' });
      writeFileSync(join(input, 'b.csv'), 'x\n1\n');
      await expect(openFiles([join(input, 'b.csv')])).rejects.toMatchObject({ code: 'column-missing' });
    });

    it('of files without labels have NaN for them where labels are optional', async () => {
      given({
        'a.csv': `${HEADER.replace(',exited', '')}\nx,1,1,1\n`,
        'b.csv': `${HEADER}\ny,1,1,1,\nz,1,1,1,1\n`,
      });
      const paths = [join(input, 'a.csv'), join(input, 'b.csv')];
      expect(await values(await openFiles(paths, 'optional'), 'exited')).toEqual([Number.NaN, Number.NaN, 1]);
      await expect(openFiles(paths)).rejects.toMatchObject({ code: 'column-missing' });
      await expect(openFiles([join(input, 'b.csv')])).rejects.toMatchObject({ code: 'value-invalid' });
    });

    it('stream several columns of many rows in one order', async () => {
      const contract = contractWith({ numeric: ['n'], categorical: ['c'] });
      const count = 150_000;
      const lines = Array.from(
        { length: count },
        (_, i) => `id${i},${i},${i % 7 === 0 ? '' : `level ${i % 5}`},${i % 3 === 0 ? 1 : 0}\n`,
      );
      given({ 'a.csv': `corporation,n,c,exited\n${lines.join('')}` });
      const table = await openSnapshot(await compile({ contract }), contract);
      let seen = 0;
      for await (const { rows, offset, columns } of table.stream(['n', 'c', 'exited', 'corporation', null])) {
        const [n, c, target, id, number] = columns;
        if (n?.kind !== 'numeric' || c?.kind !== 'categorical' || target?.kind !== 'numeric')
          throw new Error('kinds');
        if (id?.kind !== 'text' || number?.kind !== 'text') throw new Error('kinds');
        expect(offset).toBe(seen);
        for (let k = 0; k < rows; k += 997) {
          const i = offset + k;
          const level = i % 7 === 0 ? undefined : `level ${i % 5}`;
          expect([
            n.values[k],
            c.levels[c.codes[k] as number],
            target.values[k],
            id.values[k],
            number.values[k],
          ]).toEqual([i, level, i % 3 === 0 ? 1 : 0, `id${i}`, String(i + 1)]);
        }
        expect([n.values.length, c.codes.length, id.values.length, number.values.length]).toEqual([
          rows,
          rows,
          rows,
          rows,
        ]);
        seen += rows;
      }
      expect(seen).toBe(count);
    });

    it('refuse a column that they do not have', async () => {
      given({ 'a.csv': `${HEADER}\nx,1,1,1,1\n` });
      const table = await openSnapshot(await compile());
      await expect(values(table, 'nothing')).rejects.toMatchObject({ code: 'column-missing' });
    });

    it('profile the same bits at every call and on any number of threads', async () => {
      const lines = Array.from(
        { length: 100_000 },
        (_, i) => `c${i},${Math.sin(i) * 1e6},${i},${(i * 7919) % 1009},${i % 2}\n`,
      );
      given({ 'a.csv': `${HEADER}\n${lines.join('')}` });
      const result = await compile();
      const profile = JSON.stringify(await (await openSnapshot(result)).profile());
      const single = await openEngine(name, {
        threads: 1,
        memoryLimit: '500MB',
        temporaryFolder: join(home, 'one'),
      });
      const other = await single.open({ kind: 'snapshot', snapshot: result.snapshot, contract: CONTRACT });
      expect(JSON.stringify(await other.profile())).toBe(profile);
      await single.close();
      expect(JSON.stringify(await (await openSnapshot(result)).profile())).toBe(profile);
    });

    it('give the places of the rows that are not in another table, missing values compared as equal', async () => {
      given({
        'a.csv': `${HEADER}\na,1,,1,1\nb,1,2,1,1\nc,1,2,1,0\nb,1,2,1,1\nd,1,,1,0\n`,
        'b.csv': `${HEADER}\na,1,,1,1\nc,1,2.5,1,0\nd,1,,1,0\n`,
      });
      const a = await openFiles([join(input, 'a.csv')]);
      const b = await openFiles([join(input, 'b.csv')]);
      const places = await a.except(b);
      expect([...places]).toEqual([1, 2, 3]);
      const rest = await a.select(places);
      tables.push(rest);
      expect(await values(rest, 'corporation')).toEqual(['b', 'c', 'b']);
      expect([...(await a.except(a))]).toEqual([]);
    });

    it('give times that many rows share as codes, with the same moments and keys as texts', async () => {
      const contract = contractWith({ numeric: ['n'], time: 'at' });
      const months = ['2025-01-31', '2025-02-28T00:00:00Z', ''];
      const lines = Array.from({ length: 21_000 }, (_, row) => `c${row},${row},${months[row % 3]},1`);
      const textOf = (rows: readonly string[]) => `corporation,n,at,exited\n${rows.join('\n')}\n`;
      given({ 'many.csv': textOf(lines), 'few.csv': textOf(lines.slice(0, 300)) });
      const [many, few] = [
        await openFiles([join(input, 'many.csv')], 'required', contract),
        await openFiles([join(input, 'few.csv')], 'required', contract),
      ];
      const timesIn = async (table: Table) => {
        for await (const { columns } of table.stream(['at'])) {
          const [column] = columns;
          if (column !== undefined) return { kind: column.kind, times: timesOf(column).slice(0, 300) };
        }
        return null;
      };
      const [codes, texts] = [await timesIn(many), await timesIn(few)];
      expect([codes?.kind, texts?.kind]).toEqual(['categorical', 'text']);
      expect(codes?.times).toEqual(texts?.times);
      expect((await many.keys(['at', 'n'])).subarray(0, 300)).toEqual(await few.keys(['at', 'n']));
    });

    it('key equal rows equally and others not, in any table, type, run and number of threads', async () => {
      const contract = contractWith({ numeric: ['n', 'm'], categorical: ['c'], segment: 's' });
      const header = 'corporation,n,m,c,s,exited';
      const rows = [
        'null,1,2,x,y,1',
        ',2,1,x,y,1',
        'a,,1,,,0',
        'a,0,1,null,,0',
        'a,-0,1,"",null,0',
        'ÜÑ,1,2,"x,y",z,0',
        '😀,1,2,x,"y,z",0',
        'null,1.0,2,x,y,0',
      ].map((row) => (row.startsWith(',') ? `NULL${row}` : row));
      given({
        'a.csv': `${header}\n${rows.join('\n')}\n`,
        'b.csv': `${header}\nz,0.5,2,w,x,1\n${rows.toReversed().join('\n')}\n`,
      });
      const names = ['corporation', 'n', 'm', 'c', 's'];
      const whole = await openFiles([join(input, 'a.csv')], 'required', contract);
      const keys = await whole.keys(names);
      expect(keys).toHaveLength(rows.length);
      expect(keys[7]).toBe(keys[0]);
      expect(new Set(keys).size).toBe(rows.length - 1);
      const double = await openFiles([join(input, 'b.csv')], 'required', contract);
      expect((await double.keys(names)).subarray(1).toReversed()).toEqual(keys);
      expect((await whole.keys([...names, 'exited']))[7]).not.toBe(
        (await whole.keys([...names, 'exited']))[0],
      );
      expect((await whole.keys(['n', 'm']))[0]).not.toBe((await whole.keys(['m', 'n']))[0]);
      expect((await whole.keys(['n', 'm']))[0]).toBe((await whole.keys(['m', 'n']))[1]);
      expect((await whole.keys(['n']))[3]).toBe((await whole.keys(['n']))[4]);
      const single = await openEngine(name, {
        threads: 1,
        memoryLimit: '500MB',
        temporaryFolder: join(home, 'one'),
      });
      const paths = [join(input, 'a.csv')];
      const other = await single.open({ kind: 'files', paths, contract, labels: 'required' });
      expect(await other.keys(names)).toEqual(keys);
      await single.close();
      await expect(whole.keys(['nothing'])).rejects.toMatchObject({ code: 'column-missing' });
    });

    it('give a key to each of many rows, in their order', async () => {
      const lines = Array.from({ length: 150_000 }, (_, i) => `c${i % 100_000},${i % 317},1,2,${i % 2}\n`);
      given({ 'a.csv': `${HEADER}\n${lines.join('')}` });
      const table = await openFiles([join(input, 'a.csv')]);
      const keys = await table.keys(['corporation']);
      expect(new Set(keys).size).toBe(100_000);
      expect(keys.subarray(100_000)).toEqual(keys.subarray(0, 50_000));
    });

    it('select rows by their places, in order, as a table of its own', async () => {
      const lines = Array.from(
        { length: 150_000 },
        (_, i) => `c${i},${i % 7 === 0 ? '' : i},${i / 8},2,${i % 2}\n`,
      );
      given({ 'a.csv': `${HEADER}\n${lines.join('')}` });
      const table = await engine.open({
        kind: 'snapshot',
        snapshot: (await compile()).snapshot,
        contract: CONTRACT,
      });
      const places = Uint32Array.from({ length: 70_000 }, (_, k) => 2 * k + 1);
      const half = await table.select(places);
      const none = await table.select(new Uint32Array());
      tables.push(half, none);
      await expect(table.select(Uint32Array.of(2, 1))).rejects.toThrow(/Place 1, number 2/);
      await expect(table.select(Uint32Array.of(0, 150_000))).rejects.toThrow(/below 150000/);
      await table.close();
      expect([half.rows, none.rows]).toEqual([70_000, 0]);
      expect(await values(half, 'corporation')).toEqual(Array.from(places, (place) => `c${place}`));
      expect(await values(half, 'exited')).toEqual(Array(70_000).fill(1));
      expect(await profileOf(half, 'lastmonth_activity')).toMatchObject({ rows: 70_000, missing: 10_000 });
      const again = await half.select(Uint32Array.of(0, 69_999));
      tables.push(again);
      expect(await values(again, null)).toEqual(['1', '2']);
      expect(await values(again, 'lastyear_activity')).toEqual([1 / 8, 139_999 / 8]);
      expect(await values(none, 'corporation')).toEqual([]);
    });
  });

  describe('the files of the original system', () => {
    const { practice, fullprocess } = ORIGINAL_NUMBERS.reference_implementation;
    let seed: string;
    beforeAll(() => {
      seed = mkdtempSync(join(tmpdir(), 'original-'));
      writeOriginalFiles(seed);
    });
    afterAll(() => rmSync(seed, { recursive: true }));

    const references = {
      practicedata: [practice, { read: 36, kept: 26, duplicates: 10, quarantined: 0 }],
      sourcedata: [fullprocess.new_model, { read: 26, kept: 26, duplicates: 0, quarantined: 0 }],
    } as const;
    const folders = originalsHere(['practicedata', 'sourcedata'] as const);
    it.each(folders)('%s compile to the rows and the profile of the reference', async (folder) => {
      const [reference, rows] = references[folder];
      given({});
      const result = await compile({ folder: join(seed, folder), maxRejectedShare: 0.05 });
      expect(result.rows).toEqual(rows);
      const stats: Record<string, ColumnStatistics> = reference.stats;
      const shares: Record<string, number> = reference.na_percent;
      for (const column of await (await openSnapshot(result)).profile()) {
        expect((column.missing / column.rows) * 100).toBe(shares[column.name]);
        const { numeric } = column;
        const wanted = stats[column.name];
        if (wanted === undefined) expect(numeric).toBeNull();
        else {
          expect(numeric).toMatchObject({ median: wanted.median, min: wanted.min, max: wanted.max });
          expect(numeric?.mean).toBeCloseTo(wanted.mean, 10);
          expect((numeric?.std ?? 0) / wanted.std_ddof1).toBeCloseTo(1, 14);
        }
      }
    });

    it.each(originalsHere(ORIGINAL_FILE_NAMES))(
      '%s has the rows, the range and the labels of the reference',
      async (name) => {
        const wanted = ORIGINAL_NUMBERS.data_profile[name];
        const min: Record<string, number> = wanted.min;
        const max: Record<string, number> = wanted.max;
        const table = await openFiles([join(seed, ORIGINAL_FILE_PATHS[name])]);
        expect(table.rows).toBe(wanted.rows);
        for (const column of await table.profile()) {
          expect(column.missing).toBe(0);
          if (column.numeric === null) continue;
          expect(column.numeric.min).toBe(min[column.name]);
          expect(column.numeric.max).toBe(max[column.name]);
        }
        const labels = await values(table, 'exited');
        expect(labels.filter((label) => label === 1)).toHaveLength(wanted.exited['1']);
        expect(new Set(await values(table, 'corporation')).size).toBe(wanted.corp_unique);
      },
    );
  });

  describe.skipIf(!hasPublicSets)(titleOfPublicSets('published sets'), () => {
    it.each<[string, Parameters<typeof columnsSchema.parse>[0], number, string, number]>([
      [
        'telco.csv',
        {
          id: null,
          target: 'Churn',
          positive: 'Yes',
          numeric: ['tenure', 'MonthlyCharges', 'TotalCharges'],
          categorical: ['gender', 'Contract', 'PaymentMethod'],
        },
        7043,
        'TotalCharges',
        0,
      ],
      [
        'churn-bigml-80.csv',
        {
          id: null,
          target: 'Churn',
          positive: 'True',
          negative: 'False',
          numeric: ['Account length', 'Total day minutes'],
          categorical: ['State', 'International plan'],
        },
        2666,
        'Total day minutes',
        0,
      ],
      [
        'Churn_Modelling.csv',
        {
          id: 'CustomerId',
          target: 'Exited',
          numeric: ['CreditScore', 'Balance', 'EstimatedSalary'],
          categorical: ['Geography', 'Gender'],
        },
        10_000,
        'Balance',
        0,
      ],
    ])('%s is read with all its rows', async (name, columns, rows, column, missing) => {
      const contract = contractWith(columns);
      const path = join(PUBLIC_SETS_FOLDER, 'real', name);
      const table = await openFiles([path], 'required', contract);
      expect(table.rows).toBe(rows);
      expect((await profileOf(table, column)).missing).toBe(missing);
      given({ [name]: readFileSync(path) });
      const result = await compile({ contract, maxRejectedShare: 0 });
      expect(result.rows.read).toBe(rows);
      expect(result.rows.kept + result.rows.duplicates).toBe(rows);
      expect((await values(await openSnapshot(result, contract), null)).at(-1)).toBe(
        String(result.rows.kept),
      );
    });
  });
});
