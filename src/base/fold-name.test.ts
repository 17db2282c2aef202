import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName } from './fold-name.ts';

describe('foldName', () => {
  it.each([
    ['support_calls', 'Support Calls'],
    ['support_calls', 'SUPPORT-CALLS'],
    ['support_calls', 'SupportCalls'],
    ['support_calls', ' support__calls '],
    ['support_calls', '\ufeffsupport\u00a0calls'],
    ['support_calls', 'support\u200b_calls'],
    ['année', 'Anne\u0301e'],
    ['month_1', 'Month 1'],
    ['month_1', 'month1'],
  ])('takes %s and %s for one name', (a, b) => expect(foldName(b)).toBe(foldName(a)));

  it.each([
    ['month_1_2', 'month_12'],
    ['1-2', '12'],
    ['annee', 'année'],
    ['calls', 'call'],
    ['fee (€)', 'fee'],
    ['a.b', 'ab'],
    ['m²', 'm2'],
  ])('takes %s and %s for two', (a, b) => expect(foldName(b)).not.toBe(foldName(a)));

  it('gives the empty text for a name of blanks alone', () => expect(foldName(' _-\u00a0')).toBe(''));

  it('changes nothing in a name that it has folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const folded = foldName(name);
        expect(foldName(folded)).toBe(folded);
      }),
    );
  });
});
