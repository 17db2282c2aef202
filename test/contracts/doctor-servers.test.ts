/** The doctor where the state store is on a database server: what it finds, and that it changes nothing there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { processName } from '../../src/base/process-life.ts';
import { type DoctorOptions, examine } from '../../src/pipeline/doctor/doctor.ts';
import { judgePacket, judgeServerClock } from '../../src/pipeline/doctor/server-checks.ts';
import { openDatabase } from '../../src/store/databases/database.ts';
import { readDatabaseStatus } from '../../src/store/state-database.ts';
import { openStore } from '../../src/store/store.ts';
import { run, STORES } from './stores.ts';

const SERVERS = STORES.filter(({ ownClock }) => ownClock);
const folder = mkdtempSync(join(tmpdir(), 'doctor-servers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FOLDERS = {
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'model',
  prod_deployment_path: 'live',
};
for (const path of Object.values(FOLDERS)) mkdirSync(join(folder, path));
writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...FOLDERS, store: 'env:STORE_URL' }));

async function doctor(url: string, changes: Partial<DoctorOptions> = {}) {
  const report = await examine({
    workspace: folder,
    env: { STORE_URL: url },
    probes: {
      isLoopback: (host) => host === '127.0.0.1',
      schedule: async () => ({ kind: 'none', text: '', longestGapMs: null }),
      newestVersion: null,
    },
    ...changes,
  });
  return {
    report,
    of: (name: string) => {
      const finding = report.findings.find(({ check }) => check === name);
      return `${finding?.status}: ${finding?.found} ${finding?.mend ?? ''}`;
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const { db, dialect } = await openDatabase(url, {});
  await sql.raw(statement).execute(db);
  await dialect.close(db);
}

describe.runIf(SERVERS.length > 0).each(SERVERS)('the doctor of a store on $name', ({ name, newUrl }) => {
  let url: string;
  beforeEach(() => {
    url = newUrl();
  });

  it('makes nothing where nothing is there yet', async () => {
    for (let time = 0; time < 2; time++) {
      const { of } = await doctor(url);
      expect(of('state store')).toMatch(/^ok: (Not there yet|.*brings it up to date \(0001-first-tables)/);
      expect(of('run lock')).toBe('ok: Free. ');
      expect(await readDatabaseStatus(url)).toMatchObject({ current: false, tables: [] });
      expect(of('store rights')).toMatch(
        /^(ok: This user may write and make tables|skipped: The database is not there)/,
      );
    }
    const { db, dialect } = await openDatabase(STORES.find((each) => each.name === name)?.newUrl() ?? '', {});
    const place = /schema=(\w+)/.exec(url)?.[1] ?? new URL(url).pathname.slice(1);
    const { rows } = await sql`
      select 1 from information_schema.schemata where schema_name = ${place}`.execute(db);
    expect(rows).toEqual([]);
    await dialect.close(db);
  });

  it('finds a store that is well to be so, and leaves every row as it was', async () => {
    const store = await openStore(url);
    await store.startRun(run('r'));
    const end = { status: 'succeeded', result: 'no-drift', error: null, summary: null } as const;
    await store.finishRun('r', { ...end, finishedAt: '2026-03-01T08:00:09.000Z' });
    const before = await readDatabaseStatus(url);
    const { of, report } = await doctor(url);
    expect(of('state store')).toMatch(
      new RegExp(`^ok: ${name} [\\d.]+ answers; its tables are of this version`),
    );
    expect(of('store rights')).toMatch(/^ok: This user may write and make tables/);
    expect(of('store clock')).toMatch(/^ok: .*agree/);
    expect(of('store connection')).toMatch(/^ok: It does not leave this machine/);
    expect(of('store limits')).toMatch(name === 'MariaDB' ? /^ok: max_allowed_packet is/ : /^ok: .*any size/);
    expect(of('last run')).toMatch(/^ok: .* succeeded/);
    expect(of('kept rows')).toMatch(/^ok/);
    expect(report.findings).toHaveLength(25);
    expect(await readDatabaseStatus(url)).toEqual(before);
    await store.close();
  });

  it('tells who holds the lock by the clock of the server, and of runs that never ended', async () => {
    const store = await openStore(url);
    for (const id of ['dead', 'r']) await store.startRun(run(id));
    await store.acquireLease('run', `machine:${processName()}:r`, new Date(), 60_000);
    const held = await doctor(url, {
      clock: { ...systemClock, now: () => new Date(Date.now() + 3_600_000) },
    });
    expect(held.of('run lock')).toMatch(
      new RegExp(`^ok: A run is under way: r \\(pid ${process.pid} on machine\\)`),
    );
    expect(held.of('last run')).toMatch(/^ok: .* is under way/);
    expect(held.of('store clock')).toMatch(/^warning: The clock of the server is 1 h.* behind.*timedatectl/);
    await store.releaseLease('run', `machine:${processName()}:r`);
    await store.acquireLease(
      'run',
      `machine:${processName().replace(/^\d+/, '4194303')}:r`,
      new Date(),
      60_000,
    );
    expect((await doctor(url)).of('run lock')).toMatch(/^warning: Process 4194303 .* has ended/);
    const end = { status: 'succeeded', result: 'no-drift', error: null, summary: null } as const;
    await store.finishRun('r', { ...end, finishedAt: '2026-03-01T08:00:09.000Z' });
    expect((await doctor(url)).of('last run')).toMatch(
      /^warning: .* succeeded, but 1 before it never recorded/,
    );
    await store.close();
  });

  it('warns of a way to another machine that is not encrypted', async () => {
    await (await openStore(url)).close();
    const { of } = await doctor(url, {
      probes: {
        isLoopback: () => false,
        schedule: async () => ({ kind: 'none', text: '', longestGapMs: null }),
        newestVersion: null,
      },
    });
    expect(of('store connection')).toMatch(
      /^warning: .*not encrypted, the password included.*sslmode=verify-full/,
    );
  });

  it('finds tables that are lacking, and those of a newer version', async () => {
    await (await openStore(url)).close();
    await execute(url, `delete from kysely_migration where name = '0006-commits'`);
    expect((await doctor(url)).of('state store')).toMatch(/^ok: .*brings it up to date \(0006-commits\)/);
    await execute(url, `insert into kysely_migration (name, timestamp) values ('9999-future', '2099')`);
    expect((await doctor(url)).of('state store')).toMatch(
      /^problem: .*newer version of Tidewatch \(9999-future\)/,
    );
  });

  it('finds that a user may only read', async () => {
    await (await openStore(url)).close();
    const reader = `reader_${process.pid}`;
    const limited = new URL(url);
    limited.username = reader;
    if (name === 'PostgreSQL') {
      const schema = limited.searchParams.get('schema') ?? '';
      await execute(url, `create role ${reader} login`);
      await execute(url, `grant usage on schema ${schema} to ${reader}`);
      await execute(url, `grant select on all tables in schema ${schema} to ${reader}`);
    } else {
      limited.password = 'pass-1-word';
      await execute(url, `create user ${reader}@'%' identified by 'pass-1-word'`);
      await execute(url, `grant select on ${limited.pathname.slice(1)}.* to ${reader}@'%'`);
    }
    const { of, report } = await doctor(limited.href);
    expect(of('store rights')).toMatch(
      /^problem: This user may not write: .*denied.*Grant the user all rights/,
    );
    expect(of('state store')).toMatch(/^ok: /);
    expect(JSON.stringify(report)).not.toContain('pass-1-word');
    if (name === 'PostgreSQL') await execute(url, `drop owned by ${reader}`);
    await execute(url, name === 'PostgreSQL' ? `drop role ${reader}` : `drop user ${reader}@'%'`);
  });
});

describe('the doctor of a store on a server', () => {
  it.each(['postgres', 'mysql'])('says once that it cannot be reached, at once (%s)', async (scheme) => {
    const { of, report } = await doctor(`${scheme}://ann:geheim@127.0.0.1:1/db`);
    expect(of('state store')).toMatch(/^problem: .*ann:\*\*\*@127\.0\.0\.1:1\/db failed: .*ECONNREFUSED/);
    for (const check of ['run lock', 'last run', 'clock', 'store rights', 'store limits']) {
      expect(of(check)).toBe('skipped: Not looked at: the state store cannot be read. ');
    }
    expect(JSON.stringify(report)).not.toContain('geheim');
  });

  it('weighs clocks and the size of statements', () => {
    expect(judgeServerClock(-4000).status).toBe('ok');
    expect(judgeServerClock(90_000)).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('ahead of this'),
    });
    expect(judgePacket({ limit: 16e6, largestModel: 0 }).status).toBe('ok');
    expect(judgePacket({ limit: 1e6, largestModel: 0 })).toMatchObject({
      status: 'warning',
      mend: expect.stringContaining('8M'),
    });
    expect(judgePacket({ limit: 16e6, largestModel: 9e6 })).toMatchObject({
      status: 'warning',
      mend: expect.stringContaining('36M'),
    });
  });
});
