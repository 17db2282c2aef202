import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../base/progress.ts';
import { configSchema } from '../config/schema.ts';
import { createDuckdbEngine } from '../engine/local/duckdb/engine.ts';
import { contractOfConfig } from '../formats/contract/contract.ts';
import type { ValueOptions } from '../formats/found-reading.ts';
import { type FileProposal, propose } from './propose.ts';

const WISHES = {
  target: null,
  positive: null,
  id: null,
  use: [] as string[],
  time: null as string | null,
  leaveOut: [] as string[],
  numeric: [] as string[],
  categorical: [] as string[],
};
const ROWS = 60;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'propose-reading-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Columns = Readonly<Record<string, (row: number) => string>>;

/** A CSV of clients with these columns, each value in quotes. */
function csvOf(columns: Columns): string {
  const names = ['client', ...Object.keys(columns), 'churned'];
  const rows = Array.from({ length: ROWS }, (_, row) =>
    [`c${row}`, ...Object.values(columns).map((value) => value(row)), row % 3 === 0 ? 'yes' : 'no']
      .map((text) => `"${text}"`)
      .join(','),
  );
  return `${[names.join(','), ...rows].join('\n')}\n`;
}

function look(
  content: string,
  values: Partial<ValueOptions> = {},
  wishes: Partial<typeof WISHES> = {},
  name = 'a.csv',
): Promise<FileProposal> {
  writeFileSync(join(folder, name), content);
  return propose({
    paths: [join(folder, name)],
    wishes: { ...WISHES, ...wishes },
    missingTexts: ['', ' ', 'NA'],
    seed: 0,
    copyOf: async (path) => path,
    values: { decimal: null, dates: null, formats: {}, ...values },
    progress: silentProgress,
  });
}

const why = ({ decisions }: FileProposal, name: string): string =>
  decisions.find(({ column }) => column === name)?.why ?? '';

/** Compiles files by what was proposed: finaldata.csv without its header, and what became of each file. */
async function compile({ columns, input }: FileProposal, files: Readonly<Record<string, string>>) {
  const [data, output] = [join(folder, 'in'), join(folder, 'out')];
  mkdirSync(data);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(data, name), content);
  const config = configSchema.parse({
    input_folder_path: 'in',
    output_folder_path: 'out',
    test_data_path: 't',
    output_model_path: 'm',
    prod_deployment_path: 'p',
    columns,
    input,
  });
  const engine = await createDuckdbEngine({
    threads: 1,
    memoryLimit: '500MB',
    maxUnpackedRatio: 100,
    temporaryFolder: folder,
  });
  try {
    const result = await engine.compile({
      folder: data,
      output,
      contract: contractOfConfig(config),
      maxRejectedShare: 1,
      progress: silentProgress,
    });
    const [header = '', ...lines] = readFileSync(join(output, 'finaldata.csv'), 'utf8').trimEnd().split('\n');
    const names = header.split(',');
    const first = lines[1]?.split(',') ?? [];
    return { ...result, second: Object.fromEntries(names.map((column, k) => [column, first[k]])) };
  } finally {
    await engine.close();
  }
}

const amount = (row: number): number => 1000 + row * 37.25;
const german = (value: number): string => value.toLocaleString('de-DE', { minimumFractionDigits: 2 });

describe('propose of a file whose values are not plain', () => {
  it('finds signs, percents, marks and dates, and what it writes reads them', async () => {
    const content = csvOf({
      fee: (row) => `${german(amount(row))} €`,
      discount: (row) => `${row % 30},5 %`,
      usage: (row) => `${(row * 37) % 50} GB`,
      balance: (row) => (row % 2 === 0 ? german(row * 11) : `(${german(row * 11)})`),
      plain: (row) => String(row % 7),
      snapshot_date: (row) => `${String((row % 28) + 1).padStart(2, '0')}.01.2024`,
    });
    const proposal = await look(content);
    expect(proposal.columns).toMatchObject({
      numeric: ['fee', 'discount', 'usage', 'balance', 'plain'],
      units: { fee: '€', discount: '%', usage: 'GB' },
      time: 'snapshot_date',
    });
    expect(proposal.input).toEqual({ decimal: ',', thousands: '.', dates: { snapshot_date: 'D.M.YYYY' } });
    expect(why(proposal, 'fee')).toContain('written with "€", a decimal comma, points between thousands');
    expect(why(proposal, 'plain')).toBe('whole numbers');
    const { rows, second } = await compile(proposal, { 'a.csv': content });
    expect(rows).toEqual({ read: ROWS, kept: ROWS, duplicates: 0, quarantined: 0 });
    expect(second).toMatchObject({
      fee: '1037.25',
      discount: '0.015',
      usage: '37',
      balance: '-11',
      snapshot_date: '2024-01-02',
    });
  });

  it('writes nothing of styles where all is plain', async () => {
    const proposal = await look(csvOf({ fee: (row) => String(amount(row)), when: () => '2024-01-31' }));
    expect(proposal.input).toEqual({});
    expect(proposal.columns.units).toEqual({});
  });

  it('asks where numbers fit two readings, shows both, and takes the answer', async () => {
    const content = csvOf({ fee: (row) => `${(row % 9) + 1}.${100 + row}`, seats: (row) => String(row % 9) });
    await expect(look(content)).rejects.toThrow(
      /Column "fee": "1\.100" is 1\.1 with a decimal point and 1100 with a decimal comma.*--decimal \. or --decimal ,/,
    );
    expect((await look(content, { decimal: '.' })).input).toEqual({});
    expect((await look(content, { decimal: ',' })).input).toEqual({ decimal: ',', thousands: '.' });
    expect((await look(content, {}, { leaveOut: ['fee'] })).input).toEqual({});
  });

  it.each([
    ['3,5', ',', { decimal: ',', thousands: '.' }],
    ['3.5', '.', {}],
  ])('lets one column with %s decide for all that a decimal is %j', async (text, _mark, input) => {
    const columns = {
      fee: (row: number) => `${(row % 9) + 1}.${100 + row}`,
      score: (row: number) => `${row}${text}`,
    };
    expect((await look(csvOf(columns))).input).toEqual(input);
  });

  it('takes columns that are named as what every object has', async () => {
    const content = csvOf({
      constructor: (row: number) => german(amount(row)),
      toString: (row: number) => String(row % 7),
      valueOf: (row: number) => `${String((row % 28) + 1).padStart(2, '0')}.01.2024`,
    });
    const proposal = await look(content, {}, { time: 'valueOf' });
    expect(proposal.columns).toMatchObject({ numeric: ['constructor', 'toString'], time: 'valueOf' });
    expect(proposal.input).toEqual({ decimal: ',', thousands: '.', dates: { valueOf: 'D.M.YYYY' } });
    const { rows, second } = await compile(proposal, { 'a.csv': content });
    expect(rows).toEqual({ read: ROWS, kept: ROWS, duplicates: 0, quarantined: 0 });
    expect(second).toMatchObject({ constructor: '1037.25', toString: '1', valueOf: '2024-01-02' });
  });

  it('asks of dates without a day above 12, unless another column of the same notation decides', async () => {
    const open = {
      snapshot_date: (row: number) => `${(row % 12) + 1}/${(row % 9) + 1}/2024`,
      seats: (row: number) => String(row % 9),
    };
    await expect(look(csvOf(open))).rejects.toThrow(
      /Column "snapshot_date": "10\/1\/2024" is 2024-01-10 as D\/M\/YYYY and 2024-10-01 as M\/D\/YYYY; .*--dates dmy or --dates mdy/,
    );
    expect((await look(csvOf(open), { dates: 'mdy' })).input.dates).toEqual({ snapshot_date: 'M/D/YYYY' });
    const formats = { snapshot_date: 'D/M/YYYY' };
    expect((await look(csvOf(open), { formats })).input.dates).toEqual(formats);
    const decided = { ...open, joined_on: (row: number) => `${(row % 9) + 1}/${(row % 28) + 1}/2023` };
    expect((await look(csvOf(decided))).input.dates).toMatchObject({ snapshot_date: 'M/D/YYYY' });
    await expect(look(csvOf(open), { formats: { snapshot_dat: 'D/M/YYYY' } })).rejects.toThrow(
      /--dates names "snapshot_dat".*did you mean "snapshot_date"/,
    );
  });

  it('leaves out a column of several currencies, or with a percent sign here and there, and says so', async () => {
    const proposal = await look(
      csvOf({
        fee: (row) => (row % 2 === 0 ? `$${amount(row)}` : `${amount(row)} €`),
        discount: (row) => (row % 2 === 0 ? `${row}.5 %` : `${row}.5`),
        seats: (row) => String(row % 9),
      }),
    );
    expect(proposal.columns.numeric).toEqual(['seats']);
    expect(why(proposal, 'fee')).toContain('its numbers bear different signs or units: "$", "€"');
    expect(why(proposal, 'discount')).toContain('some of its numbers have a percent sign and others none');
  });

  it('reads words for yes and no as 1 and 0 where a column is asked to be one of numbers', async () => {
    const content = csvOf({ vip: (row) => (row % 4 === 0 ? 'Ja' : 'Nein'), seats: (row) => String(row % 9) });
    expect((await look(content)).columns).toMatchObject({ categorical: ['vip'], units: {} });
    const proposal = await look(content, {}, { numeric: ['vip'] });
    expect(proposal.columns).toMatchObject({ numeric: ['vip', 'seats'], units: { vip: 'yes/no' } });
    const { rows, second } = await compile(proposal, { 'a.csv': content });
    expect([rows.kept, second['vip']]).toEqual([ROWS, '0']);
  });

  it('takes numbers of NDJSON as they are, and dates that are numbers by their name', async () => {
    const lines = Array.from({ length: ROWS }, (_, row) =>
      JSON.stringify({
        client: `c${row}`,
        fee: Number(`${(row % 9) + 1}.${101 + row}`),
        snapshot_date: 20240101 + (row % 28),
        churned: row % 3 === 0,
      }),
    );
    const proposal = await look(`${lines.join('\n')}\n`, {}, {}, 'a.ndjson');
    expect(proposal.input).toEqual({ dates: { snapshot_date: 'YYYYMMDD' } });
    expect(proposal.columns).toMatchObject({ numeric: ['fee'], time: 'snapshot_date' });
  });

  it('refuses a later file of another style whole, and reads those of the same', async () => {
    const us = csvOf({
      fee: (row) => `${(row % 9) + 1}.${100 + row}`,
      score: (row) => `${(row * 37) % 50}.5`,
    });
    const de = csvOf({
      fee: (row) => `${(row % 9) + 1}.${100 + row}`,
      score: (row) => `${(row * 37) % 50},5`,
    });
    const proposal = await look(us);
    const { files, rows } = await compile(proposal, { 'a.csv': us, 'b.csv': de });
    expect(files.map(({ status }) => status)).toEqual(['accepted', 'rejected']);
    expect(files[1]?.reason).toMatch(/^score: "0,5" has a decimal comma, and the configuration says a point/);
    expect(rows.kept).toBe(ROWS);
  });
});
