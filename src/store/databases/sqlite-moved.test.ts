import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-moved-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (id: string) =>
  ({ id, verb: 'run', trigger: 'api', version: '1', startedAt: '2026-01-02T03:04:05.678Z' }) as const;

describe.skipIf(process.platform === 'win32')('a store whose file was taken away', () => {
  const taken = expect.objectContaining({
    code: 'store-unavailable',
    message: expect.stringMatching(/was moved, removed or replaced .* Start this process again/),
  });

  it('is neither written nor read by a process that has the old one open', async () => {
    const path = join(folder, 'state.db');
    const store = await openStore(path);
    await store.startRun(run('a'));
    renameSync(path, join(folder, 'moved.db'));
    for (const work of [() => store.startRun(run('b')), () => store.run('a')])
      await expect(work()).rejects.toEqual(taken);
    expect(await store.ready()).toBe(false);

    const other = await openStore(path);
    await expect(store.acquireLease('run', 'me', new Date(), 1000)).rejects.toEqual(taken);
    expect(await other.run('b')).toBeNull();
    await store.close();
    await other.close();
  });

  it('ends its transaction where it began', async () => {
    const path = join(folder, 'state.db');
    const store = await openStore(path);
    const lease = { name: 'run', owner: 'me', ttlMs: 1000 };
    const answer = await store.acquireLease(lease.name, lease.owner, new Date(), lease.ttlMs);
    if (answer.kind !== 'acquired') throw new Error('held');
    const held = store.fencedBy({ ...lease, token: answer.token });
    await held.whileHeld(() => rmSync(path));
    await expect(held.whileHeld(() => undefined)).rejects.toEqual(taken);
    await store.close();
  });
});
