/** Watching end to end: labels that come late, outcomes that are not final yet, and the answers of every door. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RiskHistogram, totalsOf } from '../../src/core/monitor/calibration/risk-histogram.ts';
import type { WatchSummary } from '../../src/pipeline/bound/watch-verb.ts';
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
    for (const text of [
      'Not known yet by the rule "sequential"',
      '300 without',
      'Without labels',
      'Inputs:',
    ]) {
      expect(stdout).toContain(text);
    }
  }, 120_000);

  it('bring the alarm when they come and say otherwise, and the estimate its truth', async () => {
    workspace.write('practicedata/c.csv', clientsCsv(flipped));
    const run = await workspace.run();
    expect(run.result).toBe('redeployed');
    expect(run.check).toMatchObject({ rule: 'sequential', drift: true, rows: 300, unlabelled: 0 });
    expect(run.check?.risk).toMatchObject({ alarm: true, alarmAt: 1, rows: 300, heldOut: { rows: 300 } });
    expect(run.check?.risk?.change).not.toBe('base-rate');
    expect(run.check?.reason).toContain('Outcomes no longer follow the risks that the model gives');
    expect(run.check?.monitor.f1).toMatchObject({ worseThanPromised: true, rows: 300 });
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
    expect(drift.look).toMatchObject({ rule: 'sequential', rows: 0, risk: { alarm: false, looks: 0 } });
    expect(drift.look?.risk?.budget).toContain('one false alarm in 1,000 new outcomes');
    expect(drift.estimateRecords['f1']?.rows).toBeGreaterThan(0);
    const checks = (await (await fetch(`${url}/api/v1/checks?limit=2`)).json()) as { checks: unknown[] };
    expect(checks.checks).toHaveLength(2);
  }, 60_000);
});

describe('how rare false alarms are', () => {
  const files = {
    'practicedata/a.csv': clientsCsv({ rows: 300 }),
    'testdata/test.csv': clientsCsv({ from: 500, rows: 300 }),
  };
  const budgetOf = async (workspace: Workspace): Promise<string | undefined> =>
    parseAnswer<WatchSummary>(await workspace.tidewatch('watch', '--json')).risk?.budget;

  it('is said in years, changed by the configuration, and said in rows by older ones', async () => {
    const workspace = createWorkspace(files, { drift: { rule: 'sequential' } });
    await workspace.run();
    expect(await budgetOf(workspace)).toBe(
      'On average at most one false alarm in 5 years, however often it is checked; not checked yet.',
    );
    workspace.write('practicedata/b.csv', clientsCsv({ from: 1000, rows: 100 }));
    expect(await workspace.run()).toMatchObject({
      result: 'no-drift',
      check: { risk: { looks: 1, rows: 100 } },
    });
    // Files that were damaged are put back as another deployment of the same model, whose watch goes on.
    workspace.write('production_deployment/.deployments/current/latestscore.txt', 'damaged');
    await workspace.run();
    workspace.configure({ drift: { rule: 'sequential', years_per_false_alarm: 1 } });
    expect(await budgetOf(workspace)).toContain('in 1 year, however often it is checked; 1 check in');
    workspace.configure({ drift: { rule: 'sequential', rows_per_false_alarm: 5000 } });
    expect(await budgetOf(workspace)).toContain(
      'in 5,000 new outcomes, however often it is checked; not checked',
    );
    workspace.configure({ drift: { years_per_false_alarm: 1, rows_per_false_alarm: 5000 } });
    const refused = await workspace.tidewatch('watch', '--json');
    const { error } = parseAnswer<{ error: { code: string; message: string } }>(refused);
    expect(error.code).toBe('config-invalid');
    for (const key of ['drift.years_per_false_alarm', 'drift.rows_per_false_alarm']) {
      expect(error.message).toContain(key);
    }
  }, 120_000);

  it.each([
    ['test files', {}],
    ['held-out clients', { holdout: { share: 0.3, by: 'client' } }],
  ] as const)(
    'is kept where an older version has scored the model on %s',
    async (_, changes) => {
      const workspace = createWorkspace(files, { drift: { rule: 'sequential' }, ...changes });
      if ('holdout' in changes) rmSync(join(workspace.root, 'testdata', 'test.csv'));
      await workspace.run();
      const database = new Database(join(workspace.root, 'tidewatch.db'));
      const { metrics } = database.prepare("SELECT metrics FROM scores WHERE dataset = 'test'").get() as {
        metrics: string;
      };
      const { risks, ...older } = JSON.parse(metrics) as { risks: RiskHistogram };
      database.prepare("UPDATE scores SET metrics = ? WHERE dataset = 'test'").run(JSON.stringify(older));
      database.close();
      workspace.write('practicedata/b.csv', clientsCsv({ from: 1000, rows: 100 }));
      const { check } = await workspace.run();
      expect(check?.risk).toMatchObject({ looks: 1, alarm: false, heldOut: totalsOf(risks) });
      expect(check?.risk?.rows).toBe(check?.rows);
    },
    120_000,
  );
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
