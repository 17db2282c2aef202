import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig, loadWorkspace } from './load.ts';

const FIVE = {
  input_folder_path: '/practicedata/',
  output_folder_path: 'ingesteddata',
  test_data_path: './testdata',
  output_model_path: 'practicemodels',
  prod_deployment_path: 'production_deployment',
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidewatch-config-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const write = (content: unknown) =>
  writeFileSync(
    join(root, 'config.json'),
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  );

describe('loadWorkspace', () => {
  it('takes the five folders alone, a leading slash meaning the workspace', () => {
    write(FIVE);
    const { config, paths } = loadWorkspace(root);
    expect(paths.input).toBe(join(root, 'practicedata'));
    expect(paths.testData).toBe(join(root, 'testdata'));
    expect(config).toMatchObject({
      threshold: 0.5,
      gate: 'not-worse',
      logistic: { C: 1, standardize: false },
    });
    expect(config.columns.numeric).toEqual([
      'lastmonth_activity',
      'lastyear_activity',
      'number_of_employees',
    ]);
  });

  it('gives a configuration that nobody can change', () => {
    write(FIVE);
    const { config } = loadWorkspace(root);
    expect(() => Object.assign(config.columns, { id: 'x' })).toThrow(TypeError);
  });

  it('reads a file that begins with a byte order mark', () => {
    write(`\uFEFF${JSON.stringify(FIVE)}`);
    expect(loadWorkspace(root).config.threshold).toBe(0.5);
  });

  it('refuses an unknown key and names the nearest known one, also inside an object', () => {
    write({ ...FIVE, treshold: 0.4 });
    expect(() => loadWorkspace(root)).toThrow(/unknown key "treshold"; did you mean "threshold"\?/);
    write({ ...FIVE, columns: { targt: 'churn' } });
    expect(() => loadWorkspace(root)).toThrow(/unknown key "columns.targt"; did you mean "target"\?/);
  });

  it('says which key is missing or out of range', () => {
    write({ ...FIVE, threshold: 1.5, input_folder_path: undefined });
    expect(() => loadWorkspace(root)).toThrow(/"input_folder_path".*\n.*"threshold"/s);
  });

  it('takes how rare false alarms are in years, and in rows as older configurations say it', () => {
    const driftOf = (drift?: object) => {
      write({ ...FIVE, ...(drift === undefined ? {} : { drift }) });
      return loadWorkspace(root).config.drift;
    };
    expect(driftOf()).toMatchObject({ years_per_false_alarm: 5, rows_per_false_alarm: null });
    expect(driftOf({ years_per_false_alarm: 0.5 })).toMatchObject({ years_per_false_alarm: 0.5 });
    expect(driftOf({ rows_per_false_alarm: 5000 })).toMatchObject({ rows_per_false_alarm: 5000 });
    expect(driftOf({ years_per_false_alarm: 2, rows_per_false_alarm: null })).toMatchObject({
      years_per_false_alarm: 2,
    });
    expect(() => driftOf({ years_per_false_alarm: 0 })).toThrow(/"drift.years_per_false_alarm"/);
    expect(() => driftOf({ years_per_false_alarm: 5, rows_per_false_alarm: 5000 })).toThrow(
      /"drift.years_per_false_alarm" and "drift.rows_per_false_alarm" both say .*; keep "drift.years/,
    );
  });

  it('refuses a horizon of labels without a column of times to count it from', () => {
    const labels = { horizon_days: 30 };
    write({ ...FIVE, labels });
    expect(() => loadWorkspace(root)).toThrow(/labels\.horizon_days.*columns\.time/s);
    write({ ...FIVE, labels, columns: { time: 'lastyear_activity' } });
    expect(() => loadWorkspace(root)).toThrow(/"lastyear_activity" is read as a number/);
    write({ ...FIVE, labels, columns: { time: 'at' } });
    expect(loadWorkspace(root).config.labels.horizon_days).toBe(30);
  });

  it('refuses paths that climb out of the workspace', () => {
    write({ ...FIVE, output_model_path: '../elsewhere' });
    expect(() => loadWorkspace(root)).toThrow(/"output_model_path".*outside the workspace/);
    write({ ...FIVE, output_model_path: '/../../etc' });
    expect(() => loadWorkspace(root)).toThrow(/outside the workspace/);
  });

  it('says what to do where there is no workspace, and where the file is not JSON', () => {
    expect(() => loadWorkspace(root)).toThrow(/tidewatch init/);
    write('{"input_folder_path": ');
    expect(() => loadWorkspace(root)).toThrow(/is not JSON/);
  });
});

describe('a configuration that contradicts itself', () => {
  const refusal = (content: unknown): string => {
    write(content);
    try {
      loadWorkspace(root);
    } catch (error) {
      expect(error).toMatchObject({ code: 'config-invalid' });
      return error instanceof Error ? error.message : '';
    }
    return 'nothing was refused';
  };

  it.each<[object, RegExp]>([
    [{ target: 'number_of_employees' }, /"columns\.numeric\.2".*"number_of_employees".*"columns\.target"/],
    [{ categorical: ['exited'] }, /"columns\.categorical\.0".*"columns\.target"/],
    [{ id: 'exited' }, /"columns\.id".*"exited".*"columns\.target"/],
    ...['value', 'segment', 'owner', 'time'].map((use): [object, RegExp] => [
      { [use]: 'exited' },
      new RegExp(`"columns\\.${use}".*"columns\\.target"`),
    ]),
    [{ id: 'lastmonth_activity' }, /"columns\.numeric\.0".*"columns\.id"/],
    [{ categorical: ['corporation'] }, /"columns\.categorical\.0".*"columns\.id"/],
    [{ id: 'c', value: 'c' }, /"columns\.value".*"columns\.id"/],
    [{ numeric: ['a', 'b', 'a'] }, /"columns\.numeric\.2".*"columns\.numeric\.0".*twice/],
    [{ categorical: ['a', 'a'] }, /"columns\.categorical\.1".*"columns\.categorical\.0".*twice/],
    [{ numeric: ['a'], categorical: ['a'] }, /"columns\.categorical\.0".*"columns\.numeric\.0"/],
    [{ categorical: ['plan'], value: 'plan' }, /"columns\.value".*"columns\.categorical\.0"/],
    [{ categorical: ['plan'], time: 'plan' }, /"columns\.time".*"columns\.categorical\.0"/],
    [{ value: 'money', time: 'money' }, /"columns\.time".*"columns\.value"/],
    [{ positive: '1', negative: '1.0' }, /"columns\.negative".*"columns\.positive"/],
    [{ positive: 'yes', negative: 'yes ' }, /"columns\.negative".*"columns\.positive"/],
    [{ positive: ['a', 'b'], negative: ['c', 'b'] }, /"columns\.negative\.1".*"columns\.positive"/],
    [{ positive: ['a', 'a'] }, /"columns\.positive\.1".*once is enough/],
    [{ positive: 'a', negative: 'b', drop: ['b'] }, /"columns\.drop\.0".*"columns\.negative"/],
    [{ drop: ['0'] }, /"columns\.drop\.0".*"columns\.negative"/],
    [{ drop: ['new'] }, /"columns\.drop".*"missing": "keep"/],
  ])('is refused where one column is two things: %j', (columns, told) => {
    expect(refusal({ ...FIVE, columns })).toMatch(told);
  });

  it.each<[object, RegExp]>([
    [{ ranges: { corporation: { min: 0 } } }, /"columns\.ranges\.corporation": is no column of numbers/],
    [{ ranges: { lastmonth_activity: { min: 2, max: 1 } } }, /from 2 to 1 there is no number/],
  ])('is refused where a range holds nothing: %j', (columns, told) => {
    expect(refusal({ ...FIVE, columns })).toMatch(told);
  });

  it('is refused where no column is a feature', () => {
    expect(refusal({ ...FIVE, columns: { numeric: [], categorical: [] } })).toMatch(
      /"columns\.numeric": is empty.*name at least one feature/,
    );
    expect(refusal({ ...FIVE, columns: { numeric: [] } })).toMatch(/"columns\.numeric": is empty/);
    write({ ...FIVE, columns: { numeric: [], categorical: ['plan'] } });
    expect(loadWorkspace(root).config.columns.categorical).toEqual(['plan']);
  });

  it('is none where a feature is also the value, the segment or the owner', () => {
    const columns = {
      numeric: ['money'],
      categorical: ['plan'],
      value: 'money',
      segment: 'plan',
      owner: 'plan',
    };
    write({ ...FIVE, columns });
    expect(loadWorkspace(root).config.columns).toMatchObject(columns);
  });

  const KEYS = Object.keys(FIVE) as (keyof typeof FIVE)[];
  const PAIRS = KEYS.flatMap((first, at) => KEYS.slice(at + 1).map((second) => [first, second] as const));

  it.each(PAIRS)(
    'is refused where %s and %s are one folder, but for what is compiled and trained',
    (a, b) => {
      const told = refusal({ ...FIVE, [a]: 'one', [b]: './x/../one/' });
      const mayBeOne = a === 'output_folder_path' && b === 'output_model_path';
      if (mayBeOne) expect(told).toBe('nothing was refused');
      else expect(told).toMatch(new RegExp(`"${a}" and "${b}" are one folder`));
    },
  );

  it('is refused where a link makes two folders one', () => {
    mkdirSync(join(root, 'testdata'));
    symlinkSync('testdata', join(root, 'practicedata'));
    expect(refusal(FIVE)).toMatch(/"input_folder_path" and "test_data_path" are one folder/);
  });

  it('is refused where data is looked for in a folder whose files come and go', () => {
    expect(refusal({ ...FIVE, test_data_path: 'production_deployment/t' })).toMatch(
      /"test_data_path".*inside "prod_deployment_path"/,
    );
    expect(refusal({ ...FIVE, input_folder_path: 'ingesteddata/quarantine' })).toMatch(
      /"input_folder_path".*inside "output_folder_path"/,
    );
    expect(refusal({ ...FIVE, input_folder_path: 'ingesteddata/in' })).toBe('nothing was refused');
  });

  it('is refused where scores are published into a table that rows are read from', () => {
    const sources = [{ name: 'crm', url: 'env:CRM', table: 'clients', watermark: 'id' }];
    expect(refusal({ ...FIVE, sources, publish: { url: 'env:CRM', table: 'clients' } })).toMatch(
      /"publish\.table".*"sources\.0\.table"/,
    );
    expect(refusal({ ...FIVE, sources, publish: { url: 'env:DB', table: 'clients' } })).toBe(
      'nothing was refused',
    );
  });

  it('may have its test data anywhere where clients are held out, and the test data is not read', () => {
    expect(refusal({ ...FIVE, test_data_path: 'practicedata', holdout: {} })).toBe('nothing was refused');
  });

  it('is refused where a key is given twice, at any depth and however it is written', () => {
    const text = JSON.stringify({ ...FIVE, threshold: 0.4, columns: { id: 'a', negative: '"}' } });
    expect(refusal(text.replace('{', '{"threshold":0.9,'))).toMatch(/the key "threshold" is given twice/);
    expect(refusal(text.replace('"id":"a"', '"id":"a","\\u0069d":"b"'))).toMatch(
      /"columns\.id" is given twice/,
    );
    const source = '{"name":"a","url":"env:A","table":"t","watermark":"w","name":"b"}';
    expect(refusal(text.replace('{', `{"sources":[${source}],`))).toMatch(
      /"sources\.0\.name" is given twice/,
    );
    expect(refusal(text)).toBe('nothing was refused');
  });

  it('is refused where it is not UTF-8, with the line', () => {
    const text = JSON.stringify({ ...FIVE, columns: { id: 'Kunde_M\u00fcller' } }, null, 2);
    expect(refusal(Buffer.from(text, 'latin1'))).toMatch(/not UTF-8, first in line 8\. Save it as UTF-8/);
    expect(refusal(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toMatch(/not UTF-8, first in line 1/);
    expect(refusal(Buffer.from(text))).toBe('nothing was refused');
  });
});

describe('describeConfig', () => {
  it('tells every value and where it came from', () => {
    write({ ...FIVE, logistic: { C: 2 } });
    const values = new Map(
      describeConfig(root, loadWorkspace(root).config).map((value) => [value.key, value]),
    );
    expect(values.get('logistic.C')).toMatchObject({ value: 2, origin: 'config.json' });
    expect(values.get('logistic.standardize')).toMatchObject({ value: false, origin: 'default' });
    expect([...values.values()].every((value) => value.description !== '')).toBe(true);
  });
});
