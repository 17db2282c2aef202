/** `publish` in a run: a database that fails is told of, nothing else is lost, and the next run publishes again. */
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { clientRows, clientsCsv } from './clients.ts';
import { createWorkspace, removeWorkspaces } from './workspace.ts';

afterAll(removeWorkspaces);

const CLIENTS = 60;
/** Those who have not left are published. */
const LISTED = clientRows({ rows: CLIENTS }).filter((row) => row.endsWith(',0')).length;

function createPublishing() {
  const workspace = createWorkspace(
    {
      'practicedata/a.csv': clientsCsv({ rows: CLIENTS }),
      'testdata/test.csv': clientsCsv({ from: 500, rows: 40 }),
    },
    { model: 'logistic', publish: { url: 'crm.db' } },
  );
  const path = join(workspace.root, 'crm.db');
  const inFile = <T>(work: (file: InstanceType<typeof Database>) => T): T => {
    const file = new Database(path);
    try {
      return work(file);
    } finally {
      file.close();
    }
  };
  return { workspace, inFile };
}

const COUNT = 'select count(*), count(distinct client), min(place), max(place) from client_risks';

describe('a run that publishes', () => {
  it('says that the database is away, ends with 6, keeps the model live, and publishes the next time', async () => {
    const { workspace, inFile } = createPublishing();
    const failed = await workspace.tidewatch('run', '--json');
    expect(failed.exit).toBe(6);
    expect(failed.stdout + failed.stderr).toMatch(
      /The database of "publish" at .*crm\.db failed: there is no such file/,
    );
    expect((await workspace.tidewatch('models', 'list', '--json')).stdout).toContain('logistic');

    inFile(() => undefined);
    const next = await workspace.run();
    expect(next.result).toBe('no-new-data');
    expect(next.steps.find(({ name }) => name === 'publish')).toMatchObject({ status: 'succeeded' });
    expect(inFile((file) => file.prepare(COUNT).raw(true).all())).toEqual([[LISTED, LISTED, 1, LISTED]]);

    const quiet = await workspace.run();
    expect(quiet.steps.map(({ name }) => name)).not.toContain('publish');
  });

  it('leaves a table of another shape as it is, says so each time, and publishes once it is gone', async () => {
    const { workspace, inFile } = createPublishing();
    inFile((file) =>
      file.exec("create table client_risks (client text); insert into client_risks values ('precious')"),
    );
    for (const attempt of [1, 2]) {
      const { exit, stdout, stderr } = await workspace.tidewatch('run', '--json');
      expect([attempt, exit]).toEqual([attempt, 6]);
      expect(stdout + stderr).toMatch(/The database of "publish".*failed: .*no such column/);
    }
    expect(inFile((file) => file.prepare('select * from client_risks').raw(true).all())).toEqual([
      ['precious'],
    ]);
    inFile((file) => file.exec('drop table client_risks'));
    const { steps } = await workspace.run();
    // The scoring is that of the first run.
    expect(steps.map(({ name }) => name)).not.toContain('rank');
    expect(inFile((file) => file.prepare(COUNT).raw(true).all())).toEqual([[LISTED, LISTED, 1, LISTED]]);
  });
});
