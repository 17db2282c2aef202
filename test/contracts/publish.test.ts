/** What every database keeps that scores are published to: SQLite always, PostgreSQL and MariaDB where they are named. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/progress.ts';
import { type PublishedClient, type PublishOptions, publish } from '../../src/steps/publish.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import { HELD } from '../held.ts';
import { EXTERNAL_DATABASES, type Someones } from './external-databases.ts';

const OPTIONS: PublishOptions = {
  clients: 1501,
  table: 'client_risks',
  mode: 'replace',
  snapshot: 'snapshot1',
  modelVersion: 'm1',
  scoredAt: new Date('2026-03-01T08:00:00.250Z'),
};

const client = (rank: number, id = `c${rank}`): PublishedClient => ({
  rank,
  id,
  probability: 1 / (1 + rank),
  flagged: rank < 2,
  value: rank === 1 ? null : 10.5 * rank,
  expectedLoss: null,
  owner: null,
  segment: 'Łódź "?"',
  reasons: ['It was quiet?', "It's 'new'"],
});

async function* chunks(
  some: readonly PublishedClient[],
  size = 700,
): AsyncGenerator<readonly PublishedClient[]> {
  for (let from = 0; from < some.length; from += size) yield some.slice(from, from + size);
}

const CHILD = fileURLToPath(new URL('./publish.child.ts', import.meta.url));
/** Rows that the child publishes. */
const ALL = 5000;

function startChild(url: string): ChildProcessByStdio<null, Readable, null> {
  const args = ['--import', 'tsx', CHILD, url, String(ALL)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  return child;
}

/** Kills the child once it says that it has come to this row. */
async function publishKilled(url: string, row: number): Promise<void> {
  const child = startChild(url);
  let told = '';
  child.stdout.on('data', (text: string) => {
    told += text;
    if (told.split('\n').includes(String(row))) child.kill('SIGKILL');
  });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  expect(told).not.toContain('done');
}

describe.each(EXTERNAL_DATABASES)('publishing to $name', ({ create }) => {
  let base: Someones;
  beforeEach(async () => {
    base = await create();
  });

  const publishing = async (
    clients: AsyncIterable<readonly PublishedClient[]>,
    changes: Partial<PublishOptions> = {},
  ) => {
    const database = await openExternal(base.url, { what: 'The database', timeoutMs: 20_000 });
    try {
      return await publish({ database, store: HELD, progress: silentProgress }, clients, {
        ...OPTIONS,
        ...changes,
      });
    } finally {
      await database.close();
    }
  };
  const ids = async () =>
    (await base.rows('select client from client_risks order by model_version, place')).map(([id]) => id);

  /** Servers may need a moment to roll back what a connection left behind. */
  const idsInTime = async (): Promise<unknown[]> => {
    await expect.poll(ids, { timeout: 60_000 }).toHaveLength(2);
    return await ids();
  };

  it('writes every value, in a table that it makes', async () => {
    expect(await publishing(chunks([client(1), client(2)]))).toMatchObject({
      clients: 2,
      table: 'client_risks',
    });
    const rows = await base.rows(
      `select client, place, probability, at_risk, client_value, client_owner, client_segment, reason_1, reason_2,
        reason_3, model_version, snapshot from client_risks order by place`,
    );
    const rest = ['Łódź "?"', 'It was quiet?', "It's 'new'", null, 'm1', 'snapshot1'];
    expect(rows).toEqual([
      ['c1', 1, 0.5, 1, null, null, ...rest],
      ['c2', 2, 1 / 3, 0, 21, null, ...rest],
    ]);
    const [[time]] = (await base.rows('select scored_at from client_risks')) as [[unknown]];
    const moment = time instanceof Date ? time : new Date(`${String(time).replace(' ', 'T')}Z`);
    expect(moment.getUTCMilliseconds()).toBe(250);
  });

  it('replaces what was there, in batches, and doing it again changes nothing', async () => {
    await publishing(chunks([client(1, 'gone')]), { modelVersion: 'm0' });
    const many = Array.from({ length: 1501 }, (_, k) => client(k + 1));
    await publishing(chunks(many));
    await publishing(chunks(many));
    expect(await ids()).toEqual(many.map(({ id }) => id));
  });

  it('keeps a history where it is to append, each snapshot and model once', async () => {
    await publishing(chunks([client(1, 'a'), client(2, 'A')]), { mode: 'append' });
    await publishing(chunks([client(1, 'b')]), { mode: 'append', modelVersion: 'm2' });
    await publishing(chunks([client(1, 'c')]), { mode: 'append', modelVersion: 'm2' });
    expect(await ids()).toEqual(['a', 'A', 'c']);
  });

  it('leaves the old rows where it fails half-way', async () => {
    await publishing(chunks([client(1), client(2)]));
    async function* breaking() {
      yield [client(1, 'new')];
      throw new Error('out of order');
    }
    await expect(publishing(breaking())).rejects.toThrow('out of order');
    expect(await ids()).toEqual(['c1', 'c2']);
  });

  it.each([500, 2000, 4000])(
    'leaves the old rows where it is killed at row %i, and the next time writes each once',
    async (row) => {
      await publishing(chunks([client(1), client(2)]));
      await publishKilled(base.url, row);
      expect(await idsInTime()).toEqual(['c1', 'c2']);
      const child = startChild(base.url);
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(await ids()).toEqual(Array.from({ length: ALL }, (_, k) => `new${k + 1}`));
    },
  );

  it('leaves a table alone that was made for something else', async () => {
    await base.exec('create table client_risks (client varchar(20))');
    await base.exec("insert into client_risks values ('precious')");
    await expect(publishing(chunks([client(1)]))).rejects.toMatchObject({ code: 'source-unavailable' });
    expect(await base.rows('select client from client_risks')).toEqual([['precious']]);
  });
});
