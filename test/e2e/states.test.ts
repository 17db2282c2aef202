/** What a broken delivery does to everything that says how things stand: run, exit code, log, Today, report. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type * as contract from '../../src/server/contract.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { parseAnswer, start } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

async function deployed(): Promise<Workspace> {
  const workspace = createWorkspace({
    'practicedata/a.csv': clientsCsv({ rows: 400 }),
    'testdata/test.csv': clientsCsv({ from: 1000, rows: 200 }),
  });
  await workspace.run();
  return workspace;
}

async function todayOf(workspace: Workspace): Promise<contract.Today> {
  const server = start(['serve', '--port', '0', '-w', workspace.root]);
  const url = await server.says(/http:\/\/127\.0\.0\.1:\d+/);
  try {
    return (await (await fetch(`${url}/api/v1/today`)).json()) as contract.Today;
  } finally {
    server.process.kill('SIGTERM');
    await server.ended;
  }
}

/** The first thing that the report says. */
function firstOf(workspace: Workspace): string {
  const html = workspace.read('practicemodels/report.html');
  return /<div class="callout \w+">(.*?)<\/div>/.exec(html)?.[1] ?? '';
}

describe('a file with another name for a column', () => {
  it('is said to be refused by every surface, again without new data, until it is taken away', async () => {
    const workspace = await deployed();
    const renamed = clientsCsv({ from: 400, rows: 100 }).replace(
      'lastmonth_activity',
      'Last_Months_Activity',
    );
    workspace.write('practicedata/next.csv', renamed);
    const first = await workspace.tidewatch('run');
    expect(first.exit).toBe(9);
    expect(first.stdout).toMatch(
      /^no-drift: next\.csv was refused.*"lastmonth_activity".*Last_Months_Activity/,
    );
    expect(first.stdout).toMatch(/^ACT +File refused \(since .*\): Correct the file/m);
    expect(first.stdout).not.toMatch(/still holds|all is well/i);

    const again = await workspace.tidewatch('run', '--json');
    expect(again.exit).toBe(9);
    const summary = parseAnswer<{ headline: string }>(again);
    expect(summary).toMatchObject({
      result: 'no-new-data',
      severity: 'act',
      states: [{ id: 'file-refused', link: 'data' }, { id: 'no-outcomes' }],
    });
    const logs = await workspace.tidewatch('runs', 'logs');
    expect(logs.stdout).toMatch(/warn.*run finished: no-new-data\. next\.csv was refused/);
    const today = await todayOf(workspace);
    expect(today).toMatchObject({ severity: 'act', headline: summary.headline });
    expect(today.states[0]).toMatchObject({ id: 'file-refused', action: expect.stringMatching(/Correct/) });
    expect(firstOf(workspace)).toContain('Act: File refused');
    expect(firstOf(workspace)).toContain('next.csv was refused');

    rmSync(join(workspace.root, 'practicedata/next.csv'));
    const gone = await workspace.run();
    expect(gone.states.map(({ id }) => id)).toEqual(['no-outcomes']);
    expect(gone.steps.map(({ name }) => name)).toContain('report');
    expect(firstOf(workspace)).toContain('Not known: No outcomes yet');
  });
});

describe('a file with a column that is empty throughout', () => {
  it('is said to be broken by every surface', async () => {
    const workspace = await deployed();
    const rows = clientRows({ from: 400, rows: 150 }).map((row) => row.replace(/^(\w+),\d+/, '$1,'));
    workspace.write('practicedata/next.csv', csvOf(rows));
    const run = await workspace.tidewatch('run');
    expect(run.exit).toBe(9);
    expect(run.stdout.split('\n')[0]).toMatch(/lastmonth_activity.*150.*next\.csv.*not to be trusted/);
    expect(run.stdout).toMatch(/^ACT +Input broken/m);
    const today = await todayOf(workspace);
    expect(today).toMatchObject({
      severity: 'act',
      states: [{ id: 'input-broken', link: 'drift/inputs' }, { id: 'model-worse' }],
    });
    expect(firstOf(workspace)).toMatch(/Act: Input broken.*lastmonth_activity/);
  });
});
