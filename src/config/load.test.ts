import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  writeFileSync(join(root, 'config.json'), typeof content === 'string' ? content : JSON.stringify(content));

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
