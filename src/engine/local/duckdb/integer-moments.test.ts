import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { columnMoments } from '../../../core/statistics/column-moments.ts';
import { Database } from './database.ts';
import { integerMoments } from './integer-moments.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-moments-'));
  database = await Database.open({ threads: 2, memoryLimit: '200MB', temporaryFolder: folder });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A relation of one BIGINT column "x"; null is missing. */
const relationOf = (values: readonly (number | null)[]) =>
  `(select unnest([${values.map((value) => value ?? 'null').join(', ')}]::bigint[]) as x)`;

describe('integerMoments', () => {
  it('equals the sums in row order, with missing values and an even or odd count', async () => {
    const random = createRandom(7);
    for (const rows of [1, 2, 3, 10, 999, 1000]) {
      const values = Array.from({ length: rows }, () =>
        random.below(10) === 0 ? null : random.below(2 ** 32) - 2 ** 31,
      );
      values[0] = -5;
      const [got] = await integerMoments(database, relationOf(values), ['x']);
      const { missing, moments } = columnMoments(Float64Array.from(values, (value) => value ?? Number.NaN));
      expect(got?.missing).toBe(missing);
      expect(got?.moments).toMatchObject({ min: moments.min, max: moments.max, median: moments.median });
      expect(got?.moments.mean).toBeCloseTo(moments.mean, 5);
      if (Number.isNaN(moments.std)) expect(got?.moments.std).toBeNaN();
      else expect((got?.moments.std ?? 0) / moments.std).toBeCloseTo(1, 13);
    }
  });

  it('leaves columns without a value, or with one past 2^31, to be summed otherwise', async () => {
    expect(await integerMoments(database, relationOf([null, null]), ['x'])).toEqual([null]);
    expect(await integerMoments(database, relationOf([1, 2 ** 53]), ['x'])).toEqual([null]);
    expect(await integerMoments(database, relationOf([1]), [])).toEqual([]);
  });
});
