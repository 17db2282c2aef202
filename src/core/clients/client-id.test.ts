import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShortenedId, normalizeId } from './client-id.ts';

describe('the id of a client', () => {
  it('is compared without white space around it and with its characters composed', () => {
    expect(normalizeId(' C00108\u00a0 ')).toBe('C00108');
    expect(normalizeId('Zoe\u0308')).toBe('Zoë');
    expect(normalizeId(' \t\u3000')).toBe('');
  });

  it('is not compared by anything that could make one of two clients', () => {
    for (const id of ['c1', 'C1', '007', '7', '12345', '12345.0', 'true', 'True', 'a  b']) {
      expect(normalizeId(id)).toBe(id);
    }
  });

  it('is normalized once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        expect(normalizeId(normalizeId(id))).toBe(normalizeId(id));
      }),
    );
  });

  it('is none any more where a spreadsheet has shortened it', () => {
    for (const id of ['1.00006E+11', '1,00006E+11', '1E+11', '-2.5E+100', '1.00006e+11']) {
      expect(isShortenedId(id)).toBe(true);
    }
    for (const id of [
      '1E11',
      '1e5',
      'A1.5E+11',
      '100006E+11',
      '1.5E-11',
      '1.00006E+1',
      '5e10',
      '+49301234',
      '',
    ]) {
      expect(isShortenedId(id)).toBe(false);
    }
  });
});
