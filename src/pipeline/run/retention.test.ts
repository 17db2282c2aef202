import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { loadWorkspace } from '../../config/load.ts';
import { createKeptRows, KEPT_FOLDER } from '../../engine/kept/kept-rows.ts';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import { forgetOld } from './retention.ts';

const root = mkdtempSync(join(tmpdir(), 'retention-'));
let store: Store;
beforeAll(async () => {
  store = await openStore(join(root, 'tidewatch.db'));
});
afterAll(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const config = {
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'models',
  prod_deployment_path: 'live',
  run_summaries_kept: 2,
  quarantine_kept_days: 10,
};

const AT = '2026-01-01T00:00:00.000Z';
const keptRows = createKeptRows(join(root, 'out'));

const forget = () =>
  forgetOld({
    ...{ workspace: loadWorkspace(root), keptRows, clock: systemClock, log: silentLog },
    store: async () => store,
  });

describe('at the end of a run', () => {
  beforeAll(() => {
    for (const folder of ['in', 'out/quarantine']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
  });

  it('summaries are kept of the newest runs, and all else of the others', async () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      const at = '2026-01-01T00:00:00.000Z';
      await store.startRun({ id, verb: 'run', trigger: 'command', version: '1', startedAt: at });
      const end = { status: 'succeeded', result: 'no-drift', error: null, summary: { of: id } } as const;
      await store.finishRun(id, { ...end, finishedAt: at });
    }
    expect(await forget()).toMatchObject({ summaries: 2 });
    const summaries = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.run(id)));
    expect(summaries.map((run) => run?.summary ?? null)).toEqual([null, null, { of: 'c' }, { of: 'd' }]);
    expect(summaries[0]).toMatchObject({ status: 'succeeded', result: 'no-drift' });
    expect(await forget()).toEqual({ summaries: 0, quarantines: [], rows: [] });
  });

  it('the quarantine of a file goes some days after the file, and never before', async () => {
    const old = new Date(Date.now() - 11 * 86_400_000);
    const path = (name: string) => join(root, 'out', 'quarantine', `${name}.quarantine.csv`);
    for (const name of ['gone.csv', 'here.csv', 'gone lately.csv']) writeFileSync(path(name), 'x');
    writeFileSync(join(root, 'in', 'here.csv'), 'x');
    for (const name of ['gone.csv', 'here.csv']) utimesSync(path(name), old, old);
    expect((await forget()).quarantines).toEqual(['gone.csv']);
    expect(['gone.csv', 'here.csv', 'gone lately.csv'].map((name) => existsSync(path(name)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('kept rows go once no record refers to them, unless they may not be recorded yet', async () => {
    const write = (key: bigint) => keptRows.write({ keys: BigUint64Array.of(key), probabilities: null });
    const [looked, scored, orphan] = [await write(1n), await write(2n), await write(3n)];
    await store.recordWatch({
      ...{ runId: 'a', modelVersion: 'm', createdAt: AT, states: [], estimate: null, truths: [] },
      rows: [{ purpose: 'judged', reference: looked, rows: 1 }],
    });
    const scoring = { runId: 'a', modelVersion: 'm', snapshotId: 's', createdAt: AT, clients: 1 };
    await store.recordScoring({ ...scoring, reference: scored }, 1);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (const reference of [looked, scored, orphan]) {
      utimesSync(join(root, 'out', KEPT_FOLDER, `${reference}.rows`), yesterday, yesterday);
    }
    const fresh = await write(4n);
    expect((await forget()).rows).toEqual([orphan]);
    const left = (await keptRows.list()).map(({ reference }) => reference);
    expect(left.sort()).toEqual([looked, scored, fresh].sort());
    expect((await forget()).rows).toEqual([]);
  });

  it('rows that were written again are young again, for the record that is to come', async () => {
    const columns = { keys: BigUint64Array.of(9n), probabilities: null };
    const reference = await keptRows.write(columns);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(join(root, 'out', KEPT_FOLDER, `${reference}.rows`), yesterday, yesterday);
    expect(await keptRows.write(columns)).toBe(reference);
    expect((await forget()).rows).toEqual([]);
  });
});
