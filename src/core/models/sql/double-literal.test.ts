import fc from 'fast-check';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { decimalText, exactText } from './double-literal.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const edges = [
  0,
  1,
  -1,
  0.1,
  1 / 3,
  5e-324,
  2.2250738585072014e-308,
  Number.MAX_VALUE,
  2 ** 53 + 2,
  -(2 ** 63),
];

describe('a double as SQL', () => {
  it('in decimal reads back to the same value and has an exponent', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(Number(decimalText(value))).toBe(value === 0 ? 0 : value);
        expect(decimalText(value)).toMatch(/e[+-]\d+$/);
      }),
    );
  });

  it('in exact form reads back to the same value in SQLite', () => {
    const database = new Database(':memory:');
    const read = (values: readonly number[]) =>
      database
        .prepare(`SELECT ${values.map(exactText).join(', ')}`)
        .raw()
        .get();
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 50 }), (values) => {
        expect(read(values)).toEqual(values.map((value) => (value === 0 ? 0 : value)));
      }),
      { examples: [[edges]] },
    );
    database.close();
  });
});
