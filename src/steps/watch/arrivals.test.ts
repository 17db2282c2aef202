import { describe, expect, it } from 'vitest';
import type { ArrivalState } from '../../store/port/monitors.ts';
import { findArrivals } from './arrivals.ts';

const DAY_MS = 86_400_000;
const keysOf = (names: readonly number[]) => BigUint64Array.from(names, BigInt);

/** Looks one after another at rows that are known by a number, one a week. */
function watching(before: readonly number[] = []) {
  const seen: BigUint64Array[] = [];
  let state: ArrivalState | null = null;
  let day = 0;
  return async (rows: readonly number[], superseded: readonly number[] = [], days = 7) => {
    day += days;
    const look = {
      rows: rows.length,
      clientKeys: keysOf(rows),
      superseded: Uint8Array.from(rows, (_, row) => Number(superseded.includes(row))),
    };
    const found = await findArrivals(
      look,
      seen,
      state,
      { now: new Date(day * DAY_MS), file: `${day}.csv` },
      async () => keysOf(before).sort(),
    );
    seen.push(found.keys);
    state = found.state;
    const named = (places: Uint32Array) => [...places].map((row) => rows[row]);
    return {
      newest: named(found.newest),
      latest: (least: number) => named(found.latest(least)),
      kept: [...found.keys].map(Number),
      file: found.file,
      rhythmDays: found.rhythmDays,
    };
  };
}

describe('findArrivals', () => {
  it('tells the newest delivery, at every look until another comes', async () => {
    const look = watching();
    expect(await look([1, 2, 3])).toMatchObject({ newest: [1, 2, 3], kept: [1, 2, 3] });
    expect(await look([1, 2, 3])).toMatchObject({ newest: [1, 2, 3], file: '7.csv', kept: [] });
    expect(await look([9, 1, 2, 8, 3])).toMatchObject({ newest: [9, 8], kept: [9, 8] });
    expect(await look([3, 8, 2, 9, 1])).toMatchObject({ newest: [8, 9], kept: [] });
  });

  it('puts the latest deliveries together until they are enough', async () => {
    const look = watching();
    await look([1, 2]);
    await look([1, 2, 3]);
    const last = await look([1, 2, 3, 4, 5]);
    expect(last.latest(1)).toEqual([4, 5]);
    expect(last.latest(3)).toEqual([3, 4, 5]);
    expect(last.latest(4)).toEqual([1, 2, 3, 4, 5]);
    expect(last.latest(100)).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts a row that another answers once, and not again when its outcome comes', async () => {
    const look = watching();
    await look([1, 2]);
    // The second 1 is the same row with its outcome; the first is superseded by it.
    expect(await look([1, 2, 1, 4], [0])).toMatchObject({ newest: [4], kept: [4] });
  });

  it('takes rows that lay in the training snapshot for new ones of no delivery', async () => {
    const look = watching([1, 2]);
    expect(await look([1, 2])).toMatchObject({ newest: [], kept: [1, 2] });
    expect(await look([1, 2, 3])).toMatchObject({ newest: [3] });
    const late = watching([1, 2]);
    const found = await late([1, 2, 3]);
    expect(found).toMatchObject({ newest: [3], kept: [1, 2, 3] });
    expect(found.latest(9)).toEqual([3]);
  });

  it('learns the rhythm of the deliveries, and takes it for weekly until then', async () => {
    const look = watching();
    const rows: number[] = [];
    const rhythms: number[] = [];
    for (let k = 1; k <= 5; k++)
      rhythms.push((await look([...rows, rows.push(k)].slice(0, k), [], 1)).rhythmDays);
    expect(rhythms).toEqual([7, 7, 7, 1, 1]);
  });
});
