/** Trends from the command line, in a real workspace. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsCsv } from '../../../test/e2e/clients.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from '../../../test/e2e/workspace.ts';
import type { Trends } from '../../pipeline/trends/trends.ts';
import type { NewMeasurement } from '../../store/port/measurements.ts';
import { openStore } from '../../store/store.ts';
import { runProgram } from '../program.ts';

let fresh: Workspace;
let lived: Workspace;

async function tidewatch(workspace: Workspace, args: readonly string[], env = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runProgram([...args, '-w', workspace.root], {
    out: { write: (text) => void out.push(text) },
    err: { write: (text) => void err.push(text) },
    width: 80,
    colour: false,
    interactive: false,
    env,
  });
  return { exit, out: out.join(''), err: err.join('') };
}

async function trends(workspace: Workspace, ...args: string[]): Promise<Trends> {
  return JSON.parse((await tidewatch(workspace, ['trends', ...args, '--json'])).out) as Trends;
}

/** 90 days with a run each; a model goes live on the first and on the 46th, after which F1 is better. */
async function live90Days(workspace: Workspace): Promise<void> {
  const store = await openStore(join(workspace.root, 'tidewatch.db'));
  for (let day = 0; day < 90; day++) {
    const at = new Date(Date.UTC(2026, 0, 1 + day, 8)).toISOString();
    const runId = `run-${day}`;
    const modelVersion = day < 45 ? 'aaaa1111' : 'bbbb2222';
    await store.startRun({ id: runId, verb: 'run', trigger: 'schedule', version: '1', startedAt: at });
    if (day % 45 === 0) {
      const reason = 'drift';
      await store.recordDeployment({ id: runId, runId, modelVersion, deployedAt: at, f1: 0.7, reason });
    }
    const f1 = day < 45 ? 0.6 : 0.8;
    const base = { runId, at, modelVersion };
    const measured: NewMeasurement[] = [
      { ...base, name: 'f1-new', value: f1, low: f1 - 0.1, high: f1 + 0.1, level: 0.95, rows: 200 },
      { ...base, name: 'rows', value: 1000 + day, rows: 1000 + day },
      { ...base, name: 'psi', label: 'age, in years', value: day === 3 ? Number.NaN : day / 1000 },
    ];
    await store.recordMeasurements(measured);
  }
  await store.close();
}

beforeAll(async () => {
  const files = {
    'practicedata/a.csv': clientsCsv({ rows: 80 }),
    'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
  };
  fresh = createWorkspace(files);
  lived = createWorkspace(files);
  await live90Days(lived);
});
afterAll(removeWorkspaces);

describe('tidewatch trends', () => {
  it('says how to begin where there is no run, and then shows what each verb has measured', async () => {
    const before = await tidewatch(fresh, ['trends']);
    expect(before).toMatchObject({ exit: 0, err: '' });
    expect(before.out).toBe(
      'Nothing has been measured yet. "tidewatch run" measures, and every run adds a point.\n',
    );
    for (const verb of ['ingest', 'train', 'score', 'deploy']) {
      expect((await tidewatch(fresh, [verb])).exit).toBe(0);
    }
    const { by, series, deployments } = await trends(fresh);
    expect(by).toBe('run');
    expect(series.map(({ name }) => name)).toEqual(['f1', 'rows', 'seconds-ingest', 'seconds-train']);
    expect(deployments).toHaveLength(1);
    const [f1, rows] = series.map(({ points }) => points[0]);
    expect(f1).toMatchObject({ value: deployments[0]?.f1, rows: 40 });
    // Of 40 rows under 20 left: no interval.
    expect(f1?.low).toBeNull();
    expect(rows).toMatchObject({ value: 80, modelVersion: null });
    expect((await tidewatch(fresh, ['trends'])).out).toContain('(one point so far)');
  });

  it('draws a plot a measure that fits the terminal, and a table of them', async () => {
    const { out } = await tidewatch(lived, ['trends']);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(out).toContain('F1, new rows: 0.8000 (0.7000 to 0.9000)');
    expect(out).toContain('┊ a model went live');
    expect(out).toMatch(/f1-new +0\.8000 +0\.7000 to 0\.9000 +0\.7000 +0\.6000 +0\.8000 +90 +200/);
    expect(out).toMatch(/2026-02-15 08:00 +bbbb2222 +0\.7000/);
  });

  it('puts the points of a month together, in ASCII where the terminal knows no more', async () => {
    const { out } = await tidewatch(lived, ['trends', 'f1-new', '--by', 'month'], { LANG: 'C' });
    expect(out).toBe(`Trends by month, times in UTC; | a model went live

F1, new rows: 0.8000
0.8000 ||                                    :                                 *
       ||                                    :
       ||                                    :
       ||                                    :
       ||                                    *
       ||                                    :
       ||                                    :
       ||                                    :
0.6000 |*                                    :
       +------------------------------------------------------------------------
        2026-01                                                          2026-03

F1, new rows
month      mean  least to greatest  numbers  model
-------  ------  -----------------  -------  --------------
2026-03  0.8000  0.8000 to 0.8000        31  bbbb2222
2026-02  0.7000  0.6000 to 0.8000        28  bbbb2222 (new)
2026-01  0.6000  0.6000 to 0.6000        31  aaaa1111
`);
  });

  it('goes over models, one point each', async () => {
    const { series } = await trends(lived, 'f1-new', '--by', 'model');
    expect(series[0]?.points.map(({ bucket, count }) => [bucket, count])).toEqual([
      ['aaaa1111', 45],
      ['bbbb2222', 45],
    ]);
    expect(series[0]?.points.map(({ value }) => value)).toEqual([
      expect.closeTo(0.6, 12),
      expect.closeTo(0.8, 12),
    ]);
  });

  it('keeps to a stretch of time, to a model, and to a number of points', async () => {
    const days = await trends(lived, 'rows', '--since', '2026-01-10', '--until', '2026-01-12');
    expect(days.series[0]?.points.map(({ value }) => value)).toEqual([1009, 1010, 1011]);
    expect(days.deployments).toEqual([]);
    const old = await trends(lived, 'rows', '--model', 'aaaa1111', '--limit', '2', '--by', 'run');
    expect(old.series[0]).toMatchObject({ truncated: true });
    expect(old.series[0]?.points.map(({ value }) => value)).toEqual([1043, 1044]);
    expect((await tidewatch(lived, ['trends', '--since', '2027-01-01'])).out).toContain(
      'Nothing was measured',
    );
  });

  it('gives a missing number as null and leaves it out of the plot', async () => {
    const { series } = await trends(lived, 'psi:age, in years', '--by', 'run');
    expect(series[0]?.points[3]).toMatchObject({ value: null, count: 0 });
    const { out } = await tidewatch(lived, ['trends', 'psi:age, in years']);
    expect(out).toContain('PSI of age, in years: 0.089');
    expect(out).not.toContain('NaN');
  });

  it('writes every point as CSV, to a file or to standard output', async () => {
    const path = join(lived.root, 'out', 'trends.csv');
    const { out } = await tidewatch(lived, ['trends', '--csv', path]);
    expect(out).toBe(`wrote ${path}: 270 points\n`);
    const text = readFileSync(path, 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(271);
    expect(lines[0]).toBe('name,label,from,to,bucket,model,value,low,high,min,max,last,count,rows');
    expect(lines[1]).toBe(
      `f1-new,,2026-01-01T08:00:00.000Z,2026-01-01T08:00:00.000Z,run-0,aaaa1111,0.6,0.5,${0.6 + 0.1},0.6,0.6,0.6,1,200`,
    );
    expect(text).toContain('psi,"age, in years",2026-01-04T08:00:00.000Z');
    expect((await tidewatch(lived, ['trends', '--csv', '-'])).out).toBe(text);
    const monthly = await tidewatch(lived, ['trends', 'rows', '--by', 'month', '--csv', '-']);
    expect(monthly.out.split('\n')[1]).toBe(
      'rows,,2026-01-01,2026-01-31,2026-01,aaaa1111,1015,,,1000,1030,1030,31,1030',
    );
  });

  it('draws a PNG picture', async () => {
    const path = join(lived.root, 'trends.png');
    expect((await tidewatch(lived, ['trends', '--png', path])).out).toBe(`wrote ${path}\n`);
    expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
  });

  it.each<[string[], RegExp]>([
    [['f2'], /"f2" is not measured\. Did you mean "f1"\?/],
    [['rows:age'], /"rows" is of the whole only/],
    [['psi:'], /no name after the colon/],
    [['--since', 'yesterday'], /since is "yesterday"; expected a day/],
    [['--until', '2026-02-30'], /until is "2026-02-30"/],
    [['--by', 'year'], /Allowed choices are run, day, week, month, model/],
    [['--limit', '0'], /whole number from 1/],
  ])('refuses %j and says what it expected', async (args, message) => {
    const answer = await tidewatch(lived, ['trends', ...args]);
    expect(answer.exit).toBe(2);
    expect(answer.err).toMatch(message);
  });

  it('writes nothing where the CSV cannot be made', async () => {
    const path = join(lived.root, 'config.json', 'trends.csv');
    expect((await tidewatch(lived, ['trends', '--csv', path])).exit).not.toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
