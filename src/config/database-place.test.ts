import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlace, redactUrl, resolvePlace } from './database-place.ts';

const resolve = (text: string, env: Record<string, string> = {}) =>
  resolvePlace(text, env, 'The state store', '"store"');

describe('the place of a database', () => {
  it.each([
    ['postgres://ann:secret@host/db', 'postgres://ann:***@host/db'],
    ['mysql://ann:se@cr:et@host:3306/db?sslmode=require', 'mysql://ann:***@host:3306/db?sslmode=require'],
    ['mysql://:secret@host/db', 'mysql://:***@host/db'],
    ['postgres://ann@server:secret@host:5432/db', 'postgres://ann@server:***@host:5432/db'],
    ['postgres://ann@server:5432/db', 'postgres://ann@server:5432/db'],
    ['postgres://ann:sec/ret#?@host/db', 'postgres://ann:***@host/db'],
    [
      'postgres://host/db?user=ann&password=secret&sslmode=require',
      'postgres://host/db?user=ann&password=***&sslmode=require',
    ],
    ['postgres:///ann:secret@host/db', 'postgres:///ann:***@host/db'],
    ['postgres:///ann;secret@host/db', 'postgres://***@host/db'],
    ['postgres://ann@host/db', 'postgres://ann@host/db'],
    ['tidewatch.db', 'tidewatch.db'],
    ['env:STORE', 'env:STORE'],
  ])('is shown of %s as %s', (place, shown) => {
    expect(redactUrl(place)).toBe(shown);
    expect(redactUrl(place)).not.toMatch(/sec|ret/);
  });

  it.each([
    ['tidewatch.db', { kind: 'sqlite', path: 'tidewatch.db' }],
    ['  a/b c.db ', { kind: 'sqlite', path: 'a/b c.db' }],
    ['./a:b.db', { kind: 'sqlite', path: './a:b.db' }],
    ['/var/lib/me@home.db', { kind: 'sqlite', path: '/var/lib/me@home.db' }],
    [' postgres://h/d\n', { kind: 'postgres', url: 'postgres://h/d' }],
    ['POSTGRESQL://h/d', { kind: 'postgres', url: 'POSTGRESQL://h/d' }],
    ['mariadb://h/d', { kind: 'mysql', url: 'mariadb://h/d' }],
    ['env:STORE', { kind: 'variable', name: 'STORE' }],
  ])('%j is read', (text, place) => {
    expect(parsePlace(text, 'It')).toEqual(place);
  });

  it.each([
    ['', /nothing is said/],
    [' \t', /nothing is said/],
    ['a\u0000.db', /control character/],
    ['postgres:/h/d', /named as "postgres:\.\.\.": "postgres:" is not followed by \/\//],
    ['sqlite:/x', /"sqlite:\.\.\.": a SQLite file is named by its path alone, without "sqlite:"/],
    ['file:x.db', /without "file:"/],
    ['postgre://h/d', /"postgre:" is no database that is known here \(did you mean "postgres"\?\)/],
    ['constructor://h/d', /is no database that is known here/],
    ['env:', /no name of a variable/],
    ['env:A B', /no name of a variable/],
    ['data:old.db', /with \.\/ before a name that has a : in it/],
  ])('%j is refused', (text, why) => {
    expect(() => parsePlace(text, 'It')).toThrow(why);
    expect(() => parsePlace(text, 'It')).toThrow(/Expected postgres:\/\/user:password@host:port\/database/);
  });

  it('is what the variable says, and says which variable is missing', () => {
    expect(resolve('env:STORE', { STORE: ' mysql://h/d' })).toEqual({ kind: 'mysql', url: 'mysql://h/d' });
    expect(resolve('tidewatch.db')).toEqual({ kind: 'sqlite', path: 'tidewatch.db' });
    for (const env of [{}, { STORE: '' }, { STORE: ' ' }]) {
      expect(() => resolve('env:STORE', env)).toThrow(/"env:STORE".*variable STORE.*not set/s);
    }
    expect(() => resolve('env:__proto__')).toThrow(/not set/);
    expect(() => resolve('env:STORE', { STORE: 'env:OTHER' })).toThrow(/names another variable/);
  });

  it('says of what it refuses no more than the part before the first colon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ maxLength: 6 }), (a, b) => {
        fc.pre(a.trim() !== '' && !a.includes('sEcReT'));
        const text = `${a}:${b}sEcReT@h`;
        let place: ReturnType<typeof parsePlace>;
        try {
          place = parsePlace(text, 'It');
        } catch (error) {
          expect(String(error)).not.toContain('sEcReT');
          return;
        }
        expect(place.kind).not.toBe('sqlite');
      }),
      { numRuns: 2000 },
    );
  });
});
