/** The state grows with what is new: a file more costs what that file costs, however many there are already. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { clientsCsv } from './clients.ts';
import { parseAnswer } from './command.ts';
import { createWorkspace, removeWorkspaces, type Workspace } from './workspace.ts';

afterAll(removeWorkspaces);

const FILES = 300;
const RUNS = 4;
const nameOf = (file: number): string => `f${String(file).padStart(4, '0')}.csv`;
const contentOf = (file: number): string => clientsCsv({ from: 10 * file, rows: 10 });

/** So many files with so many rows each. */
function workspaceOf(files: number, rows: number): Workspace {
  const entries = Array.from({ length: files }, (_, k) => [
    `practicedata/${nameOf(k)}`,
    clientsCsv({ from: rows * k, rows }),
  ]);
  return createWorkspace({
    ...Object.fromEntries(entries),
    'testdata/test.csv': clientsCsv({ from: 100_000, rows: 40 }),
  });
}

/** Kilobytes of the state, all of it in the one file. */
const kilobytesOf = (workspace: Workspace): number =>
  statSync(join(workspace.root, 'tidewatch.db')).size / 1024;

/** Kilobytes that each of some runs adds, a new file before each, after one that makes the pages. */
async function growthOf(workspace: Workspace, verb: string, files: number): Promise<number> {
  const step = async (file: number): Promise<void> => {
    workspace.write(`practicedata/${nameOf(file)}`, contentOf(file));
    const outcome = await workspace.tidewatch(verb, '--json');
    expect(outcome.exit, outcome.stderr).toBe(0);
  };
  await step(files);
  await step(files + 1);
  const before = kilobytesOf(workspace);
  for (let run = 0; run < RUNS; run++) await step(files + 2 + run);
  return (kilobytesOf(workspace) - before) / RUNS;
}

describe('the state of a workspace with many files', () => {
  it('grows with each ingestion by what is new, and still knows every file of it', {
    timeout: 300_000,
  }, async () => {
    const workspace = workspaceOf(FILES, 10);
    const growth = await growthOf(workspace, 'ingest', FILES);
    const total = FILES + 2 + RUNS;
    const store = await openStore(join(workspace.root, 'tidewatch.db'));
    try {
      const [newest, before] = await store.runs({ limit: 2, verb: 'ingest' });
      const names = (id: string | undefined) =>
        store.files(id ?? '').then((all) => all.map(({ name }) => name));
      expect(await store.latestIngestion()).toEqual({ runId: newest?.id, files: total });
      expect((await names(newest?.id)).sort()).toEqual(Array.from({ length: total }, (_, k) => nameOf(k)));
      expect(await names(before?.id)).toHaveLength(total - 1);
    } finally {
      await store.close();
    }
    expect(growth).toBeLessThan(8);
  });

  it('grows with each run by as much as that of a workspace with few', { timeout: 600_000 }, async () => {
    // As many rows: scores are kept of each client.
    const [few, many] = [workspaceOf(30, 100), workspaceOf(FILES, 10)];
    for (const workspace of [few, many]) await workspace.run();
    const [ofFew, ofMany] = [await growthOf(few, 'run', 3 * FILES), await growthOf(many, 'run', 3 * FILES)];
    expect(ofMany - ofFew).toBeLessThan(8);
    const outcome = await many.tidewatch('ingest', '--json');
    expect(parseAnswer<{ files: unknown[] }>(outcome).files).toHaveLength(FILES + 2 + RUNS);
  });
});
