/** Every value of every type arrives as the database says it: in the file that is pulled, and in the snapshot. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { canonicalText } from '../../src/core/columns/canonical-text.ts';
import { MODEL_FORMAT, type ModelDocument } from '../../src/core/document/document.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import { createDuckdbEngine } from '../../src/engine/local/duckdb/engine.ts';
import type { CompileResult, Engine } from '../../src/engine/port.ts';
import { scoreTable } from '../../src/engine/rows/score-table.ts';
import type { ColumnRole, TableContract } from '../../src/formats/contract/table-contract.ts';
import { EXTERNAL_DATABASES } from './external-databases.ts';
import { createPulledSource, type PulledSource, parseCsv } from './pulled-source.ts';

/** A value as SQL that makes it, and as the text that it has to arrive as. */
interface Value {
  readonly sql: string;
  readonly text: string;
}

interface TypeOfTest {
  readonly name: string;
  readonly type: string;
  readonly role: ColumnRole;
  readonly values: fc.Arbitrary<Value>;
  /** Where the text is the database's own: SQL that gives it. */
  readonly said?: string;
}

const as = <T>(source: fc.Arbitrary<T>, sql: (value: T) => string, text: (value: T) => string) =>
  source.map((value): Value => ({ sql: sql(value), text: text(value) }));
const quoted = (text: string) => `'${text}'`;

const bigints = (min: bigint, max: bigint) => as(fc.bigInt({ min, max }), String, String);
const decimals = as(
  fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  (unscaled) => quoted(decimalText(unscaled)),
  decimalText,
);

/** With ten digits after the point. */
function decimalText(unscaled: bigint): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(11, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -10)}.${digits.slice(-10)}`;
}

/** Any bits that are a number which is taken; the smallest are left out, where products differ in what they take. */
const doubles = fc
  .double({ noNaN: true, min: -1e100, max: 1e100 })
  .filter((value) => value === 0 || Math.abs(value) > 1e-300)
  .map((value) => (value === 0 ? 0 : value));
const floats = fc
  .float({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => value === 0 || Math.abs(value) > 1e-30)
  .map((value) => (value === 0 ? 0 : value));

const TEXTS = [
  '',
  ' leading',
  'trailing ',
  'null',
  'NULL',
  'NaN',
  '\\N',
  '"',
  "'; drop table clients; --",
  'a,b',
  'line\nfeed',
  'carriage\r\nreturn',
  'lone\rreturn',
  '\u0001\u001f\u007f',
  '👩‍👩‍👧 Łódź 東京',
  '\ufeffmark',
  '\u2028',
  '%_\\',
];
const strings = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
);
const hexOf = (text: string) => Buffer.from(text, 'utf8').toString('hex');

const times = (from: string, to: string) =>
  fc
    .tuple(
      fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }),
      fc.integer({ min: 0, max: 999_999 }),
    )
    .map(
      ([date, micros]) =>
        `${date.toISOString().slice(0, 19).replace('T', ' ')}.${String(micros).padStart(6, '0')}`,
    );
const days = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
/** Without the zeros at the end of a fraction, as PostgreSQL writes it. */
const bare = (time: string) => time.replace(/\.?0+$/, '');
/** Without a fraction of nothing, as MariaDB sends it. */
const short = (time: string) => time.replace(/\.0+$/, '');
const json = as(
  fc
    .jsonValue({ maxDepth: 1 })
    .map((value) => JSON.stringify(value))
    .filter((text) => !text.includes('\\u0000')),
  (text) => quoted(text),
  (text) => text,
);
const choices = as(fc.constantFrom('low', 'high', 'odd, "one"'), quoted, (text) => text);
const whole = fc.integer({ min: -1e6, max: 1e6 });
const ofDatabase = (sql: fc.Arbitrary<string>) =>
  as(
    sql,
    (text) => text,
    () => '',
  );

const POSTGRES: readonly TypeOfTest[] = [
  { name: 'c_decimal', type: 'decimal(38,10)', role: 'numeric', values: decimals },
  { name: 'c_bigint', type: 'bigint', role: 'numeric', values: bigints(-(2n ** 63n), 2n ** 63n - 1n) },
  {
    name: 'c_double',
    type: 'double precision',
    role: 'numeric',
    values: as(doubles, (x) => `'${x}'::float8`, String),
  },
  { name: 'c_real', type: 'real', role: 'numeric', values: as(floats, (x) => `'${x}'::float4`, String) },
  { name: 'c_date', type: 'date', role: 'time', values: as(days, quoted, (text) => text) },
  {
    name: 'c_timestamp',
    type: 'timestamp',
    role: 'time',
    values: as(times('0100-01-01', '9999-12-30'), quoted, bare),
  },
  {
    name: 'c_timestamptz',
    type: 'timestamptz',
    role: 'time',
    values: as(
      times('0100-01-01', '9999-12-30'),
      (text) => `timestamp '${text}' at time zone 'UTC'`,
      (text) => `${bare(text)}+00`,
    ),
  },
  {
    name: 'c_time',
    type: 'time',
    role: 'categorical',
    values: as(
      times('2000-01-01', '2001-01-01'),
      (t) => quoted(t.slice(11)),
      (t) => bare(t.slice(11)),
    ),
  },
  {
    name: 'c_boolean',
    type: 'boolean',
    role: 'numeric',
    values: as(fc.boolean(), String, (value) => (value ? '1' : '0')),
  },
  {
    name: 'c_text',
    type: 'text',
    role: 'categorical',
    values: as(
      strings,
      (text) => `convert_from('\\x${hexOf(text)}', 'UTF8')`,
      (text) => text,
    ),
  },
  {
    name: 'c_json',
    type: 'json',
    role: 'categorical',
    values: as(
      json,
      ({ sql }) => `'${sql.slice(1, -1).replaceAll("'", "''")}'`,
      ({ text }) => text,
    ),
  },
  { name: 'c_uuid', type: 'uuid', role: 'categorical', values: as(fc.uuid(), quoted, (text) => text) },
  { name: 'c_enum', type: 'level', role: 'categorical', values: choices },
  {
    name: 'c_array',
    type: 'int[]',
    role: 'categorical',
    values: as(
      fc.array(whole),
      (list) => `'{${list.join()}}'`,
      (list) => `{${list.join()}}`,
    ),
  },
  {
    name: 'c_texts',
    type: 'text[]',
    role: 'categorical',
    values: ofDatabase(fc.constantFrom(`array['a,b', null, '"', '']`, 'array[]::text[]')),
    said: 'c_texts::text',
  },
  {
    name: 'c_interval',
    type: 'interval',
    role: 'categorical',
    values: ofDatabase(
      fc.tuple(whole, whole).map(([d, s]) => `make_interval(days => ${d}, secs => ${s} / 1000.0)`),
    ),
    said: 'c_interval::text',
  },
  {
    name: 'c_money',
    type: 'money',
    role: 'numeric',
    values: as(
      whole,
      (cents) => `(${cents} / 100.0)::money`,
      (cents) => (cents / 100).toFixed(2),
    ),
  },
  {
    name: 'c_bit',
    type: 'bit(8)',
    role: 'categorical',
    values: as(
      fc.nat(255),
      (n) => `b'${n.toString(2).padStart(8, '0')}'`,
      (n) => n.toString(2).padStart(8, '0'),
    ),
  },
  { name: 'c_inet', type: 'inet', role: 'categorical', values: as(fc.ipV4(), quoted, (text) => text) },
];

const MARIADB: readonly TypeOfTest[] = [
  { name: 'c_decimal', type: 'decimal(38,10)', role: 'numeric', values: decimals },
  { name: 'c_bigint', type: 'bigint', role: 'numeric', values: bigints(-(2n ** 63n), 2n ** 63n - 1n) },
  { name: 'c_unsigned', type: 'bigint unsigned', role: 'numeric', values: bigints(0n, 2n ** 64n - 1n) },
  { name: 'c_int', type: 'int unsigned', role: 'numeric', values: bigints(0n, 2n ** 32n - 1n) },
  { name: 'c_small', type: 'smallint', role: 'numeric', values: bigints(-32_768n, 32_767n) },
  { name: 'c_tiny', type: 'tinyint', role: 'numeric', values: bigints(-128n, 127n) },
  { name: 'c_medium', type: 'mediumint unsigned', role: 'numeric', values: bigints(0n, 16_777_215n) },
  {
    name: 'c_double',
    type: 'double',
    role: 'numeric',
    values: as(doubles, (x) => x.toExponential(), String),
  },
  { name: 'c_float', type: 'float', role: 'numeric', values: as(floats, (x) => x.toExponential(), String) },
  { name: 'c_date', type: 'date', role: 'time', values: as(days, quoted, (text) => text) },
  {
    name: 'c_datetime',
    type: 'datetime(6)',
    role: 'time',
    values: as(times('1000-01-01', '9999-12-30'), quoted, short),
  },
  {
    name: 'c_seconds',
    type: 'datetime',
    role: 'time',
    values: as(
      times('1000-01-01', '9999-12-30'),
      (t) => quoted(t.slice(0, 19)),
      (t) => t.slice(0, 19),
    ),
  },
  {
    name: 'c_timestamp',
    type: 'timestamp(6) null',
    role: 'time',
    values: as(times('1971-01-01', '2037-12-31'), quoted, short),
  },
  {
    name: 'c_time',
    type: 'time(6)',
    role: 'categorical',
    values: as(
      fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 838 }), fc.nat(59), fc.nat(999_999)),
      (parts) => quoted(timeText(...parts)),
      (parts) => bare(timeText(...parts)),
    ),
  },
  {
    name: 'c_boolean',
    type: 'boolean',
    role: 'numeric',
    values: as(fc.boolean(), String, (value) => (value ? '1' : '0')),
  },
  {
    name: 'c_text',
    type: 'text',
    role: 'categorical',
    values: as(
      strings,
      (text) => `convert(x'${hexOf(text)}' using utf8mb4)`,
      (text) => text,
    ),
  },
  {
    name: 'c_latin',
    type: 'varchar(20) character set latin1',
    role: 'categorical',
    values: as(fc.constantFrom('naïve', 'Zoë', '€'), quoted, (text) => text),
  },
  {
    name: 'c_json',
    type: 'json',
    role: 'categorical',
    values: as(
      json,
      ({ text }) => `convert(x'${hexOf(text)}' using utf8mb4)`,
      ({ text }) => text,
    ),
  },
  {
    name: 'c_uuid',
    type: 'uuid',
    role: 'categorical',
    values: as(fc.uuid({ version: [1, 4] }), quoted, (text) => text),
  },
  { name: 'c_enum', type: `enum('low', 'high', 'odd, "one"')`, role: 'categorical', values: choices },
  {
    name: 'c_set',
    type: `set('a', 'b')`,
    role: 'categorical',
    values: as(fc.constantFrom('', 'a', 'a,b'), quoted, (text) => text),
  },
  { name: 'c_year', type: 'year', role: 'numeric', values: bigints(1901n, 2155n) },
  { name: 'c_bit', type: 'bit(8)', role: 'numeric', values: bigints(0n, 255n) },
  {
    name: 'c_inet',
    type: 'inet6',
    role: 'categorical',
    values: as(fc.constantFrom('::1', '2001:db8::ff'), quoted, (text) => text),
  },
];

function timeText(isNegative: boolean, hours: number, minutes: number, micros: number): string {
  const part = (value: number, width: number) => String(value).padStart(width, '0');
  return `${isNegative ? '-' : ''}${part(hours, 2)}:${part(minutes, 2)}:07.${part(micros, 6)}`;
}

/** SQLite reads a literal with a last bit that may be wrong, so what it holds is asked of it. */
const literals = ofDatabase(doubles.map((value) => value.toExponential()));

const SQLITE: readonly TypeOfTest[] = [
  { name: 'c_integer', type: 'integer', role: 'numeric', values: bigints(-(2n ** 63n) + 1n, 2n ** 63n - 1n) },
  { name: 'c_real', type: 'real', role: 'numeric', values: literals, said: 'c_real' },
  {
    name: 'c_any',
    type: '',
    role: 'numeric',
    values: fc.oneof(bigints(-5n, 5n), literals),
    said: 'c_any',
  },
  {
    name: 'c_text',
    type: 'text',
    role: 'categorical',
    values: as(
      strings,
      (text) => `cast(x'${hexOf(text)}' as text)`,
      (text) => text,
    ),
  },
  {
    name: 'c_mixed',
    type: 'varchar(10)',
    role: 'categorical',
    values: fc.oneof(
      as(
        strings,
        (text) => `cast(x'${hexOf(text)}' as text)`,
        (text) => text,
      ),
      bigints(-5n, 5n),
    ),
  },
  { name: 'c_decimal', type: 'text', role: 'numeric', values: decimals },
  { name: 'c_date', type: 'date', role: 'time', values: as(days, quoted, (text) => text) },
  {
    name: 'c_time',
    type: 'datetime',
    role: 'time',
    values: as(times('0100-01-01', '9999-12-30'), quoted, (text) => text),
  },
  {
    name: 'c_boolean',
    type: 'boolean',
    role: 'numeric',
    values: as(fc.boolean(), String, (value) => (value ? '1' : '0')),
  },
];

const TYPES: Readonly<Record<string, readonly TypeOfTest[]>> = {
  SQLite: SQLITE,
  PostgreSQL: POSTGRES,
  MariaDB: MARIADB,
};

/** A model of one level a column. */
const LEVELS: ModelDocument = {
  format: MODEL_FORMAT,
  version: '0123456789ab',
  target: { column: 'exited', positive: '1' },
  id: 'id',
  inputs: ['vip', 'code', 'plan'].map((name) => ({ name, kind: 'categorical' })),
  features: [
    { kind: 'level', source: 'vip', level: '1' },
    { kind: 'level', source: 'code', level: '415' },
    { kind: 'level', source: 'plan', level: 'Monthly' },
  ],
  learner: { kind: 'logistic-regression', coefficients: [0.7, -1.1, 0.4], intercept: 0.2, means: [0, 0, 0] },
  calibration: { kind: 'none' },
  threshold: 0.5,
  certificate: {
    trainedAt: '2024-01-01T00:00:00.000Z',
    version: '0.1.0',
    seed: 0,
    snapshot: { id: 'a', rows: 1, positives: 1 },
    files: [],
    options: {},
    fit: {},
  },
};

describe.each(EXTERNAL_DATABASES)('a value on $name', (kind) => {
  const types = TYPES[kind.name] ?? [];
  let source: PulledSource;
  let engine: Engine;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'types-'));
    engine = await createDuckdbEngine({
      threads: 1,
      memoryLimit: '300MB',
      temporaryFolder: join(home, 'temporary'),
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(home, { recursive: true });
  });
  beforeEach(async () => {
    source = await createPulledSource(kind);
  });
  afterEach(() => source.remove());

  const contractOf = (columns: readonly { name: string; role: ColumnRole }[]): TableContract => ({
    columns: [
      { name: 'client', role: 'id' },
      { name: 'exited', role: 'target' },
      ...columns.map(({ name, role }) => ({ name, role })),
    ],
    positive: '1',
    negative: '0',
    missingTexts: ['', 'NaN'],
  });
  const create = (columns: readonly { name: string; type: string }[]) =>
    source.base.exec(
      `create table clients (seq bigint, client varchar(40), exited int, ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`,
    );
  const compile = (contract: TableContract): Promise<CompileResult> =>
    engine.compile({
      folder: source.folder,
      output: join(home, 'out'),
      contract,
      maxRejectedShare: 1,
      progress: silentProgress,
    });
  const snapshot = () => parseCsv(readFileSync(join(home, 'out', 'finaldata.csv'), 'utf8')).slice(1);

  it('of any type arrives in the file and in the snapshot without loss', async () => {
    if (kind.name === 'PostgreSQL')
      await source.base.exec(`create type level as enum ('low', 'high', 'odd, "one"')`);
    await create(types);
    const contract = contractOf(types);
    const missing: Value = { sql: 'null', text: '' };
    const row = fc.tuple(
      ...types.map(({ values }) =>
        fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: fc.constant(missing) }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 25 }), async (rows) => {
        source.remove();
        await source.base.exec('delete from clients');
        const values = rows.map(
          (cells, k) => `(${k}, 'c${k}', 0, ${cells.map(({ sql }) => sql).join(', ')})`,
        );
        await source.base.exec(`insert into clients values ${values.join(', ')}`);
        const said = await sayings(types, rows);
        await source.pull({ contract });
        const pulled = source.records().map((record) => record.slice(3));
        expect(pulled.map((record) => record.map((text, k) => same(types[k], text)))).toEqual(
          said.map((record) => record.map((text, k) => same(types[k], text))),
        );
        const { rows: counts } = await compile(contract);
        expect(counts).toMatchObject({ read: rows.length, kept: rows.length, quarantined: 0 });
        const arrived = snapshot().map((record) => record.slice(2));
        expect(arrived).toEqual(said.map((record) => record.map((text, k) => spelled(types[k], text))));
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('of a flag, a whole number, a padded text and a padded id is in the one spelling of the snapshot', async () => {
    const columns = [
      { name: 'vip', type: 'boolean', role: 'categorical' },
      { name: 'code', type: kind.types.double, role: 'categorical' },
      { name: 'plan', type: 'char(12)', role: 'categorical' },
    ] as const;
    await create(columns);
    await source.base.exec(
      "insert into clients values (1, 'c1  ', 0, true, 415.0, 'Monthly     '), (2, 'c1', 0, false, 415, 'Monthly')",
    );
    const contract = contractOf(columns);
    await source.pull({ contract });
    const compiled = await compile(contract);
    expect(snapshot()).toEqual([
      ['c1', '0', '1', '415', 'Monthly'],
      ['c1', '0', '0', '415', 'Monthly'],
    ]);
    // So the client has the score that the API gives it.
    const scorer = createScorer(LEVELS);
    const table = await engine.open({ kind: 'snapshot', snapshot: compiled.snapshot, contract });
    const { probabilities } = await scoreTable(table, scorer, { labels: false });
    await table.close();
    const given = [true, false].map((vip) => ({ vip: String(vip), code: 415, plan: 'Monthly ' }));
    expect([...probabilities]).toEqual(given.map((row) => scorer.scoreRow(row).probability));
    expect(new Set(probabilities).size).toBe(2);
  });

  /** Pulls what was put into columns `amount` and `since`, and tells what came of it in the snapshot. */
  async function outcome(): Promise<{ pulled: string[][]; kept: string[][]; reasons: string }> {
    const contract = contractOf([
      { name: 'amount', role: 'numeric' },
      { name: 'since', role: 'time' },
      { name: 'note', role: 'categorical' },
    ]);
    await source.pull({ contract });
    const { files } = await compile(contract);
    const quarantine = join(home, 'out', 'quarantine', `${files[0]?.name}.quarantine.csv`);
    return {
      pulled: source.records().map((record) => record.slice(3)),
      kept: snapshot().map((record) => record.slice(2)),
      reasons: existsSync(quarantine) ? readFileSync(quarantine, 'utf8') : '',
    };
  }
  const put = (values: string) => source.base.exec(`insert into clients values ${values}`);

  it.runIf(kind.name === 'PostgreSQL')(
    'that is no number or beyond all times arrives as it is: missing, or quarantined',
    async () => {
      await create([
        { name: 'amount', type: 'numeric' },
        { name: 'since', type: 'timestamp' },
        { name: 'note', type: 'text' },
      ]);
      await put(
        `(1, 'a', 0, 'NaN', null, 'x'), (2, 'b', 0, 1, 'infinity', 'x'), (3, 'c', 0, 'Infinity', null, 'x')`,
      );
      const { pulled, kept, reasons } = await outcome();
      expect(pulled).toEqual([
        ['NaN', '', 'x'],
        ['1', 'infinity', 'x'],
        ['Infinity', '', 'x'],
      ]);
      expect(kept).toEqual([['', '', 'x']]);
      expect(reasons).toContain('infinity');
      expect(reasons).toContain('Infinity');
      await source.base.exec("alter table clients alter column seq type date using 'infinity'");
      source.remove();
      const contract = contractOf([]);
      const warnings = [expect.stringMatching(/^3 rows have a watermark later than tomorrow/)];
      expect(await source.pull({ contract })).toMatchObject({ rows: 0, warnings });
      await source.base.exec("update clients set seq = '-infinity'");
      await expect(source.pull({ contract })).rejects.toMatchObject({ code: 'value-invalid' });
    },
  );

  it.runIf(kind.name === 'MariaDB')(
    'that is a zero date or has a NUL arrives as it is, and is quarantined',
    async () => {
      await create([
        { name: 'amount', type: 'decimal(5,2)' },
        { name: 'since', type: 'datetime' },
        { name: 'note', type: 'text' },
      ]);
      await source.base.exec("set sql_mode = ''");
      await put(
        `(1, 'a', 0, 1, '0000-00-00 00:00:00', 'x'), (2, 'b', 0, 2, '2024-02-30', 'x'), (3, 'c', 0, 3, null, 'a\\0b'), (4, 'd', 0, 4, null, 'x')`,
      );
      const { pulled, kept, reasons } = await outcome();
      expect(pulled.map(([, since]) => since)).toEqual([...Array(2).fill('0000-00-00 00:00:00'), '', '']);
      expect(pulled[2]?.[2]).toBe('a\0b');
      expect(kept).toEqual([['4', '', 'x']]);
      expect(reasons).toContain('0000-00-00');
      expect(reasons).toContain('NUL byte');
    },
  );

  it.runIf(kind.name === 'SQLite')(
    'of another type than its column arrives as it is, and bytes are refused by name',
    async () => {
      await create([
        { name: 'amount', type: 'integer' },
        { name: 'since', type: 'text' },
        { name: 'note', type: 'text' },
      ]);
      await put(`(1, 'a', 0, 'much', null, 'x'), (2, 'b', 0, '7', '2024-01-01', 5), (3, 'c', 0, 1, null, 'a' || char(0) || 'b'),
      (4, 'd', 0, 9e999, null, 'x')`);
      const { pulled, kept, reasons } = await outcome();
      expect(pulled).toEqual([
        ['much', '', 'x'],
        ['7', '2024-01-01', '5'],
        ['1', '', 'a\0b'],
        ['Infinity', '', 'x'],
      ]);
      expect(kept).toEqual([['7', '2024-01-01', '5']]);
      expect(reasons).toContain('much');
      expect(reasons).toContain('NUL byte');
      for (const bytes of ["x'00ff'", "cast(x'c328' as text)"]) {
        await source.base.exec(`insert into clients values (9, 'z', 0, 1, null, ${bytes})`);
        await expect(outcome()).rejects.toMatchObject({
          code: 'value-invalid',
          message: expect.stringMatching(/the value of note in a row is bytes, or text that is not utf-8/),
        });
        await source.base.exec('delete from clients where seq = 9');
      }
    },
  );

  /** What each row has to arrive as. */
  async function sayings(
    columns: readonly TypeOfTest[],
    rows: readonly (readonly Value[])[],
  ): Promise<string[][]> {
    const list = columns.map(({ said }) => said ?? 'null').join(', ');
    const told = await source.base.rows(`select ${list} from clients order by seq`);
    return rows.map((cells, r) =>
      cells.map(({ text }, k) => (columns[k]?.said === undefined ? text : String(told[r]?.[k] ?? ''))),
    );
  }

  /** As the snapshot has it. */
  const spelled = (type: TypeOfTest | undefined, text: string): string =>
    type?.role === 'categorical' ? canonicalText(text) : same(type, text);

  /** Numbers are one in the notations of products, and in the snapshot their double. */
  function same(type: TypeOfTest | undefined, text: string): string {
    if (type?.role !== 'numeric' || text === '') return text;
    return String(Number(text) === 0 ? 0 : Number(text));
  }
});
