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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPublicSets, PUBLIC_SETS_FOLDER, titleOfPublicSets } from '../../../test/public-sets.ts';
import { createRandom } from '../../base/random.ts';
import { loadWorkspace } from '../../config/load.ts';
import { runProgram } from '../program.ts';
import type { TakenIn } from '../take-in-files.ts';

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
    expect(out).toContain('"Churn Reason" is left out: it is the target in other words');
    const { columns, model, holdout, labels } = loadWorkspace(work).config;
    expect(holdout).toEqual({ share: 0.2, by: 'client', seed: expect.any(Number) });
    expect(labels).toMatchObject({ missing: 'keep', meaning: 'outcome', horizon_days: 0 });
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
    expect(readdirSync(join(work, 'testdata'))).toEqual([]);
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
      taken: null,
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

  it('keeps clients whose outcome is not known yet, and takes several values for one', async () => {
    const states = ['Churned', 'Stayed', 'Joined', 'Stayed', 'Paused'];
    const lines = Array.from({ length: 100 }, (_, k) => `C${k},${(k * 7) % 13},${states[k % 5]}`);
    const path = join(folder, 'status.csv');
    writeFileSync(path, `customer_id,usage,Customer Status\n${lines.join('\n')}\n`);
    const unclear = await tidewatch('init', path, '-w', join(folder, 'unclear'));
    expect(unclear.err).toContain('it is not certain what "Paused" means');
    const command = /tidewatch init FILE (--target "([^"]*)" --positive "([^"]*)" --drop "([^"]*)")/.exec(
      unclear.err,
    );
    expect(command?.slice(2)).toEqual(['Customer Status', 'Churned', 'Joined']);
    const work = join(folder, 'work');
    const asked = ['--target', 'Customer Status', '--positive', 'Churned', '--drop', 'Joined'];
    const { exit, out } = await tidewatch('init', path, '-w', work, ...asked);
    expect(exit).toBe(0);
    expect(out).toContain('20 rows have no outcome yet');
    expect(out).toContain('"Stayed" (40 rows), "Paused" (20 rows) count as stayed');
    expect(loadWorkspace(work).config.columns).toMatchObject({
      positive: 'Churned',
      negative: ['Stayed', 'Paused'],
      drop: ['Joined'],
    });
    const ingest = await tidewatch('ingest', '-w', work, '--json');
    expect(JSON.parse(ingest.out)).toMatchObject({ rows: { kept: 100, quarantined: 0 }, unlabelled: 20 });
  });

  it('writes what is said of labels without a file', async () => {
    const work = join(folder, 'work');
    const said = ['--target', 's', '--positive', 'a,b', '--negative', 'c', '--drop', 'd'];
    expect((await tidewatch('init', '-w', work, ...said)).exit).toBe(0);
    expect(loadWorkspace(work).config.columns).toMatchObject({
      target: 's',
      positive: ['a', 'b'],
      negative: 'c',
      drop: ['d'],
    });
    const twice = await tidewatch('init', '-w', join(folder, 'x'), '--positive', 'a', '--drop', 'a');
    expect(twice.err).toContain('"columns.drop.0"');
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('holds out the share that was asked for, alike with the same seed', async () => {
    const clients = writeClients();
    const counts = async (name: string, ...args: string[]) => {
      const work = join(folder, name);
      const { out } = await tidewatch('init', clients, '-w', work, '--json', ...args);
      const { taken } = JSON.parse(out) as { taken: Pick<TakenIn, 'training' | 'heldOut' | 'holdout'> };
      const { training, heldOut } = taken;
      expect(training.clients + heldOut.clients).toBe(300);
      expect(Math.abs(heldOut.left / heldOut.rows - training.left / training.rows)).toBeLessThan(0.15);
      return { training, heldOut, seed: taken.holdout.seed };
    };
    const half = await counts('a', '--test-share', '0.5');
    expect(Math.abs(half.heldOut.clients - 150)).toBeLessThan(40);
    expect(await counts('b', '--test-share', '0.5')).toEqual(half);
    expect((await counts('c', '--test-share', '0.5', '--seed', '9')).seed).toBeGreaterThanOrEqual(9);
  });

  it('holds out leavers even where there are few, and refuses where there are too few for both sides', async () => {
    const write = (name: string, left: number) => {
      const lines = Array.from({ length: 40 }, (_, k) => `C${k},${k % 7},${k % 5},${k < left ? 1 : 0}`);
      const path = join(folder, name);
      writeFileSync(path, `customer_id,usage,calls,churned\n${lines.join('\n')}\n`);
      return path;
    };
    const few = await tidewatch('init', write('few.csv', 2), '-w', join(folder, 'few'), '--json');
    expect(JSON.parse(few.out).taken).toMatchObject({ training: { left: 1 }, heldOut: { left: 1 } });
    const one = await tidewatch('init', write('one.csv', 1), '-w', join(folder, 'one'));
    expect([one.exit, one.err]).toEqual([expect.any(Number), expect.stringContaining('too few to be both')]);
    expect(existsSync(join(folder, 'one', 'sourcedata', 'one.csv'))).toBe(false);
  });

  it('sees that the target of monthly dumps is a status, and how long a month is', async () => {
    const months = ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31'];
    const write = (labelOf: (client: number, month: number) => number) => {
      const lines = months.flatMap((month, m) =>
        Array.from({ length: 60 }, (_, c) => `C${c},${month},${(c * 7 + m) % 11},${labelOf(c, m)}`),
      );
      const path = join(folder, 'panel.csv');
      writeFileSync(path, `customer_id,month_end,usage,churned\n${lines.join('\n')}\n`);
      return path;
    };
    const status = write((client, month) => (client % 5 === 0 && month > (client / 5) % 4 ? 1 : 0));
    const work = join(folder, 'status');
    const { out } = await tidewatch('init', status, '-w', work);
    expect(out).toMatch(/"churned" is the status of a client at the time: .* within 31 days/);
    expect(loadWorkspace(work).config.labels).toMatchObject({ meaning: 'status', horizon_days: 31 });
    const asked = join(folder, 'asked');
    await tidewatch('init', status, '-w', asked, '--label-meaning', 'outcome');
    expect(loadWorkspace(asked).config.labels).toMatchObject({ meaning: 'outcome', horizon_days: 0 });
    const ahead = join(folder, 'ahead');
    writeFileSync(status, readFileSync(status, 'utf8').replace('churned', 'churn_next_month'));
    await tidewatch('init', status, '-w', ahead);
    expect(loadWorkspace(ahead).config.labels).toMatchObject({ meaning: 'outcome', horizon_days: 0 });
    const constant = join(folder, 'constant');
    await tidewatch(
      'init',
      write((client) => (client % 5 === 0 ? 1 : 0)),
      '-w',
      constant,
    );
    expect(loadWorkspace(constant).config.labels).toMatchObject({ meaning: 'outcome', horizon_days: 0 });
  });
});

describe.skipIf(!hasPublicSets)(titleOfPublicSets('tidewatch init on public data'), () => {
  const initFrom = async (...names: string[]) => {
    const files = names.map((name) => join(PUBLIC_SETS_FOLDER, 'real', name));
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
    const { training, heldOut } = answer.taken;
    expect(training.rows + heldOut.rows).toBe(7021);
    expect(Math.abs(heldOut.rows / 7021 - 0.2)).toBeLessThan(0.02);
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
