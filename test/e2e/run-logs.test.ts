/** What runs logged, as the command tells it: of one that succeeded and of one that failed. */
import { afterAll, expect, it } from 'vitest';
import type { RunLog, RunPage } from '../../src/pipeline/run/run-history.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const logOf = async (workspace: Workspace, ...args: string[]): Promise<RunLog> =>
  parseAnswer<RunLog & Record<string, unknown>>(await workspace.tidewatch('runs', 'logs', ...args, '--json'));

it('a run keeps its log, also where it fails, and lines are shown from a level on', async () => {
  const workspace = createWorkspace({ 'practicedata/a.csv': clientsCsv({ rows: 60 }) });
  workspace.write('testdata/test.csv', clientsCsv({ from: 60, rows: 40 }));
  const { run } = await workspace.run();
  const { log, lines, dropped, next, kept } = await logOf(workspace, run);
  expect({ kept, dropped, next }).toEqual({ kept: true, dropped: 0, next: null });
  expect(log.map(({ place }) => place)).toEqual(log.map((_, index) => index));
  expect(log.length).toBe(lines.info + lines.warn + lines.error);
  expect(log.map(({ message }) => message)).toContain(
    'a.csv: 60 rows read, 60 kept, 0 duplicates, 0 quarantined',
  );
  expect(log.find(({ step }) => step === 'train')?.message).toMatch(/^step train succeeded in /);
  expect(log.at(-1)?.message).toMatch(/^run finished: first-deployment\. \S/);

  workspace.write('practicedata/b.csv', 'nothing,of,this\n1,2,3\n');
  workspace.write('practicedata/a.csv', 'nor,of,that\n1,2,3\n');
  expect((await workspace.tidewatch('run', '--json')).exit).not.toBe(0);
  const newest = await logOf(workspace, '--level', 'error');
  expect(newest.log.length).toBeGreaterThan(0);
  expect(newest.log.every(({ level }) => level === 'error')).toBe(true);
  const { runs } = parseAnswer<RunPage & Record<string, unknown>>(
    await workspace.tidewatch('runs', 'list', '--json'),
  );
  expect(runs.map(({ id, status }) => [id, status])).toEqual([
    [newest.run, 'failed'],
    [run, 'succeeded'],
  ]);
  expect((await workspace.tidewatch('runs', 'logs', 'nobody')).exit).toBe(5);
});
