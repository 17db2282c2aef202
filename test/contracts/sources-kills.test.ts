/**
 * A pull that is killed with SIGKILL, the first and a later one, on every database: each row exactly once in the end.
 * TIDEWATCH_TEST_KILLS and TIDEWATCH_TEST_ROWS make more of it; `npm run bench -- sources` does so with the whole command.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { EXTERNAL_DATABASES } from './external-databases.ts';
import { createPulledSource, type PulledSource } from './pulled-source.ts';

const CHILD = fileURLToPath(new URL('./sources.child.ts', import.meta.url));
const KILLS = Number(process.env['TIDEWATCH_TEST_KILLS'] ?? 3);
const ROWS = Number(process.env['TIDEWATCH_TEST_ROWS'] ?? 10_000);
const OVERLAP = 500;

describe.each(EXTERNAL_DATABASES)('a pull from $name', (kind) => {
  let source: PulledSource;
  beforeEach(async () => {
    source = await createPulledSource(kind);
  });
  afterEach(() => source.remove());

  /** Kills a pull a random time after it has begun to write, if it still goes on then. */
  async function killOne(delayMs: number): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', CHILD, source.base.url, source.folder, `${OVERLAP}`],
      { stdio: 'ignore' },
    );
    const closed = once(child, 'close');
    while (child.exitCode === null && !source.files().some((file) => file.endsWith('.part'))) await sleep(2);
    await sleep(delayMs);
    child.kill('SIGKILL');
    await closed;
  }

  it('gives every row exactly once though it is killed again and again', async () => {
    const random = createRandom(23);
    const expectAll = async (rows: number) => {
      await source.pull({ overlap: OVERLAP });
      const keys = source.records().map((record) => record.join('|'));
      expect(keys).toHaveLength(rows);
      expect(new Set(keys).size).toBe(rows);
      expect(source.files().filter((file) => file.endsWith('.part'))).toEqual([]);
    };
    await source.createClients();
    await source.put(1, ROWS);
    for (let kill = 0; kill < KILLS; kill++) await killOne((random.uniform() * ROWS) / 100);
    await expectAll(ROWS);
    const more = ROWS / 100;
    await source.put(ROWS + 1, ROWS + more);
    await source.base.exec(
      `update clients set seq = seq + ${ROWS}, amount = -1 where seq between 11 and ${10 + more}`,
    );
    await source.base.exec(
      `insert into clients (seq, client, amount, exited) values (${ROWS}, 'twin', 1, 0), (${ROWS - 400}, 'late', 1, 0)`,
    );
    for (let kill = 0; kill < KILLS; kill++) await killOne(random.uniform() * 10);
    await expectAll(ROWS + 2 * more + 2);
    const now = await source.base.rows('select client, seq from clients');
    const pulled = new Set(source.records().map(([seq, client]) => `${client}|${seq}`));
    expect(now.filter((row) => !pulled.has(row.join('|')))).toEqual([]);
  });
});
