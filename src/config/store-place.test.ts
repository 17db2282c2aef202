import { describe, expect, it } from 'vitest';
import { isStorePath, redactUrl, resolveStorePlace } from './store-place.ts';

describe('the place of the state store', () => {
  it.each([
    ['postgres://ann:secret@host/db', 'postgres://ann:***@host/db'],
    ['mysql://ann:se@cr:et@host:3306/db?sslmode=require', 'mysql://ann:***@host:3306/db?sslmode=require'],
    ['mysql://:secret@host/db', 'mysql://:***@host/db'],
    ['postgres://ann:sec/ret#?@host/db', 'postgres://ann:***@host/db'],
    [
      'postgres://host/db?user=ann&password=secret&sslmode=require',
      'postgres://host/db?user=ann&password=***&sslmode=require',
    ],
    ['postgres://ann@host/db', 'postgres://ann@host/db'],
    ['tidewatch.db', 'tidewatch.db'],
    ['env:STORE', 'env:STORE'],
  ])('is shown of %s as %s', (place, shown) => {
    expect(redactUrl(place)).toBe(shown);
    expect(redactUrl(place)).not.toMatch(/sec|ret/);
  });

  it('is a path of the workspace where it is no URL and names no variable', () => {
    expect(['tidewatch.db', 'a/b.db', 'postgres://h/d', 'env:X'].map(isStorePath)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is what the variable says, and says which variable is missing', () => {
    expect(resolveStorePlace('env:STORE', { STORE: 'mysql://h/d' })).toBe('mysql://h/d');
    expect(resolveStorePlace('tidewatch.db', {})).toBe('tidewatch.db');
    for (const env of [{}, { STORE: '' }]) {
      expect(() => resolveStorePlace('env:STORE', env)).toThrow(/"env:STORE".*variable STORE.*not set/s);
    }
  });
});
