/** The whole process over generated data: each result that a run can have, and what counts as new data. */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateDemoFiles } from '../../src/core/demo-data.ts';
import { clientRows, clientsCsv, csvOf } from './clients.ts';
import { readTrio } from './trio.ts';
import { createWorkspace, listDisk, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const FILES = {
  'practicedata/a.csv': clientsCsv({ rows: 60 }),
  'testdata/test.csv': clientsCsv({ from: 500, rows: 60 }),
  'sourcedata/flipped.csv': clientsCsv({ from: 1000, rows: 60, flipped: true }),
  'sourcedata/.notes': 'no data',
};
const live = (workspace: Workspace) =>
  listDisk(join(workspace.root, 'production_deployment'), { times: true });

describe.concurrent('the whole process', () => {
  it('deploys, keeps, replaces and rests as the data of two eras asks for', async () => {
    const workspace = createWorkspace(generateDemoFiles(0));
    const practice = await workspace.run();
    expect(practice.result).toBe('first-deployment');
    expect(practice.rows).toEqual({ read: 640, kept: 600, duplicates: 40, quarantined: 0 });
    const first = readTrio(workspace.root);

    workspace.configure({ input_folder_path: 'sourcedata', output_model_path: 'models' });
    const source = await workspace.run();
    expect(source.result).toBe('redeployed');
    expect(source.rows).toEqual({ read: 900, kept: 900, duplicates: 0, quarantined: 0 });
    expect(source.check).toMatchObject({ drift: true, rows: 900, expected: first?.f1 });
    expect(source.score.challenger).toBeGreaterThanOrEqual(source.score.champion ?? 1);
    expect(source.score.deployed).toBe(source.score.challenger);
    const second = readTrio(workspace.root);
    expect(second?.id).toBe(source.deployment?.id);
    expect(second?.runId).toBe(source.run);
    expect(second?.modelVersion).not.toBe(first?.modelVersion);
    expect(second?.files['ingestedfiles.txt']).toBe("['dataset3.csv', 'dataset4.csv']\n");

    expect((await workspace.run()).result).toBe('no-new-data');
    expect(readTrio(workspace.root)).toEqual(second);
  });

  it('refuses a challenger that is worse, and takes it where the gate is always', async () => {
    const workspace = createWorkspace(FILES);
    await workspace.run();
    const before = live(workspace);
    const other = workspace.copy();
    const changes = { input_folder_path: 'sourcedata', output_model_path: 'models' };

    workspace.configure(changes);
    const refused = await workspace.run();
    expect(refused.result).toBe('challenger-refused');
    expect(refused.gate).toMatchObject({ rule: 'not-worse', accepted: false });
    expect(refused.score.challenger).toBeLessThan(refused.score.champion ?? 0);
    expect(refused.steps.find(({ name }) => name === 'deploy')?.status).toBe('skipped');
    expect(live(workspace)).toEqual(before);
    expect((await workspace.run()).result).toBe('no-new-data');

    other.configure({ ...changes, gate: 'always' });
    const taken = await other.run();
    expect(taken.result).toBe('redeployed');
    expect(taken.gate).toMatchObject({ rule: 'always', accepted: true });
    expect(readTrio(other.root)?.modelVersion).toBe(taken.model?.version);
  });

  it('takes an edited file under its old name for new, and neither a touched nor a removed one', async () => {
    const workspace = createWorkspace({
      ...FILES,
      'practicedata/b.csv': clientsCsv({ from: 60, rows: 30 }),
    });
    await workspace.run();
    utimesSync(join(workspace.root, 'practicedata/a.csv'), new Date(0), new Date(0));
    expect((await workspace.run()).result).toBe('no-new-data');

    workspace.write('practicedata/b.csv', csvOf(clientRows({ from: 60, rows: 31 })));
    const edited = await workspace.run();
    expect(edited.steps[0]?.note).toBe('new: b.csv');
    expect(edited.result).not.toBe('no-new-data');
    expect(edited.rows).toEqual({ read: 91, kept: 91, duplicates: 0, quarantined: 0 });
    expect(edited.check?.rows).toBe(1);
    expect((await workspace.run()).result).toBe('no-new-data');

    rmSync(join(workspace.root, 'practicedata/a.csv'));
    expect((await workspace.run()).result).toBe('no-new-data');
    rmSync(join(workspace.root, 'practicedata/b.csv'));
    expect((await workspace.run()).result).toBe('no-new-data');
  });

  it('sees no drift where all rows are ones that the model has learnt from', async () => {
    const workspace = createWorkspace(FILES);
    await workspace.run();
    workspace.write('practicedata/again.csv', clientsCsv({ rows: 20 }));
    const run = await workspace.run();
    expect(run.result).toBe('no-drift');
    expect(run.check).toMatchObject({ observed: null, rows: 0 });
    expect(run.rows).toEqual({ read: 80, kept: 60, duplicates: 20, quarantined: 0 });
  });
});
