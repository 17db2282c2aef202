import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormula, unguardFormula } from './formula-guard.ts';

describe('the guard against formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ["'=x", "''=x"],
    ['-5', '-5'],
    ['+4.25', '+4.25'],
    ['-1e-7', '-1e-7'],
    ["'tis", "'tis"],
    ['a=b', 'a=b'],
    ['', ''],
  ])('writes %j as %j', (text, written) => {
    expect(guardFormula(text)).toBe(written);
    expect(unguardFormula(written)).toBe(text);
  });

  it('is undone exactly, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'=+-@\t\r15.ea`), maxLength: 8 });
    fc.assert(
      fc.property(text, (each) => {
        expect(unguardFormula(guardFormula(each))).toBe(each);
        expect(guardFormula(each)).not.toMatch(/^[=@\t\r]/);
      }),
      { numRuns: 3000 },
    );
  });
});
