import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchColumns } from './match-columns.ts';

const CONTRACT = [
  { name: 'customer_id' },
  { name: 'support_calls', aliases: ['Supp_Calls', 'Anrufe'] },
  { name: 'monthly fee' },
  { name: 'month_1' },
  { name: 'month_12' },
  { name: 'churned' },
];
const NAMES = CONTRACT.map(({ name }) => name);

function found(names: readonly string[], columns: Parameters<typeof matchColumns>[1] = CONTRACT) {
  const places = matchColumns(names, columns);
  if ('reason' in places) throw new Error(places.reason);
  return places;
}

/** One way to type a name: other capitals, other separators, blanks around it, characters that cannot be seen. */
const typing = fc.record({
  upper: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  separator: fc.constantFrom('_', ' ', '-', '  ', '\u00a0', ' - '),
  around: fc.constantFrom('', ' ', '\u00a0', '\u200b', '\ufeff'),
});

function typed(
  name: string,
  { upper, separator, around }: typeof typing extends fc.Arbitrary<infer T> ? T : never,
) {
  const letters = [...name].map((letter, k) => (upper[k % 12] ? letter.toUpperCase() : letter)).join('');
  return `${around}${letters.replace(/[_ ]/g, separator)}${around}`;
}

describe('matchColumns', () => {
  it('finds every column however its name is typed, in any order, and tells each that is not exact', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
        fc.array(typing, { minLength: NAMES.length, maxLength: NAMES.length }),
        fc.array(fc.constantFrom('extra', 'notes', 'month_2', 'support'), { maxLength: 3 }),
        (order, ways, extra) => {
          const names = [...order.map((name, k) => typed(name, ways[k] ?? raise())), ...new Set(extra)];
          const { positions, matched } = found(names);
          expect(positions.map((at) => order[at])).toEqual(NAMES);
          const other = NAMES.flatMap((as, k) => {
            const column = names[positions[k] ?? -1] ?? '';
            return column === as ? [] : [{ column, as }];
          });
          expect(matched).toEqual(other);
        },
      ),
    );
  });

  it('never takes one column of a file for two, nor two of a file for one without saying so', () => {
    const name = fc.constantFrom(
      ...NAMES,
      'Supp_Calls',
      'supp calls',
      'Support Calls',
      'SUPPORT-CALLS',
      'Month 1',
      'x',
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 10 }), (names) => {
        const places = matchColumns(names, CONTRACT);
        if ('reason' in places) {
          expect(places.reason).toMatch(/more than once|are all read as/);
          return;
        }
        const taken = places.positions.filter((at) => at >= 0);
        expect(new Set(taken).size).toBe(taken.length);
        const exact = NAMES.filter((each) => names.includes(each));
        for (const each of exact) expect(names[places.positions[NAMES.indexOf(each)] ?? -1]).toBe(each);
      }),
    );
  });

  it('reads an alias as its column, and a name that folds to an alias', () => {
    expect(found(['Anrufe'])).toMatchObject({ matched: [{ column: 'Anrufe', as: 'support_calls' }] });
    expect(found(['supp calls'])).toMatchObject({ matched: [{ column: 'supp calls', as: 'support_calls' }] });
  });

  it('leaves another spelling alone where the name itself is there', () => {
    expect(found(['Churned', 'churned'])).toMatchObject({ matched: [] });
    expect(found(['Churned', 'churned']).positions.at(-1)).toBe(1);
  });

  it('takes a name for none of two columns of the contract that fold alike', () => {
    const { positions, matched } = found(['PLAN', 'plan'], [{ name: 'plan' }, { name: 'Plan' }]);
    expect(positions).toEqual([1, -1]);
    expect(matched).toEqual([]);
  });

  it.each([
    [
      ['Support Calls', 'SUPPORT_CALLS'],
      /"Support Calls", "SUPPORT_CALLS" are all read as "support_calls"; keep that name/,
    ],
    [['support_calls', 'Supp_Calls'], /"support_calls", "Supp_Calls" are all read as "support_calls"/],
    [
      ['Anrufe', 'Supp_Calls'],
      /"Supp_Calls", "Anrufe" are all read as "support_calls"|"Anrufe", "Supp_Calls"/,
    ],
    [['churned', 'churned'], /the header names "churned" more than once; each column needs its own name/],
    [['Churned', 'Churned'], /names "Churned" more than once, and each may be the column "churned"/],
  ])('refuses %j', (names, reason) => {
    expect(matchColumns(names, CONTRACT)).toEqual({ reason: expect.stringMatching(reason) });
  });

  it('reads each name of the contract a few times, however wide the header', () => {
    const wide = Array.from({ length: 16_384 }, (_, k) => `Column ${k}`);
    let reads = 0;
    const columns = wide.map((name) => ({
      get name() {
        reads++;
        return name.toLowerCase().replace(' ', '_');
      },
    }));
    expect(found(wide, columns).matched).toHaveLength(16_384);
    expect(reads).toBeLessThan(10 * 16_384);
  });
});

function raise(): never {
  throw new Error('there is a way for each name');
}
