/** Promises of copying the state: all of it or nothing, equal in every row, and none of it after a sudden end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/base/progress.ts';
import { copyDatabase, readDatabaseStatus } from '../../src/store/state-database.ts';
import { openStore } from '../../src/store/store.ts';
import { fillSmallStore } from '../small-fill.ts';
import { at, run, STORES } from './stores.ts';

const CHILD = fileURLToPath(new URL('./store-copy.child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'copies-'));
const from = join(folder, 'from.db');
const silent = () => undefined;
beforeAll(() => fillSmallStore(from));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(folder, `${++files}.db`);

describe.each(STORES)('a copy of the state into $name', ({ newUrl }) => {
  it('holds every table alike, there and back again, and goes on being written to', async () => {
    const url = newUrl();
    const there = await copyDatabase(from, url, silent);
    const back = await copyDatabase(url, newFile(), silent);
    expect(back.tables).toEqual(there.tables);
    const counted = (await readDatabaseStatus(from)).tables;
    expect(there.tables.map(({ table, rows }) => ({ table, rows }))).toEqual(counted);
    const store = await openStore(url);
    await store.startRun(run('new'));
    await store.recordWatch({
      runId: 'new',
      modelVersion: 'm',
      createdAt: at(0),
      states: [{ name: 'waiting', rows: 1, state: { until: null } }],
      rows: [],
      estimate: null,
      truths: [],
    });
    expect((await store.monitorState('m', 'waiting'))?.runId).toBe('new');
    await store.close();
  });

  it('tells how many rows of all it has copied', async () => {
    const events: ProgressEvent[] = [];
    const { tables } = await copyDatabase(from, newUrl(), (event) => events.push(event));
    const total = tables.reduce((sum, { rows }) => sum + rows, 0);
    expect(events.every((event) => event.total === total && event.unit === 'rows')).toBe(true);
    expect(events.at(-1)?.done).toBe(total);
    expect(events.map(({ done }) => done)).toEqual(events.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(new Set(events.map(({ label }) => label))).toContain('copying measurements');
  });

  it('that is killed half-way leaves the place empty, for the next copy to be whole', async () => {
    const url = newUrl();
    const source = newFile();
    copyFileSync(from, source);
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, source, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      if (Number(line) > 0.5) child.kill('SIGKILL');
    }
    const [code, signal] = await closed;
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    const left = (await readDatabaseStatus(url)).tables;
    expect(left.every(({ rows }) => rows === 0)).toBe(true);
    const copy = await copyDatabase(source, url, silent);
    expect(copy.tables).toEqual((await copyDatabase(source, newFile(), silent)).tables);
  });
});
