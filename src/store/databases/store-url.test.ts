/** URLs of databases on servers: what they mean, and what is said of nonsense. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { asTidewatchError } from '../../base/errors.ts';
import { parseServerUrl } from './store-url.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-url-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pem = join(folder, 'ca.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
const letter = join(folder, 'letter.txt');
writeFileSync(letter, 'Dear reader');

function refusal(url: string): string {
  try {
    parseServerUrl(url);
  } catch (thrown) {
    const error = asTidewatchError(thrown);
    expect(error.code).toBe('config-invalid');
    return error.message;
  }
  throw new Error(`It was taken: ${url}`);
}

describe('the URL of a database', () => {
  it('names everything', () => {
    expect(parseServerUrl('postgres://ann:geheim@db.example.org:6543/state?schema=tide')).toEqual({
      kind: 'postgres',
      host: 'db.example.org',
      port: 6543,
      user: 'ann',
      password: 'geheim',
      database: 'state',
      schema: 'tide',
      sslmode: 'disable',
      tls: null,
      shown: 'postgres://ann:***@db.example.org:6543/state?schema=tide',
    });
  });

  it('needs no more than a database', () => {
    const plain = { host: 'localhost', user: '', password: '', schema: null, tls: null };
    expect(parseServerUrl('postgresql:///state')).toMatchObject({ ...plain, kind: 'postgres', port: 5432 });
    for (const scheme of ['mysql', 'mariadb', 'MySQL']) {
      expect(parseServerUrl(`${scheme}:///state`)).toMatchObject({ ...plain, kind: 'mysql', port: 3306 });
    }
  });

  it.each([
    ['postgres://[::1]:5433/db', '::1', 5433],
    ['mysql://[fe80::1]/db', 'fe80::1', 3306],
    ['postgres:///db?host=/var/run/postgresql', '/var/run/postgresql', 5432],
    ['mysql://ann@localhost/db?host=/run/mysqld/mysqld.sock', '/run/mysqld/mysqld.sock', 3306],
    ['postgres://10.0.0.7:65535/db', '10.0.0.7', 65535],
    ['  postgres://host/db\n', 'host', 5432],
  ])('%s is at %s, port %d', (url, host, port) => {
    expect(parseServerUrl(url)).toMatchObject({ host, port, database: 'db' });
  });

  it('gives user, password and database back as they were before they were encoded, and hides the password', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    const database = text.filter((name) => name !== '.' && name !== '..');
    fc.assert(
      fc.property(
        text,
        text,
        database,
        fc.constantFrom('postgres', 'mysql'),
        (user, password, name, scheme) => {
          const [u, p, n] = [user, password, name].map(encodeURIComponent);
          const parsed = parseServerUrl(`${scheme}://${u}:${p}@host/${n}`);
          expect(parsed).toMatchObject({ user, password, database: name, host: 'host' });
          expect(parsed.shown).toBe(`${scheme}://${u}:***@host/${n}`);
        },
      ),
    );
  });

  it('takes : / @ # ? % in a password where they are encoded', () => {
    expect(parseServerUrl('mysql://ann:%3A%2F%40%23%3F%25@host/db').password).toBe(':/@#?%');
  });

  it('never says a password, whatever it holds that should have been encoded', () => {
    const odd = fc.string({ unit: fc.constantFrom(...':/@#?%[]&=\\ 17a'), maxLength: 8 });
    const tail = fc.constantFrom(
      '@host/db',
      '@host:70000/db',
      '@host/db?x=1',
      '@host',
      '/db',
      '',
      '@/',
      '@host/db#',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('postgres', 'mysql', 'mssql'),
        odd,
        odd,
        tail,
        (scheme, before, after, end) => {
          // Otherwise there is no password: what is before it is a host, or a port with all that may follow one.
          fc.pre(`${after}${end}`.includes('@') || !/@|^\d+\s*[/?#]/.test(before));
          const url = `${scheme}://ann:${before}sEcReT${after}${end}`;
          let said: string;
          try {
            said = parseServerUrl(url).shown;
          } catch (thrown) {
            const error = asTidewatchError(thrown);
            expect(error.code).toBe('config-invalid');
            said = `${error.message} ${JSON.stringify(error.details)}`;
          }
          expect(said.toLowerCase()).not.toContain('secret');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['mssql://host/db', /"mssql:" is no database that is known here \(did you mean "mysql"\?\)/],
    ['postgre://host/db', /did you mean "postgres"\?/],
    ['constructor://host/db', /is no database that is known/],
    ['postgres://host', /it names no database/],
    ['postgres://host/', /it names no database/],
    ['postgres://host:70000/db', /its port is 70000; expected a whole number from 1 to 65535/],
    ['mysql://ann:x@[::1]:99999/db', /its port is 99999/],
    ['postgres://host:0/db', /its port is 0;/],
    ['postgres://host:port/db', /cannot be taken apart.*%3A/],
    [
      'postgres://ann:a#b@host/db',
      /cannot be taken apart.*write : as %3A, \/ as %2F, @ as %40, # as %23, \? as %3F/,
    ],
    ['postgres://ann:1/2@host/db', /a character that ends them.*%2F/],
    ['postgres://ann:1?2@host/db', /a character that ends them/],
    ['postgres://host/a/b', /a character that ends them/],
    ['postgres://ann:%zz@host/db', /% in it is not followed by two hexadecimal digits/],
    ['postgres://host/db?sslmod=require', /"sslmod" is none of its parameters; did you mean "sslmode"\?/],
    ['postgres://host/db?connect_timeout=3', /"connect_timeout" is none of its parameters/],
    ['postgres://host/db?schema=a&schema=b', /"schema" is given twice/],
    ['postgres://host/db?schema=', /"schema" is empty/],
    ['postgres://host/db?schema=a-b', /letters, digits and _/],
    [`postgres://host/db?schema=${'a'.repeat(64)}`, /at most 63/],
    ['mysql://host/db?schema=a', /"schema" is for PostgreSQL/],
    [
      'postgres://host/db?sslmode=prefer',
      /"sslmode" is "prefer"; expected one of disable, require, verify-ca/,
    ],
    ['mysql:///db?host=/run/m.sock&sslmode=require', /a socket of this machine is not encrypted/],
    ['mysql://10.0.0.7/db?sslmode=verify-full', /give its name instead of its address/],
  ])('%s is refused', (url, why) => {
    expect(refusal(url)).toMatch(why);
    expect(refusal(url)).toMatch(/Expected postgres:\/\/user:password@host:port\/database/);
  });
});

describe('encryption in the URL of a database', () => {
  const tlsOf = (parameters: string) => parseServerUrl(`postgres://host/db?${parameters}`).tls;

  it('is none unless asked for', () => {
    expect(tlsOf('')).toBeNull();
    expect(tlsOf('sslmode=disable')).toBeNull();
  });

  it('looks at the certificate, its authority and its name as far as the mode says', () => {
    expect(tlsOf('sslmode=require')).toMatchObject({ rejectUnauthorized: false });
    const authority = tlsOf(`sslmode=verify-ca&sslrootcert=${pem}`);
    expect(authority).toMatchObject({ rejectUnauthorized: true, ca: expect.stringContaining('BEGIN') });
    expect(authority?.checkServerIdentity?.('other', {} as never)).toBeUndefined();
    const full = tlsOf(`sslmode=verify-full&sslrootcert=${pem}&sslcert=${pem}&sslkey=${pem}`);
    expect(full).toMatchObject({
      rejectUnauthorized: true,
      cert: expect.any(String),
      key: expect.any(String),
    });
    // Node's own then compares the name.
    expect(full).not.toHaveProperty('checkServerIdentity');
  });

  it.each([
    [`sslrootcert=${pem}`, /"sslrootcert" is given, but "sslmode" does not ask for encryption/],
    [`sslmode=disable&sslkey=${pem}`, /"sslkey" is given, but "sslmode" does not ask/],
    [`sslmode=require&sslrootcert=${pem}`, /"sslmode=require" does not look at it/],
    [`sslmode=verify-ca&sslcert=${pem}`, /"sslcert" and "sslkey" belong together/],
    [`sslmode=verify-ca&sslrootcert=${folder}/none.pem`, /none\.pem, which cannot be read/],
    [`sslmode=verify-ca&sslrootcert=${folder}`, /which cannot be read/],
    [`sslmode=verify-ca&sslrootcert=${letter}`, /letter\.txt, which is no PEM file/],
  ])('%s is refused, since it would not do what it seems to say', (parameters, why) => {
    expect(refusal(`postgres://ann:geheim@host/db?${parameters}`)).toMatch(why);
    expect(refusal(`postgres://ann:geheim@host/db?${parameters}`)).not.toContain('geheim');
  });
});
