/** A source is only read: what a query of the configuration cannot do, whatever is written into it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExternal } from '../../src/store/external/open-external.ts';
import { EXTERNAL_DATABASES } from './external-databases.ts';
import { createPulledSource, type PulledSource } from './pulled-source.ts';

describe.each(EXTERNAL_DATABASES)('a query of a source on $name', (kind) => {
  let source: PulledSource;
  let outside: string;
  beforeEach(async () => {
    outside = mkdtempSync(join(tmpdir(), 'outside-'));
    source = await createPulledSource(kind);
    await source.createClients();
    await source.put(1, 2);
  });
  afterEach(() => {
    source.remove();
    rmSync(outside, { recursive: true });
  });

  const rows = 'select seq, client, amount, exited from clients';
  const count = async () => Number((await source.base.rows('select count(*) from clients'))[0]?.[0]);
  /** Both a pull and a check refuse it, and nothing has changed. */
  const expectRefused = async (query: string, message = /The source "crm" at/) => {
    const refused = { code: 'source-unavailable', message: expect.stringMatching(message) };
    await expect(source.pull({ table: null, query }), query).rejects.toMatchObject(refused);
    await expect(source.check({ table: null, query }), query).rejects.toMatchObject(refused);
    expect(await count(), query).toBe(2);
    expect(source.files()).toEqual([]);
  };

  it('is one statement: others behind it are refused, wherever the parenthesis around it is closed', async () => {
    const end = kind.name === 'MariaDB' ? '#' : '--';
    for (const query of [
      `${rows}; delete from clients`,
      `${rows}; delete from clients; ${rows}`,
      `${rows}) x; delete from clients; ${end}`,
      `${rows}) x; commit; delete from clients; select * from (${rows}`,
      `${rows}) x limit 0; drop table clients ${end}`,
      'delete from clients',
      'drop table clients',
      "update clients set client = 'x'",
      `${rows} /* `,
      `${rows} where client = '`,
    ]) {
      await expectRefused(query);
    }
  });

  it('cannot write by the connection that reads, not even as a statement of its own', async () => {
    const database = await openExternal(source.base.url, { what: 'The source "crm"', timeoutMs: 20_000 });
    const taking = async (sql: string) => {
      for await (const _ of database.read(sql)) break;
    };
    await expect(taking('delete from clients')).rejects.toMatchObject({ code: 'source-unavailable' });
    await expect(database.describe('clients; delete from clients')).rejects.toMatchObject({
      code: 'source-unavailable',
    });
    await database.close();
    expect(await count()).toBe(2);
  });

  it.runIf(kind.name === 'PostgreSQL')('cannot write through a function, a sequence or a WITH', async () => {
    await source.base.exec(`
      create sequence numbers;
      create function wipe() returns int language plpgsql as $$ begin delete from clients; return 1; end $$;
      create function unlock() returns int language plpgsql as $$ begin
        perform set_config('transaction_read_only', 'off', false); delete from clients; return 1; end $$;
      create function later() returns int language plpgsql as $$ begin
        perform set_config('default_transaction_read_only', 'off', false); return 1; end $$`);
    const named = (call: string) => `select seq, client, amount, ${call} as exited from clients`;
    await expectRefused(named('wipe()'), /read-only.*take what writes out of the query/);
    await expectRefused(named('unlock()'));
    await expectRefused(named("nextval('numbers')::int"), /read-only/);
    await expectRefused(`with gone as (delete from clients returning *) ${rows.replace('clients', 'gone')}`);
    await expectRefused(`${rows} for update`);
    await expectRefused(rows.replace(' from', ' into copied from'));
    await expectRefused(`copy clients to program 'touch ${outside}/made'`);
    await expectRefused(
      `${rows}; copy clients to program 'touch ${outside}/made'`,
      /multiple commands|syntax error/,
    );
    // What is set for later transactions does not reach the ones that read, each of which says that it only reads.
    await source.pull({ table: null, query: named('later()') });
    expect(existsSync(join(outside, 'made'))).toBe(false);
    expect(await count()).toBe(2);
  });

  it.runIf(kind.name === 'MariaDB')('cannot write through a function, a sequence or a file', async () => {
    await source.base.exec('create sequence numbers');
    await source.base.exec('create function wipe() returns int begin delete from clients; return 1; end');
    const named = (call: string) => `select seq, client, amount, ${call} as exited from clients`;
    await expectRefused(named('wipe()'), /READ ONLY.*take what writes out of the query/);
    await expectRefused(named('nextval(numbers)'));
    const file = join(outside, 'made');
    await expectRefused(`${rows} into outfile '${file}'`, /names "outfile", which reaches outside/);
    await expectRefused(
      `${rows}) x union select 1, 2, 3, 4 into/**/OUTFILE '${file}' from (${rows}`,
      /"OUTFILE"/,
    );
    await expectRefused(`${rows} into dumpfile '${file}'`, /"dumpfile"/);
    await expectRefused(named("length(load_file('/etc/passwd'))"), /"load_file"/);
    expect(existsSync(file)).toBe(false);
  });

  it.runIf(kind.name === 'SQLite')('cannot reach another file, nor change a setting', async () => {
    const file = join(outside, 'made');
    const named = (call: string) => `select seq, client, amount, ${call} as exited from clients`;
    await expectRefused(named(`writefile('${file}', 'x')`), /names "writefile", which reaches outside/);
    await expectRefused(named(`"WriteFile"('${file}', 'x')`), /"WriteFile"/);
    await expectRefused(named("length(readfile('/etc/passwd'))"), /"readfile"/);
    await expectRefused(
      "select 1 as seq, name as client, 1 as amount, 1 as exited from fsdir('/etc')",
      /"fsdir"/,
    );
    await expectRefused(named("load_extension('x')"));
    await expectRefused(`attach '${file}' as other`);
    await expectRefused(`${rows}; attach '${file}' as other`);
    await expectRefused('pragma query_only = 0');
    await expectRefused(
      "select 1 as seq, 'a' as client, 1 as amount, query_only as exited from pragma_query_only(0)",
    );
    await expectRefused(`vacuum into '${file}'`);
    await source.base.exec(
      `create view sly as select seq, client, amount, writefile('${file}', 'x') as exited from clients`,
    );
    await expect(source.pull({ table: 'sly' })).rejects.toMatchObject({
      message: expect.stringContaining('unsafe use of writefile()'),
    });
    expect(existsSync(file)).toBe(false);
  });
});
