/** Watching end to end: labels that come late, outcomes that are not final yet, and the answers of every door. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchSummary } from '../../src/pipeline/watch-verb.ts';
import { driftSchema } from '../../src/server/contract.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { parseAnswer } from './command.ts';
import { endServers, serve } from './served.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(async () => {
  await endServers();
  removeWorkspaces();
});

const SETTINGS = {
  drift: { rule: 'sequential', rows_per_false_alarm: 1000 },
  labels: { missing: 'keep' },
  gate: 'always',
} as const;

const withoutLabels = (rows: readonly string[]) => rows.map((row) => row.replace(/,[01]$/, ','));

describe('labels that come late', () => {
  let workspace: Workspace;
  const flipped = { from: 1000, rows: 300, flipped: true };
  beforeAll(async () => {
    workspace = createWorkspace(
      {
        'practicedata/a.csv': clientsCsv({ rows: 300 }),
        'testdata/test.csv': clientsCsv({ from: 500, rows: 300 }),
      },
      SETTINGS,
    );
    expect((await workspace.run()).result).toBe('first-deployment');
  }, 120_000);

  it('leave a model alone while they are waited for, and tell what is expected of it', async () => {
    workspace.write('practicedata/b.csv', csvOf(withoutLabels(clientRows(flipped))));
    const run = await workspace.run();
    expect(run).toMatchObject({ result: 'no-drift', unlabelled: 300 });
    expect(run.check).toMatchObject({ rule: 'sequential', rows: 0, unlabelled: 300 });
    expect(run.check?.estimated).toMatchObject({ of: 'waiting', rows: 300, truth: null });
    const summary = parseAnswer<WatchSummary>(await workspace.tidewatch('watch', '--json'));
    expect(summary.modelVersion).toBe(run.model?.version);
    expect(summary.verdicts.sequential.drift).toBe(false);
    const { stdout, exit } = await workspace.tidewatch('watch');
    expect(exit).toBe(0);
    for (const text of ['No drift by the rule "sequential"', '300 without', 'Without labels', 'Inputs:']) {
      expect(stdout).toContain(text);
    }
  }, 120_000);

  it('bring the alarm when they come and say otherwise, and the estimate its truth', async () => {
    workspace.write('practicedata/c.csv', clientsCsv(flipped));
    const run = await workspace.run();
    expect(run.result).toBe('redeployed');
    expect(run.check).toMatchObject({ rule: 'sequential', drift: true, rows: 300, unlabelled: 0 });
    expect(run.check?.monitor.f1).toMatchObject({ alarm: true, rows: 300 });
    const summary = parseAnswer<WatchSummary>(await workspace.tidewatch('watch', '--json'));
    expect(summary.modelVersion).toBe(run.model?.version);
    const { f1 } = summary.estimateRecords;
    expect(f1.outcomes.length).toBeGreaterThan(0);
    expect(f1.outcomes.every(({ rows }) => rows === 300)).toBe(true);
    expect(f1.meanError).toBeGreaterThan(0.3);
  }, 120_000);

  it('are answered over HTTP as on the command line', async () => {
    const { url } = await serve(workspace.root);
    const drift = driftSchema.parse(await (await fetch(`${url}/api/v1/drift`)).json());
    expect(drift.look).toMatchObject({ rule: 'sequential', rows: 0 });
    expect(drift.estimateRecords['f1']?.rows).toBeGreaterThan(0);
    const checks = (await (await fetch(`${url}/api/v1/checks?limit=2`)).json()) as { checks: unknown[] };
    expect(checks.checks).toHaveLength(2);
  }, 60_000);
});

describe('outcomes that are not final yet', () => {
  const header = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,at,exited\n';
  const dated = (from: number, at: string, isFlipped = false) =>
    header +
    clientRows({ from, rows: 200, flipped: isFlipped })
      .map((row) => row.replace(/,([01])$/, `,${at},$1\n`))
      .join('');

  it('are scored by a later run, though no file is new by then', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const workspace = createWorkspace(
      { 'practicedata/a.csv': dated(0, '2024-01-01'), 'testdata/test.csv': dated(500, '2024-01-01') },
      { ...SETTINGS, columns: { time: 'at' }, labels: { missing: 'keep', horizon_days: 30 } },
    );
    expect((await workspace.run()).result).toBe('first-deployment');
    workspace.write('practicedata/b.csv', dated(1000, today, true));
    expect(await workspace.run()).toMatchObject({ result: 'no-drift', check: { rows: 0, immature: 200 } });
    expect((await workspace.run()).result).toBe('no-new-data');
    const clock = pathToFileURL(resolve('test/e2e/fast-clock.mjs')).href;
    const later = await workspace.run({ env: { NODE_OPTIONS: `--import=${clock}`, CLOCK_DAYS: '31' } });
    expect(later).toMatchObject({
      result: 'redeployed',
      rows: null,
      check: { rows: 200, immature: 0, drift: true },
    });
    expect(later.steps.find(({ name }) => name === 'ingest')).toMatchObject({ status: 'skipped' });
  }, 120_000);
});
