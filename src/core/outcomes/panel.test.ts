import { describe, expect, it } from 'vitest';
import { describePanel } from './panel.ts';

const DAY = 86_400_000;

/** Rows of [client, day, label]. */
function panelOf(rows: readonly (readonly [number, number, number])[]) {
  return describePanel({
    clients: Math.max(...rows.map(([client]) => client)) + 1,
    codes: Int32Array.from(rows, ([client]) => client),
    times: Float64Array.from(rows, ([, day]) => day * DAY),
    labels: Int8Array.from(rows, ([, , label]) => label),
  });
}

describe('describePanel', () => {
  it('sees a status where clients were there before they left and hardly come back', () => {
    const rows = [0, 1, 2].flatMap((client) =>
      [0, 31, 59, 90].map((day, k) => [client, day, client === 0 && k > 1 ? 1 : 0] as const),
    );
    expect(panelOf(rows.toReversed())).toEqual({ repeated: 3, clients: 3, gapDays: 31, isStatus: true });
  });

  it('sees none where the label of a client is the same in all its rows, or goes to and fro', () => {
    const constant = [0, 1, 2].flatMap((client) =>
      [0, 30, 60].map((day) => [client, day, client === 0 ? 1 : 0] as const),
    );
    expect(panelOf(constant)).toMatchObject({ isStatus: false, gapDays: 30 });
    const changing = [0, 30, 60, 90].map((day, k) => [0, day, k % 2] as const);
    expect(panelOf(changing)).toMatchObject({ isStatus: false });
  });

  it('sees a status among clients who had left before the first row, and where some come back', () => {
    const rows = Array.from({ length: 30 }, (_, client) =>
      [0, 30, 60, 90].map((day, k) => {
        const label = client < 10 ? 1 : client < 14 && k > 0 ? Number(!(client === 10 && k === 3)) : 0;
        return [client, day, label] as const;
      }),
    ).flat();
    expect(panelOf(rows)).toMatchObject({ isStatus: true });
    const random = Array.from(
      { length: 200 },
      (_, k) => [k % 50, Math.floor(k / 50) * 30, (k * 7919) % 3 === 0 ? 1 : 0] as const,
    );
    expect(panelOf(random)).toMatchObject({ isStatus: false });
  });

  it('is no panel where most clients are seen once, or all rows are of one time', () => {
    expect(
      panelOf([
        [0, 0, 1],
        [0, 9, 1],
        [1, 0, 0],
        [2, 0, 0],
      ]),
    ).toBeNull();
    expect(
      panelOf([
        [0, 0, 1],
        [0, 0, 0],
      ]),
    ).toBeNull();
  });
});
