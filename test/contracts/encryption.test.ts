/** Encrypted connections to databases, of the state and of others: what is checked is what the URL asks for, never less. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { inspectServer } from '../../src/store/databases/inspect-server.ts';
import { openExternal } from '../../src/store/external/open-external.ts';
import { openStore } from '../../src/store/store.ts';
import { makeCertificates } from '../certificates.ts';
import { type DatabaseServer, startMariadb, startPostgres } from '../database-servers.ts';

const certificates = makeCertificates();
afterAll(() => certificates?.remove());
const PRODUCTS = [
  {
    name: 'PostgreSQL',
    plain: process.env['TIDEWATCH_TEST_POSTGRES'],
    startServer: startPostgres,
    cipher: 'select cipher as c from pg_stat_ssl where pid = pg_backend_pid() and ssl',
  },
  {
    name: 'MariaDB',
    plain: process.env['TIDEWATCH_TEST_MYSQL'],
    startServer: startMariadb,
    cipher:
      "select variable_value as c from information_schema.session_status where variable_name = 'ssl_cipher'",
  },
].filter(({ plain }) => plain !== undefined);

/** The URL by the name that is in the certificate, or by the address, which is not. */
function urlBy(url: string, host: string, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(url);
  changed.hostname = host;
  changed.search = new URLSearchParams(parameters).toString();
  return changed.href;
}

async function openState(url: string): Promise<boolean> {
  const store = await openStore(url, { patienceMs: 0 });
  await store.close();
  return (await inspectServer(url, systemClock))?.server?.isEncrypted === true;
}

describe.skipIf(certificates === null).each(PRODUCTS)('an encrypted connection to $name', (product) => {
  const { authority = '', stranger = '' } = certificates ?? {};
  let server: DatabaseServer;
  beforeAll(async () => {
    const started = await product.startServer('light', certificates?.server);
    if (started === null)
      throw new Error('The server is named in the environment, but is not installed here.');
    server = started;
  });
  afterAll(() => server?.remove());

  const openOther = async (url: string): Promise<boolean> => {
    const database = await openExternal(url, { what: 'The source "crm"', timeoutMs: 20_000 });
    const ciphers: (readonly (string | null)[])[] = [];
    try {
      for await (const rows of database.read(product.cipher)) ciphers.push(...rows);
    } finally {
      await database.close();
    }
    return ciphers.some(([cipher]) => (cipher ?? '') !== '');
  };

  it.each([
    ['localhost', { sslmode: 'require' }],
    ['127.0.0.1', { sslmode: 'require' }],
    ['localhost', { sslmode: 'verify-ca', sslrootcert: authority }],
    ['127.0.0.1', { sslmode: 'verify-ca', sslrootcert: authority }],
    ['localhost', { sslmode: 'verify-full', sslrootcert: authority }],
  ])('is made to %s with %o, and is encrypted', async (host, parameters) => {
    const url = urlBy(server.url, host, parameters);
    expect(await openState(url)).toBe(true);
    expect(await openOther(url)).toBe(true);
  });

  it('is none where none is asked for', async () => {
    const url = urlBy(server.url, '127.0.0.1', {});
    expect(await openState(url)).toBe(false);
    expect(await openOther(url)).toBe(false);
  });

  it.each([
    [
      'localhost',
      { sslmode: 'verify-ca', sslrootcert: stranger },
      /another server may have answered.*"sslrootcert"/,
    ],
    [
      'localhost',
      { sslmode: 'verify-full', sslrootcert: stranger },
      /another server may have answered.*"sslrootcert"/,
    ],
    ['localhost', { sslmode: 'verify-full' }, /not signed by an authority that is trusted here/],
    [
      '127.0.0.1',
      { sslmode: 'verify-full', sslrootcert: authority },
      /is for another name|give its name instead/,
    ],
    // To the driver a name like any other, which the operating system finds at 127.0.0.1.
    ['127.1', { sslmode: 'verify-full', sslrootcert: authority }, /is for another name/],
  ])('is refused to %s with %o, and says what to do', async (host, parameters, why) => {
    const url = urlBy(server.url, host, parameters);
    for (const open of [openState, openOther]) await expect(open(url)).rejects.toThrow(why);
  });

  it.each(['require', 'verify-ca', 'verify-full'])(
    'is refused with sslmode=%s by a server without encryption, and not made in the clear',
    async (sslmode) => {
      const url = urlBy(product.plain ?? '', 'localhost', { sslmode });
      for (const open of [openState, openOther]) {
        await expect(open(url)).rejects.toThrow(/takes no encrypted connection.*nothing was sent/);
      }
    },
  );
});

describe('the certificates of the tests', () => {
  it.runIf(certificates === null)(
    'are not made: openssl is not installed, and encryption was NOT tested',
    () => {
      expect(certificates).toBeNull();
    },
  );
  it.skipIf(certificates === null)('are an authority, a stranger and a server', () => {
    expect(certificates?.server.cert).toContain('BEGIN CERTIFICATE');
  });
});
