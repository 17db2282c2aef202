/** After the alarm: a world that turns round, and one in which more clients leave, each put right by one run. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { ModelDocument } from '../../src/core/document/document.ts';
import { sigmoid } from '../../src/core/math/sigmoid.ts';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import { start } from './command.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

const AS_INIT: Partial<ConfigInput> = {
  input_folder_path: 'sourcedata',
  columns: { id: 'client', target: 'left', positive: '1', numeric: ['usage', 'calls'] },
  model: 'auto',
  calibration: 'auto',
  threshold: 'f1',
  drift: { rule: 'sequential' },
  labels: { missing: 'keep' },
  holdout: { share: 0.2, by: 'client' },
};

const OLD = { slope: 9, level: -0.4 } as const;
const TURNED = { slope: -9, level: -0.4 } as const;
/** Few leave; then nine in ten times as many do by the odds. */
const FEW = { slope: 5, level: -2 } as const;
const MORE = { slope: 5, level: -0.2 } as const;

/** Clients of a world, from 0 to 1 in what tells who leaves. */
function clients(seed: number, rows: number, { slope, level }: { slope: number; level: number }): string {
  const random = createRandom(seed);
  const lines = Array.from({ length: rows }, (_, k) => {
    const [usage, calls] = [random.uniform(), random.uniform()];
    const left = Number(random.uniform() < sigmoid(slope * (calls - usage) + level));
    return `c${seed}-${k},${(100 * usage).toFixed(1)},${(10 * calls).toFixed(1)},${left}`;
  });
  return `client,usage,calls,left\n${lines.join('\n')}\n`;
}

function liveModel(workspace: Workspace): ModelDocument {
  return JSON.parse(workspace.read('production_deployment/trainedmodel.json')) as ModelDocument;
}

function noteOf(run: RunSummary, step: string): string {
  return run.steps.find(({ name }) => name === step)?.note ?? '';
}

afterAll(removeWorkspaces);

describe('a world that turns round', () => {
  let workspace: Workspace;
  let first: RunSummary;
  beforeAll(async () => {
    workspace = createWorkspace({ 'sourcedata/w0.csv': clients(1, 500, OLD) }, AS_INIT);
    await workspace.run();
    workspace.write('sourcedata/w1.csv', clients(2, 200, OLD));
    expect((await workspace.run()).result).toBe('no-drift');
    workspace.write('sourcedata/w2.csv', clients(3, 200, TURNED));
    first = await workspace.run();
  }, 240_000);

  it('has a model that learned from the rows since then alone, live in the run of the alarm', () => {
    expect(first.check).toMatchObject({ drift: true, risk: { changedAt: 2 } });
    expect(first.result).toBe('redeployed');
    const { change, snapshot } = liveModel(workspace).certificate;
    expect(change).toMatchObject({ learned: 'since', rows: 200 });
    expect(snapshot.rows).toBeLessThan(200);
    expect(noteOf(first, 'train')).toMatch(
      /Trained on the 1\d\d rows since \d{4}-\d\d-\d\d alone\. Log loss .* What held before does not any more\./,
    );
    expect(first.gate?.reason).toMatch(
      /200 rows of all clients, since .* by a model that has not seen its client/,
    );
  });

  it('is known well by that model, which gives no alarm', async () => {
    workspace.write('sourcedata/w3.csv', clients(4, 200, TURNED));
    const next = await workspace.run();
    expect(next.result).toBe('no-drift');
    expect(next.check?.observed).toBeGreaterThan(0.75);
    expect(next.check?.rows).toBe(200);
  }, 120_000);
});

describe('a world in which more clients leave', () => {
  let before: Workspace;
  beforeAll(async () => {
    before = createWorkspace({ 'sourcedata/w0.csv': clients(11, 900, FEW) }, AS_INIT);
    await before.run();
    before.write('sourcedata/w1.csv', clients(12, 300, FEW));
    await before.run();
    before.write('sourcedata/w2.csv', clients(13, 300, MORE));
  }, 240_000);

  it('has the live model again with its risks moved, and no alarm after that', async () => {
    const workspace = before.copy();
    const old = liveModel(workspace);
    const run = await workspace.run();
    expect(run.check?.risk).toMatchObject({ alarm: true, change: 'base-rate' });
    expect(run.result).toBe('redeployed');
    expect(run.steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['recalibrate', 'score', 'deploy']),
    );
    expect(run.steps.map(({ name }) => name)).not.toContain('train');
    expect(run.deployment?.reason).toContain(`Recalibrated from ${old.version} on`);
    const moved = liveModel(workspace);
    expect(moved.learner).toEqual(old.learner);
    const { recalibrated, snapshot } = moved.certificate;
    expect(recalibrated).toMatchObject({ of: old.version });
    expect(recalibrated?.shift.low).toBeGreaterThan(0.8);
    expect(recalibrated?.shift.high).toBeLessThan(2.8);
    expect(snapshot.id).not.toBe(old.certificate.snapshot.id);
    for (const kind of ['reference', 'fold-models'])
      expect(workspace.has(`ingesteddata/references/${moved.version}.${kind}`)).toBe(true);

    workspace.write('sourcedata/w3.csv', clients(14, 300, MORE));
    const next = await workspace.run();
    expect(next.result).toBe('no-drift');
    expect(next.check?.rows).toBe(300);
  }, 180_000);

  it('is put right by the next run where one is killed at any of the files of the moved model', async () => {
    const die = { NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/e2e/die-at.mjs'))}` };
    const whole = before.copy();
    await whole.run({ env: { ...die, DIE_TRACE: `${whole.root}/trace.txt` } });
    const { version } = liveModel(whole);
    const changes = whole.read('trace.txt').trim().split('\n');
    const places = changes.flatMap((change, at) =>
      /^renameSync .*(\.reference|\.fold-models|trainedmodel\.json|latestscore\.txt)$/.test(change)
        ? [at + 1]
        : [],
    );
    expect(places.length).toBeGreaterThanOrEqual(4);
    // The last is the commit of the model in the store.
    for (const at of [...places, (places[2] as number) + 1]) {
      const workspace = before.copy();
      const killed = await start(['run', '-w', workspace.root], { env: { ...die, DIE_AT: String(at) } })
        .ended;
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      await workspace.run();
      expect(readTrio(workspace.root)?.modelVersion, changes[at - 1]).toBe(version);
    }
  }, 400_000);
});
