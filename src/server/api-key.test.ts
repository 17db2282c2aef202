import { describe, expect, it } from 'vitest';
import { bearsKey, hashKeys } from './api-key.ts';

describe('hashKeys', () => {
  it('holds no key in plain text', () => {
    const held = hashKeys('first-key, second-key') ?? [];
    expect(held).toHaveLength(2);
    for (const each of held) expect(each.toString('latin1')).not.toMatch(/key/);
  });

  it('leaves the server open only where no key is set at all', () => {
    expect(hashKeys(null)).toBeNull();
    for (const empty of ['', ' ', ',', ' , ,']) {
      expect(() => hashKeys(empty)).toThrow(expect.objectContaining({ code: 'listen-refused' }));
    }
  });
});

describe('bearsKey', () => {
  const keys = hashKeys('alpha,beta') ?? [];

  it.each([
    { authorization: 'Bearer alpha' },
    { authorization: 'bearer   beta ' },
    { 'x-api-key': 'alpha' },
    { 'x-api-key': 'beta', authorization: 'Basic dXNlcjpwYXNz' },
    { 'x-api-key': 'wrong', authorization: 'Bearer alpha' },
  ])('knows %o', (headers) => {
    expect(bearsKey(headers, keys)).toBe(true);
  });

  it.each([
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'alpha' },
    { authorization: 'Basic alpha' },
    { authorization: 'Bearer alpha,beta' },
    { authorization: 'Bearer Alpha' },
    { 'x-api-key': '' },
    { 'x-api-key': 'alpha ' },
    { 'x-api-key': 'alphabeta' },
  ])('does not know %o', (headers) => {
    expect(bearsKey(headers, keys)).toBe(false);
  });
});
