import { describe, expect, it } from 'vitest';
import { hashKeys, keyShown } from './api-key.ts';

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

describe('keyShown', () => {
  const keys = hashKeys('alpha,beta') ?? [];

  it.each([
    [{ authorization: 'Bearer alpha' }, 0],
    [{ authorization: 'bearer   beta ' }, 1],
    [{ 'x-api-key': 'alpha' }, 0],
    [{ 'x-api-key': 'beta', authorization: 'Basic dXNlcjpwYXNz' }, 1],
    [{ 'x-api-key': 'wrong', authorization: 'Bearer alpha' }, 0],
  ])('knows %o', (headers, place) => {
    expect(keyShown(headers, keys)).toBe(place);
  });

  it.each([
    [{}, 'none'],
    [{ authorization: 'Bearer' }, 'none'],
    [{ authorization: 'Bearer ' }, 'none'],
    [{ authorization: 'alpha' }, 'none'],
    [{ authorization: 'Basic alpha' }, 'none'],
    [{ authorization: 'Bearer alpha,beta' }, 'wrong'],
    [{ authorization: 'Bearer Alpha' }, 'wrong'],
    [{ 'x-api-key': '' }, 'wrong'],
    [{ 'x-api-key': 'alpha ' }, 'wrong'],
    [{ 'x-api-key': 'alphabeta' }, 'wrong'],
  ])('does not know %o: %s', (headers, shown) => {
    expect(keyShown(headers, keys)).toBe(shown);
  });
});
