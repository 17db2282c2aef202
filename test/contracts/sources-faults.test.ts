/** What can happen to a source between two pulls or in the middle of one: what is said, and that no row is lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseServer, startMariadb, startPostgres } from '../database-servers.ts';
import { EXTERNAL_DATABASES } from './external-databases.ts';
import { createFaultProxy } from './fault-proxy.ts';
import { createPulledSource, type PulledSource } from './pulled-source.ts';

const HEAVY = 20_000;

describe.each(EXTERNAL_DATABASES)('a source on $name', (kind) => {
  let source: PulledSource;
  beforeEach(async () => {
    source = await createPulledSource(kind);
  });
  afterEach(() => source.remove());

  const numbers = () => source.records().map(([seq]) => Number(seq));
  const upTo = (last: number) => Array.from({ length: last }, (_, k) => k + 1);

  it('whose column was renamed or dropped says which, and the nearest, and loses no row until it is back', async () => {
    await source.createClients();
    await source.put(1, 3);
    await source.pull();
    await source.put(4, 5);
    await source.base.exec('alter table clients rename column amount to amounts');
    await expect(source.pull()).rejects.toMatchObject({
      code: 'column-missing',
      message: expect.stringMatching(/no column "amount".*Did you mean "amounts"/),
    });
    await source.base.exec('alter table clients rename column amounts to amount');
    await source.base.exec('alter table clients drop column exited');
    await expect(source.pull()).rejects.toMatchObject({
      code: 'column-missing',
      message: expect.stringMatching(/no column "exited"/),
    });
    await source.base.exec('alter table clients add column exited int');
    await source.base.exec('update clients set exited = seq % 2');
    await source.pull();
    expect(numbers()).toEqual(upTo(5));
  });

  it('whose column has another type now gives the rows of the overlap as they were, and new ones in the new form', async () => {
    await source.createClients();
    await source.put(1, 3);
    await source.pull();
    await source.base.exec('create table changed as select seq, client, note, exited from clients');
    await source.base.exec('drop table clients');
    await source.base.exec('alter table changed rename to clients');
    await source.base.exec('alter table clients add column amount varchar(20)');
    await source.base.exec("update clients set amount = '3.5' where seq = 3");
    await source.base.exec("insert into clients (seq, client, amount, exited) values (4, 'd', 'much', 1)");
    expect(await source.pull()).toMatchObject({ rows: 1, known: 1, warnings: [] });
    expect(source.records().at(-1)).toEqual(['4', 'd', 'much', '1']);
  });

  it('whose watermark is of another kind now is refused, whatever the values', async () => {
    await source.createClients();
    await source.put(1, 3);
    await source.pull();
    await source.base.exec('drop table clients');
    await source.createClients(kind.types.time);
    await source.base.exec(`insert into clients (seq, client) values ('2026-03-01 10:00:00', 'a')`);
    const refused = {
      code: 'value-invalid',
      message: expect.stringMatching(/expected values like 3\. .*another name/),
    };
    await expect(source.pull()).rejects.toMatchObject(refused);
    await expect(source.check()).rejects.toMatchObject(refused);
    expect(numbers()).toEqual(upTo(3));
  });

  it('that was emptied, or made anew with lower watermarks, says so until it has got past the old ones', async () => {
    await source.createClients();
    await source.put(1, 7);
    expect(await source.pull()).toMatchObject({ rows: 7, warnings: [] });
    expect(await source.check()).toMatchObject({ warnings: [] });
    await source.base.exec('delete from clients');
    const empty = [expect.stringMatching(/no row with a watermark, but it has been pulled up to 7/)];
    expect(await source.pull()).toMatchObject({ rows: 0, warnings: empty });
    expect(await source.check()).toMatchObject({ warnings: empty });
    await source.put(1, 3);
    const lower = [expect.stringMatching(/newest row has 3, but .* up to 7.*remove the files.*another name/)];
    expect(await source.pull()).toMatchObject({ rows: 0, warnings: lower });
    expect(await source.pull({ overlap: 5 })).toMatchObject({ rows: 0, known: 2, warnings: lower });
    expect(await source.check()).toMatchObject({ warnings: lower });
    await source.base.exec("insert into clients (seq, client) values (7, 'another'), (8, 'next')");
    expect(await source.pull()).toMatchObject({
      rows: 2,
      warnings: [
        expect.stringMatching(/None of the 1 rows around 7 is there as it was pulled, but 1 others/),
      ],
    });
    expect(await source.pull()).toMatchObject({ rows: 0, warnings: [] });
  });

  it('whose rows are deleted keeps them in the files, and says so only of the newest', async () => {
    await source.createClients();
    await source.put(1, 5);
    await source.pull();
    await source.base.exec('delete from clients where seq in (2, 3)');
    expect(await source.pull()).toMatchObject({ rows: 0, warnings: [] });
    await source.base.exec('delete from clients where seq = 5');
    expect(await source.pull({ overlap: 2 })).toMatchObject({
      rows: 0,
      warnings: [expect.stringMatching(/newest row has 4, but .* up to 5: rows were deleted/)],
    });
    expect(numbers()).toEqual(upTo(5));
  });

  it('gives rows with one watermark once, though they cross a batch, and a cut comes between', async () => {
    await source.createClients();
    await source.put(1, 1000);
    await source.put(1001, 7000);
    await source.base.exec('update clients set seq = 4000 where seq between 2500 and 6500');
    let cut = false;
    const progress = ({ done }: { done: number }) => {
      if (done < 5000) return;
      cut = true;
      throw new Error('cut');
    };
    await expect(source.pull({ progress })).rejects.toThrow();
    expect(cut).toBe(true);
    expect(source.files().every((file) => !file.startsWith('.'))).toBe(true);
    expect(await source.pull()).toMatchObject({ watermark: '7000' });
    expect(new Set(source.records().map(([, client]) => client)).size).toBe(7000);
    expect(source.records()).toHaveLength(7000);
    expect(await source.pull({ overlap: 4000 })).toMatchObject({ rows: 0 });
  });

  it('leaves rows from the future there until their day has come, and says so', async () => {
    await source.createClients(kind.types.time);
    const put = (time: string, client: string) =>
      source.base.exec(`insert into clients (seq, client) values ('${time}', '${client}')`);
    const now = new Date('2026-03-01T12:00:00Z');
    await put('2026-03-01 10:00:00', 'a');
    await put('2026-03-02 11:00:00', 'local clock');
    await put('2026-03-05 10:00:00', 'future');
    const warnings = [
      expect.stringMatching(/^1 rows have a watermark later than tomorrow and are left there/),
    ];
    expect(await source.pull({ now })).toMatchObject({ rows: 2, warnings });
    expect(await source.check({ now })).toMatchObject({ warnings });
    await put('2026-03-02 12:00:00', 'b');
    expect(await source.pull({ now })).toMatchObject({ rows: 1, warnings });
    expect(await source.pull({ now: new Date('2026-03-04T00:00:00Z') })).toMatchObject({
      rows: 1,
      warnings: [],
    });
    expect(source.records().map(([, client]) => client)).toEqual(['a', 'local clock', 'b', 'future']);
    const early = { now: new Date('2026-02-01T00:00:00Z') };
    expect((await source.pull(early)).warnings).toContainEqual(
      expect.stringMatching(/pulled up to 2026-03-05 10:00:00.*, which is later than tomorrow/),
    );
  });

  it('leaves rows without a watermark there, and takes them when they have got one', async () => {
    await source.createClients();
    await source.put(1, 2);
    await source.base.exec("insert into clients (client) values ('a'), ('b')");
    expect(await source.pull()).toMatchObject({ rows: 2, unmarked: 2 });
    await source.base.exec("update clients set seq = 3 where client = 'a'");
    expect(await source.pull()).toMatchObject({ rows: 1, unmarked: 1 });
    expect(numbers()).toEqual(upTo(3));
  });

  it('keeps the order of time through the end of summer time where it knows zones', async () => {
    const type = { SQLite: 'text', PostgreSQL: 'timestamptz', MariaDB: 'timestamp null' }[kind.name];
    await source.createClients(type);
    const put = async (zone: string, clock: string, client: string) => {
      const time =
        kind.name === 'SQLite' ? new Date(`2026-10-25T${clock}${zone}`).toISOString() : `2026-10-25 ${clock}`;
      if (kind.name === 'PostgreSQL')
        await source.base.exec(`set time zone interval '${zone}' hour to minute`);
      if (kind.name === 'MariaDB') await source.base.exec(`set time_zone = '${zone}'`);
      await source.base.exec(`insert into clients (seq, client) values ('${time}', '${client}')`);
    };
    await put('+02:00', '02:30:00', 'before');
    expect(await source.pull()).toMatchObject({
      rows: 1,
      watermark: expect.stringMatching(/^2026-10-25.00:30:00/),
    });
    await put('+01:00', '02:10:00', 'after');
    expect(await source.pull()).toMatchObject({
      rows: 1,
      watermark: expect.stringMatching(/^2026-10-25.01:10:00/),
    });
  });

  it('takes a clock without zone that was set back only inside the overlap, which is an hour at the end of summer time', async () => {
    await source.createClients(
      kind.name === 'MariaDB' ? 'datetime' : kind.name === 'PostgreSQL' ? 'timestamp' : 'text',
    );
    const put = (time: string) =>
      source.base.exec(`insert into clients (seq, client) values ('2025-10-26 ${time}', '${time}')`);
    await put('02:55:00');
    await source.pull();
    await put('02:05:00');
    expect(await source.pull()).toMatchObject({ rows: 0 });
    expect(await source.pull({ overlap: 3600 })).toMatchObject({ rows: 1, known: 1 });
  });

  it('refuses times in another form than before, since their order as text is another', async () => {
    await source.createClients('varchar(40)');
    await source.base.exec("insert into clients (seq, client) values ('2025-10-26T02:30:00+02:00', 'a')");
    await source.pull();
    await source.base.exec("insert into clients (seq, client) values ('2025-10-26T03:30:00+01:00', 'b')");
    await expect(source.pull()).rejects.toMatchObject({
      code: 'value-invalid',
      message: expect.stringMatching(/expected values like 2025-10-26T02:30:00\+02:00.*in one form/),
    });
  });
});

describe.each(EXTERNAL_DATABASES.filter(({ name }) => name !== 'SQLite'))('a source on $name', (kind) => {
  let source: PulledSource;
  beforeEach(async () => {
    source = await createPulledSource(kind);
    await source.createClients();
  });
  afterEach(() => source.remove());

  const expectAllOnce = (rows: number) => {
    const records = source.records();
    expect(records).toHaveLength(rows);
    expect(new Set(records.map(([seq]) => seq)).size).toBe(rows);
    expect(source.files().filter((file) => file.endsWith('.part'))).toEqual([]);
  };
  const broken = {
    code: 'source-unavailable',
    message: expect.stringMatching(
      /The source "crm" at .*(broke off.*the next run goes on|Check that the server runs)/,
    ),
  };

  it('whose connection breaks in the middle says so, keeps the files that are whole, and goes on after them', async () => {
    await source.put(1, HEAVY);
    const proxy = await createFaultProxy(source.base.url);
    const progress = ({ done }: { done: number }) => {
      if (done >= 5000) proxy.cut();
    };
    await expect(source.pull({ url: proxy.url, progress })).rejects.toMatchObject(broken);
    const whole = source.files().length;
    expect(whole).toBeGreaterThan(3);
    expect(whole).toBeLessThan(HEAVY / 1000);
    proxy.refuse(true);
    await expect(source.pull({ url: proxy.url })).rejects.toMatchObject(broken);
    proxy.refuse(false);
    await source.pull({ url: proxy.url });
    await proxy.close();
    expectAllOnce(HEAVY);
  });

  it.runIf(process.env['TIDEWATCH_TEST_SERVERS'] === 'start')(
    'whose server is killed in the middle and is back goes on where it was',
    async () => {
      const server = (await (kind.name === 'PostgreSQL'
        ? startPostgres()
        : startMariadb())) as DatabaseServer;
      const own = await createPulledSource(kind.at(server.url));
      try {
        await own.createClients();
        await own.put(1, HEAVY);
        let killed: Promise<void> | null = null;
        const progress = ({ done }: { done: number }) => {
          if (done >= 5000) killed ??= server.kill();
        };
        await expect(own.pull({ progress })).rejects.toMatchObject(broken);
        await killed;
        await expect(own.pull()).rejects.toMatchObject({ code: 'source-unavailable' });
        await server.start();
        await own.pull();
        expect(new Set(own.records().map(([seq]) => seq)).size).toBe(HEAVY);
        expect(own.records()).toHaveLength(HEAVY);
      } finally {
        own.remove();
        await server.remove();
      }
    },
  );

  it('whose rows come too slowly is given up with what to do, and what is whole stays', async () => {
    await source.put(1, 3000);
    const pause =
      kind.name === 'PostgreSQL' ? '(select 1 from pg_sleep(0.001 * a.seq / a.seq))' : '(sleep(0.001) + 1)';
    const query = `select a.seq, a.client, a.amount, ${pause} as exited from clients a`;
    await expect(
      source.pull({ table: null, query, timeoutMs: 1000, rowsPerFile: 100 }),
    ).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining('raise timeout_seconds'),
    });
    await source.pull();
    expectAllOnce(3000);
  });
});
