/** Files as an attacker, a broken transfer or a careless export leaves them: name to content, the same for a seed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { createRandom, type Random } from '../../src/base/random.ts';
import { makeWorkbook } from '../workbooks.ts';
import { clientRows, csvOf } from './clients.ts';
import { temporaryFolder } from './workspace.ts';

const HEADER = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';
const GOOD = csvOf(clientRows({ rows: 20 }));

/** Cells that have broken readers of numbers, names or tables before. */
const CELLS: readonly string[] = [
  '',
  ' ',
  'null',
  'NULL',
  'NaN',
  'nan',
  'Infinity',
  '-inf',
  '1e400',
  '-1e400',
  '1.7976931348623157e308',
  '5e-324',
  '-0',
  '0x1F',
  '1_000',
  '1,5',
  '"1,5"',
  '1.2.3',
  '--1',
  '+',
  '.',
  'e5',
  '1e',
  '9007199254740993',
  '99999999999999999999999999999999999999',
  '٣',
  '１２',
  '1\u00a0000',
  '1\u0000',
  '\u0000',
  '\u001b[2J\u001b[31mred',
  '\u202egnp.exe',
  '\ufeff',
  '\ud83d\ude00',
  "=cmd|' /C calc'!A0",
  '@SUM(A1)',
  '"a ""quoted"" cell"',
  '"two\nlines"',
  '"',
  '""""',
  'a"b',
  "'; drop table runs; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'true',
  'yes',
  '2024-02-30',
  '0000-00-00',
  '1e308',
  '-1e308',
  '7'.repeat(40_000),
  `${'0'.repeat(20_000)}.${'9'.repeat(20_000)}x`,
  `1e${'9'.repeat(30_000)}`,
  'x'.repeat(200_000),
];

const HEADERS: readonly string[] = [
  '',
  ',',
  HEADER.toUpperCase(),
  `${HEADER},${HEADER}`,
  `${HEADER},`,
  `${HEADER},null`,
  `${HEADER},__proto__`,
  `${HEADER},constructor,toString,hasOwnProperty`,
  HEADER.replaceAll(',', ';'),
  HEADER.replaceAll(',', '\t'),
  `"${HEADER}"`,
  `"${HEADER}`,
  `\ufeff${HEADER}`,
  `\ufeff\ufeff${HEADER}`,
  HEADER.replace('exited', 'exited '),
  HEADER.replace('exited', 'EXITED'),
  HEADER.replace('exited', 'exit\u0000ed'),
  HEADER.replace('exited', '\u001b]0;title\u0007'),
  HEADER.replace('corporation', ''),
  HEADER.replace('corporation', 'x'.repeat(100_000)),
  Array.from({ length: 5000 }, (_, k) => `c${k}`).join(','),
  `${HEADER},${Array.from({ length: 20_000 }, (_, k) => `c${k}`).join(',')}`,
];

/** About six hundred files of CSV, NDJSON, gzip and Parquet, each a few kilobytes to a few megabytes. */
export async function hostileFiles(seed: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const random = createRandom(seed);
  const files = new Map<string, Uint8Array>();
  const add = (name: string, content: string | Uint8Array): void => {
    files.set(name, typeof content === 'string' ? Buffer.from(content) : content);
  };
  for (const [k, cell] of CELLS.entries()) {
    add(`cell-number-${k}.csv`, csvOf([`a${k},${cell},2,3,0`, `b${k},1,2,3,1`]));
    add(`cell-id-${k}.csv`, csvOf([`${cell},1,2,3,0`]));
    add(`cell-label-${k}.csv`, csvOf([`c${k},1,2,3,${cell}`]));
    add(`cell-json-${k}.ndjson`, jsonLine({ corporation: cell, lastmonth_activity: cell, exited: cell }));
  }
  for (const [k, header] of HEADERS.entries()) {
    add(`header-${k}.csv`, `${header}\na,1,2,3,0\nb,4,5,6,1\n`);
    add(`header-alone-${k}.csv`, header);
  }
  for (const [name, text] of Object.entries(oddTexts())) add(name, text);
  for (const [name, text] of Object.entries(oddJson())) add(name, text);
  for (const [name, bytes] of Object.entries(compressed())) add(name, bytes);
  const parquet = await parquetFiles();
  for (const [name, bytes] of Object.entries(parquet)) add(name, bytes);
  const whole: readonly (readonly [string, Uint8Array])[] = [
    ['csv', Buffer.from(GOOD)],
    ['csv.gz', gzipSync(GOOD)],
    ['ndjson', Buffer.from(jsonLine({ corporation: 'a', lastmonth_activity: 1, exited: 0 }))],
    ['parquet', parquet['good.parquet'] ?? new Uint8Array()],
  ];
  for (const [kind, bytes] of whole) {
    for (let k = 0; k < 40; k++) {
      add(`flipped-${k}.${kind}`, flipped(bytes, random, 1 + (k % 5)));
      add(`cut-${k}.${kind}`, bytes.subarray(0, Math.floor((bytes.length * k) / 40)));
    }
    for (let k = 0; k < 5; k++) add(`noise-${k}.${kind}`, noise(random, 10 ** k));
  }
  return files;
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function flipped(bytes: Uint8Array, random: Random, times: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let k = 0; k < times && copy.length > 0; k++) copy[random.below(copy.length)] = random.below(256);
  return copy;
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function oddTexts(): Record<string, string | Uint8Array> {
  return {
    'empty.csv': '',
    'one-byte.csv': 'a',
    'newlines.csv': '\n'.repeat(100_000),
    'returns.csv': '\r'.repeat(100_000),
    'mixed-ends.csv': GOOD.replace(/\n/g, (_, at: number) => (at % 2 === 0 ? '\r\n' : '\n')),
    'old-mac.csv': GOOD.replaceAll('\n', '\r'),
    'commas.csv': `${HEADER}\n${','.repeat(1_000_000)}\n`,
    'quotes.csv': `${HEADER}\n${'"'.repeat(1_000_001)}\n`,
    'open-quote.csv': `${HEADER}\n"${GOOD.repeat(2000)}`,
    'ragged.csv': `${HEADER}\na\na,1\na,1,2,3,0,5,6\n`,
    'bad-lines.csv': `${HEADER}\n${'a,b,c,d,e\n'.repeat(100_000)}`,
    'duplicates.csv': `${HEADER}\n${'a,1,2,3,0\n'.repeat(200_000)}`,
    'long-line.csv': `${HEADER}\n${'x'.repeat(5_000_000)},1,2,3,0\n`,
    'zeros.csv': Buffer.alloc(1_000_000),
    'utf-16-le.csv': Buffer.from(`\ufeff${GOOD}`, 'utf16le'),
    'utf-16-be.csv': Buffer.from(`\ufeff${GOOD}`, 'utf16le').swap16(),
    'latin-1.csv': Buffer.from(csvOf(['M\u00fcller,1,2,3,0']), 'latin1'),
    'overlong.csv': Buffer.concat([
      Buffer.from(`${HEADER}\n`),
      Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 10]),
    ]),
    'zip.csv': Buffer.from('504b0304140000000800', 'hex'),
    'excel.csv': 'sep=;\r\ncorporation;exited\r\na;1\r\n',
    'page.csv': '<!doctype html><html><body>Sign in</body></html>',
    '=cmd().csv': GOOD,
    '-rf.csv': GOOD,
    'a b\tc.csv': GOOD,
    'line\nbreak.csv': GOOD,
    '\u001b[31mred.csv': GOOD,
    '\u202evsc.csv': GOOD,
    '\u00e9.csv': GOOD,
    'e\u0301.csv': GOOD,
    "quote'.csv": GOOD,
    '"quoted".csv': GOOD,
    '*.csv': GOOD,
    '%s%n.csv': GOOD,
    '$(reboot).csv': GOOD,
    [`${'n'.repeat(240)}.csv`]: GOOD,
  };
}

function oddJson(): Record<string, string | Buffer> {
  const row = {
    corporation: 'a',
    lastmonth_activity: 1,
    lastyear_activity: 2,
    number_of_employees: 3,
    exited: 0,
  };
  return {
    'deep.ndjson': `${'['.repeat(200_000)}\n`,
    'deep-objects.ndjson': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`,
    'deep-cell.ndjson': `{"corporation": ${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`,
    'empty-objects.ndjson': '{}\n'.repeat(200_000),
    'many-keys.ndjson': `{${Array.from({ length: 50_000 }, (_, k) => `"k${k}":${k}`).join(',')}}\n`,
    'new-keys.ndjson': Array.from({ length: 5000 }, (_, k) => `{"k${k}":1}\n`).join(''),
    'same-key.ndjson': `{${'"exited":1,'.repeat(100_000)}"exited":0}\n`,
    'array.ndjson': JSON.stringify([row, row]),
    'scalars.ndjson': '1\ntrue\nnull\n"a"\n[]\n',
    'proto.ndjson': '{"__proto__": {"exited": 1}, "corporation": "a"}\n{"constructor": 1}\n',
    'lone.ndjson': '{"corporation": "\\ud800", "exited": 0}\n',
    'escapes.ndjson': `{"corporation": "${'\\u0041'.repeat(100_000)}", "exited": 0}\n`,
    'huge-number.ndjson': `{"corporation": "a", "lastmonth_activity": ${'9'.repeat(200_000)}}\n`,
    'no-end.ndjson': '{"corporation": "a", "exited": 0',
    'nan.ndjson': '{"corporation": "a", "lastmonth_activity": NaN}\n',
    'comments.ndjson': '// rows\n{"corporation": "a"} /* end */\n',
    'named.json': JSON.stringify(row),
    'object.json': JSON.stringify({ data: [row] }),
    'cut.json': JSON.stringify([row, row]).slice(0, -5),
    'deep.json': '['.repeat(5_000_000),
    'long.json': `[${JSON.stringify({ ...row, note: 'x'.repeat(3_000_000) })}]`,
    'text.xlsx': GOOD,
    'cut.xlsx': makeWorkbook([{ name: 'Data', rows: [Object.keys(row), Object.values(row)] }]).subarray(
      0,
      -100,
    ),
    'bomb.xlsx': makeWorkbook([{ name: 'Data', rows: [Object.keys(row)] }], {
      parts: { 'xl/sharedStrings.xml': Buffer.alloc(300 << 20, `<si><t>${'x'.repeat(1 << 16)}</t></si>`) },
    }),
    'texts.xlsx': makeWorkbook([{ name: 'Data', rows: [Object.keys(row)] }], {
      parts: { 'xl/sharedStrings.xml': Buffer.alloc(200 << 20, '<si/>') },
    }),
  };
}

function compressed(): Record<string, Uint8Array> {
  const twice = gzipSync(gzipSync(GOOD));
  const lines = Buffer.from(`${HEADER}\n${'a,1,2,3,0\n'.repeat(3_000_000)}`);
  const bad = Buffer.from(`${HEADER}\n${'?\n'.repeat(5_000_000)}`);
  return {
    'twice.csv.gz': twice,
    'plain.csv.gz': Buffer.from(GOOD),
    'members.csv.gz': Buffer.concat([gzipSync(GOOD), gzipSync(GOOD)]),
    'tail.csv.gz': Buffer.concat([gzipSync(GOOD), Buffer.from('tail')]),
    'deflate.csv.gz': deflateSync(GOOD),
    'brotli.csv.gz': brotliCompressSync(GOOD),
    'bomb-of-zeros.csv.gz': gzipSync(Buffer.alloc(200_000_000), { level: 9 }),
    'bomb-of-rows.csv.gz': gzipSync(lines, { level: 9 }),
    'bomb-of-bad-rows.csv.gz': gzipSync(bad, { level: 9 }),
    'bomb-of-one-line.csv.gz': gzipSync(Buffer.alloc(200_000_000, 'x'), { level: 9 }),
    'parquet.csv.gz': gzipSync(Buffer.from('PAR1')),
  };
}

/** Parquet as an engine writes it: whole, with types that no table of clients has, and one that unpacks to much. */
async function parquetFiles(): Promise<Record<string, Uint8Array>> {
  const queries: Readonly<Record<string, string>> = {
    good: "select 'c' || i as corporation, i as lastmonth_activity, i * 2.5 as lastyear_activity, i % 7 as number_of_employees, i % 2 as exited from range(50) t(i)",
    repeated:
      "select 'a' as corporation, 1 as lastmonth_activity, 2 as lastyear_activity, 3 as number_of_employees, 0 as exited from range(3000000)",
    nested:
      "select {'a': [1, 2]} as corporation, [[1]] as lastmonth_activity, map {'k': 1} as lastyear_activity, 1 as number_of_employees, 0 as exited",
    blob: "select '\\xAA'::blob as corporation, 1 as lastmonth_activity, 2 as lastyear_activity, 3 as number_of_employees, 0 as exited",
    times:
      "select timestamp '2024-01-01' as corporation, interval 1 day as lastmonth_activity, date '9999-12-31' as lastyear_activity, 1 as number_of_employees, true as exited",
    huge: "select 'a' as corporation, 170141183460469231731687303715884105727::hugeint as lastmonth_activity, 'nan'::double as lastyear_activity, 'infinity'::double as number_of_employees, 1 as exited",
    empty:
      "select 'a' as corporation, 1 as lastmonth_activity, 2 as lastyear_activity, 3 as number_of_employees, 0 as exited where false",
    'no-columns': 'select 1 as x',
    twins:
      "select 'a' as corporation, 'b' as Corporation_, 1 as lastmonth_activity, 2 as lastyear_activity, 3 as number_of_employees, 0 as exited",
  };
  const folder = temporaryFolder('hostile-');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const files: Record<string, Uint8Array> = {};
  for (const [name, query] of Object.entries(queries)) {
    const path = join(folder, `${name}.parquet`);
    await connection.run(`copy (${query}) to '${path}' (format parquet)`);
    files[`${name}.parquet`] = readFileSync(path);
  }
  connection.closeSync();
  return files;
}
