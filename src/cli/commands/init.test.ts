import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { loadWorkspace } from '../../config/load.ts';
import { runProgram } from '../program.ts';

const REAL = resolve(import.meta.dirname, '../../../../shared/data/real');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function tidewatch(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram(args, {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 110,
    colour: false,
    interactive: false,
    env: {},
  });
  return { exit, out: out.join(''), err: err.join('') };
}

/** A file of clients with an id, a plan, two numbers of which one copies the other, and a reason for leaving. */
function writeClients(name = 'clients.csv', rows = 300): string {
  const random = createRandom(11);
  const lines = Array.from({ length: rows }, (_, row) => {
    const minutes = 10 + random.below(500);
    const left = random.uniform() < (minutes < 150 ? 0.6 : 0.1);
    const plan = ['basic', 'plus', 'pro'][random.below(3)];
    return `${row + 1},K${row}x,${plan},${minutes},${(minutes * 0.17).toFixed(2)},${left ? 'moved' : ''},${left ? 'Yes' : 'No'}`;
  });
  const path = join(folder, name);
  writeFileSync(path, `RowNumber,customerID,plan,minutes,charge,Churn Reason,Churn\n${lines.join('\n')}\n`);
  return path;
}

describe('tidewatch init FILE', () => {
  it('makes a workspace that runs, from the file alone', async () => {
    const work = join(folder, 'work');
    const { exit, out } = await tidewatch('init', writeClients(), '-w', work);
    expect(exit).toBe(0);
    expect(out).toMatch(/charge\s+left out: copy/);
    expect(out).toMatch(/RowNumber\s+left out: counter/);
    expect(out).toContain('"Churn Reason" would give the outcome away');
    const { columns, model } = loadWorkspace(work).config;
    expect(columns).toMatchObject({
      id: 'customerID',
      target: 'Churn',
      positive: 'Yes',
      negative: 'No',
      numeric: ['minutes'],
      categorical: ['plan'],
      segment: 'plan',
    });
    expect(model).toBe('auto');
    expect(readdirSync(join(work, 'sourcedata'))).toEqual(['clients.csv']);
    expect(readdirSync(join(work, 'testdata'))).toEqual(['clients-test.csv']);
    const ingest = await tidewatch('ingest', '-w', work, '--json');
    expect(ingest.exit).toBe(0);
    expect(JSON.parse(ingest.out)).toMatchObject({ rows: { quarantined: 0, duplicates: 0 } });
  });

  it('answers with one object, and writes the configuration only where asked', async () => {
    const work = join(folder, 'work');
    const args = [
      '--no-copy',
      '--json',
      '--use',
      'charge',
      '--leave-out',
      'plan',
      '--categorical',
      'minutes',
    ];
    const { exit, out } = await tidewatch('init', writeClients(), '-w', work, ...args);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      rows: 300,
      columns: { numeric: ['charge'], categorical: ['minutes'] },
      split: null,
    });
    expect(readdirSync(join(work, 'sourcedata'))).toEqual([]);
  });

  it('never overwrites a workspace, nor mixes with data that is there', async () => {
    const clients = writeClients();
    const work = join(folder, 'work');
    mkdirSync(join(work, 'sourcedata'), { recursive: true });
    writeFileSync(join(work, 'sourcedata', 'old.csv'), 'a,b\n1,2\n');
    const mixed = await tidewatch('init', clients, '-w', work);
    expect(mixed.err).toContain('holds old.csv already');
    expect(existsSync(join(work, 'config.json'))).toBe(false);
    expect((await tidewatch('init', '-w', work)).exit).toBe(0);
    const before = readFileSync(join(work, 'config.json'), 'utf8');
    const again = await tidewatch('init', clients, '-w', work, '--json');
    expect(again.exit).toBe(2);
    expect(JSON.parse(again.out)).toMatchObject({ error: { code: 'workspace-exists' } });
    expect(readFileSync(join(work, 'config.json'), 'utf8')).toBe(before);
  });

  it('leaves nothing behind where the file or an option is refused', async () => {
    const clients = writeClients();
    const work = join(folder, 'work');
    for (const wrong of [
      ['--target', 'plan'],
      ['--use', 'minuts'],
      ['--test-share', '1.5'],
      ['--seed', 'x'],
    ]) {
      expect((await tidewatch('init', clients, '-w', work, ...wrong)).exit).toBeGreaterThan(0);
    }
    expect(existsSync(work)).toBe(false);
  });

  it('holds out the share that was asked for, alike with the same seed', async () => {
    const clients = writeClients();
    const counts = async (name: string, ...args: string[]) => {
      const work = join(folder, name);
      const { out } = await tidewatch('init', clients, '-w', work, '--json', ...args);
      const { split } = JSON.parse(out) as { split: { test: { left: number; stayed: number } } };
      const text = readFileSync(join(work, 'testdata', 'clients-test.csv'), 'utf8');
      return { rows: split.test.left + split.test.stayed, text };
    };
    const half = await counts('a', '--test-share', '0.5');
    expect(Math.abs(half.rows - 150)).toBeLessThanOrEqual(1);
    expect(await counts('b', '--test-share', '0.5')).toEqual(half);
    expect((await counts('c', '--test-share', '0.5', '--seed', '9')).text).not.toBe(half.text);
  });
});

describe.skipIf(!existsSync(REAL))('tidewatch init on public data', () => {
  const initFrom = async (...names: string[]) => {
    const files = names.map((name) => join(REAL, name));
    const { out } = await tidewatch('init', ...files, '-w', join(folder, 'work'), '--json');
    return JSON.parse(out);
  };

  it('reads the Telco set', async () => {
    const answer = await initFrom('telco.csv');
    expect(answer.columns).toMatchObject({
      id: null,
      target: 'Churn',
      positive: 'Yes',
      numeric: ['SeniorCitizen', 'tenure', 'MonthlyCharges', 'TotalCharges'],
      value: 'MonthlyCharges',
      segment: 'Contract',
    });
    expect(answer.columns.categorical).toHaveLength(15);
    expect(answer.split.test).toEqual({ left: 374, stayed: 1035 });
  });

  it('reads the bank set', async () => {
    const { columns } = await initFrom('Churn_Modelling.csv');
    expect(columns).toMatchObject({ id: 'CustomerId', target: 'Exited', segment: 'Geography' });
    expect(columns.categorical).toEqual(['Geography', 'Gender']);
    expect(columns.numeric).not.toContain('RowNumber');
  });

  it('reads the two files of the phone set as one', async () => {
    const answer = await initFrom('churn-bigml-80.csv', 'churn-bigml-20.csv');
    expect(answer).toMatchObject({
      rows: 3333,
      columns: { target: 'Churn', positive: 'True', segment: 'State' },
    });
    expect(answer.columns.categorical).toEqual([
      'State',
      'Area code',
      'International plan',
      'Voice mail plan',
    ]);
    const copies = answer.decisions.filter((one: { suspect: string }) => one.suspect === 'copy');
    expect(copies.map((one: { column: string }) => one.column)).toEqual([
      'Total day charge',
      'Total eve charge',
      'Total night charge',
      'Total intl charge',
    ]);
  });
});
