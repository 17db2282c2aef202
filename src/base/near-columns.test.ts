import { describe, expect, it } from 'vitest';
import { nearColumns, nearColumnsQuestion, quotedList } from './near-columns.ts';

describe('nearColumns', () => {
  it.each([
    ['support_calls', 'Support_Calls'],
    ['support_calls', 'Support Calls'],
    ['support_calls', 'supportCalls'],
    ['support_calls', 'SUPPORT-CALLS'],
    ['support_calls', 'support_call'],
    ['category', 'categories'],
    ['support_calls', 'suport_calls'],
    ['support_calls', 'support\u00a0calls'],
    ['support_calls', '\ufeffsupport_calls'],
    ['support_calls', 'sup\u200bport_calls'],
    ['tenure', 'tneure'],
    ['monthly_charges', 'monthly_charges_eur'],
    ['monthly_charges', 'bill.monthly_charges'],
    ['price_eur', 'price'],
    ['customer_id', 'cust_id'],
    ['id', 'customer_id'],
    ['plan', 'plann'],
    ['größe', 'grosse'],
    ['année', 'annee'],
    ['année', 'anne\u0301e'],
    ['HTTPErrors', 'http_errors'],
    ['month_1', 'Month 1'],
  ])('takes %s for %s', (missing, found) => {
    expect(nearColumns([missing], ['zzz', found, 'qqq'])).toEqual(new Map([[missing, found]]));
  });

  it.each([
    ['tenure', 'region'],
    ['month_1', 'month_2'],
    ['q1', 'q2'],
    ['age', 'fee'],
    ['plan', 'clan_name_of_it'],
    ['exited', 'left'],
    ['id', 'ok'],
    ['', 'a'],
    ['a', '--'],
    ['calls', 'the_number_of_calls'],
    ['region', 'reason'],
  ])('does not take %s for %s', (missing, found) => {
    expect(nearColumns([missing], [found])).toEqual(new Map());
  });

  it('takes none of several that are near by a part of their name alone', () => {
    expect(nearColumns(['charges'], ['charges_jan', 'charges_feb'])).toEqual(new Map());
    expect(nearColumns(['charges'], ['charges_jan', 'charge'])).toEqual(new Map([['charges', 'charge']]));
  });

  it('gives each missing column its own, the nearest first, whatever the order', () => {
    const found = ['call', 'Calls', 'PLAN', 'calls_eur'];
    const expected = new Map([
      ['calls', 'Calls'],
      ['plan', 'PLAN'],
      ['call_', 'call'],
    ]);
    expect(nearColumns(['calls', 'plan', 'call_'], found)).toEqual(expected);
    expect(nearColumns(['call_', 'plan', 'calls'], found.toReversed())).toEqual(expected);
  });

  it('is quick for the widest header', () => {
    const wide = Array.from(
      { length: 16_384 },
      (_, k) => `column_${String.fromCharCode(97 + (k % 26))}_${k}`,
    );
    const missing = wide.slice(0, 5000).map((name) => `${name}x`);
    expect(nearColumns(missing, wide).size).toBeLessThanOrEqual(30);
  });
});

describe('nearColumnsQuestion', () => {
  it('names the one, or each with what it is for', () => {
    expect(nearColumnsQuestion(['a b', 'c'], ['A B'])).toBe('did you mean "A B" for "a b"?');
    expect(nearColumnsQuestion(['a b'], ['A B', 'zz'])).toBe('did you mean "A B"?');
    expect(nearColumnsQuestion(['ab', 'cd', 'ef'], ['AB', 'CD', 'EF'])).toBe(
      'did you mean "AB" for "ab", "CD" for "cd" and "EF" for "ef"?',
    );
    expect(nearColumnsQuestion(['exited'], ['left'])).toBeNull();
    expect(nearColumnsQuestion([], ['left'])).toBeNull();
  });

  it('shows characters that cannot be seen, and names that look the same', () => {
    expect(nearColumnsQuestion(['support calls'], ['support\u00a0calls'])).toBe(
      'did you mean "support\\u00a0calls"?',
    );
    expect(nearColumnsQuestion(['année'], ['anne\u0301e'])).toBe('did you mean "anne\\u0301e"?');
    expect(nearColumnsQuestion(['année'], ['Année'])).toBe('did you mean "Année"?');
    expect(nearColumnsQuestion(['plan'], ['pl\u200ban'])).toBe('did you mean "pl\\u200ban"?');
  });
});

describe('quotedList', () => {
  it('is cut where it is long', () => {
    expect(quotedList(['a', 'b'])).toBe('"a", "b"');
    const names = Array.from({ length: 25 }, (_, k) => `c${k}`);
    expect(quotedList(names)).toMatch(/^"c0", .*"c19" and 5 more$/);
  });
});
