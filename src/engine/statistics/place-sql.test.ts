import { describe, expect, it } from 'vitest';
import { placeSql } from './place-sql.ts';

describe('the place of a value among edges', () => {
  const placeOf = (...edges: readonly string[]) => placeSql(edges, (edge) => `x > ${edge}`);

  it('is found by halving', () => {
    expect(placeOf()).toBe('0');
    expect(placeOf('7')).toBe('CASE WHEN x > 7 THEN 1 ELSE 0 END');
    expect(placeOf('-1', '0', '1')).toBe(
      'CASE WHEN x > 0 THEN CASE WHEN x > 1 THEN 3 ELSE 2 END ELSE CASE WHEN x > -1 THEN 1 ELSE 0 END END',
    );
  });

  it('takes as many comparisons as halving does', () => {
    const edges = Array.from({ length: 255 }, (_, k) => String(k));
    const depthOf = (sql: string): number => {
      let [depth, deepest] = [0, 0];
      for (const [word] of sql.matchAll(/CASE|END/g)) {
        depth += word === 'CASE' ? 1 : -1;
        deepest = Math.max(deepest, depth);
      }
      return deepest;
    };
    expect(depthOf(placeOf(...edges))).toBe(8);
  });
});
