import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { calibrationFolds } from '../calibration/choose.ts';
import { numberClients } from './client-folds.ts';
import { type FoldRows, planFolds } from './plan-folds.ts';
import { stratifiedFolds, timeForwardFolds } from './selection.ts';
import { stoppingRows } from './stopping-rows.ts';

const DAY_MS = 86_400_000;

/** Rows of a few clients in any order, with days from 0 to 9 or no times. */
const tables = fc
  .tuple(
    fc.array(
      fc.record({
        client: fc.integer({ min: 0, max: 40 }),
        label: fc.constantFrom(0, 1),
        day: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 150 },
    ),
    fc.boolean(),
  )
  .map(
    ([rows, withTimes]): FoldRows => ({
      labels: Float64Array.from(rows, ({ label }) => label),
      times: withTimes ? Float64Array.from(rows, ({ day }) => day * DAY_MS) : null,
      clients: Int32Array.from(rows, ({ client }) => client),
    }),
  );
const seeds = fc.integer({ min: 0, max: 99 });
const horizons = fc.constantFrom(0, 1, 2.5);

const clientsOf = ({ clients }: FoldRows, rows: Uint32Array) => Array.from(rows, (row) => clients?.[row]);
const disjoint = (a: readonly unknown[], b: readonly unknown[]) => {
  const seen = new Set(a);
  return b.every((value) => !seen.has(value));
};

describe('the folds that a model is chosen on', () => {
  it('have no client on both sides, and learn nothing that was not known before the rows they test on', () => {
    fc.assert(
      fc.property(tables, seeds, horizons, (table, seed, horizonDays) => {
        const plan = planFolds(table, { seed, horizonDays });
        if (plan === null) return;
        const { labels, times } = table;
        expect(plan.clients).toBe(new Set(table.clients).size);
        for (const { train, test } of plan.folds) {
          expect(disjoint(clientsOf(table, train), clientsOf(table, test))).toBe(true);
          expect(new Set(Array.from(train, (row) => labels[row])).size).toBe(2);
          if (plan.kind !== 'time-forward') continue;
          const first = Math.min(...Array.from(test, (row) => times?.[row] as number));
          for (const row of train) {
            expect(times?.[row]).toBeLessThan(first);
            expect((times?.[row] as number) + horizonDays * DAY_MS).toBeLessThanOrEqual(first);
          }
        }
        const tested = plan.folds.slice(0, plan.firstRepeat).flatMap(({ test }) => [...test]);
        expect(new Set(tested).size).toBe(tested.length);
      }),
      { numRuns: 300 },
    );
  });

  it('take a client whole into a sample, and each class in its share', () => {
    const random = createRandom(1);
    const client = Int32Array.from({ length: 90_000 }, () => random.below(20_000));
    const labels = Float64Array.from(client, (code) => (code % 4 === 0 ? 1 : 0));
    const plan = planFolds({ labels, times: null, clients: client }, { seed: 3, horizonDays: 0 });
    if (plan === null) throw new Error('no folds');
    const taken = new Set(plan.folds.flatMap(({ test }) => [...test]));
    const clients = new Set([...taken].map((row) => client[row]));
    expect(Math.abs(taken.size - 30_000)).toBeLessThan(500);
    expect(client.every((code, row) => clients.has(code) === taken.has(row))).toBe(true);
    expect([...clients].filter((code) => (code ?? 0) % 4 === 0).length / clients.size).toBeCloseTo(0.25, 2);
  });

  it('are those of rows where every client has one, whether ids are told or not', () => {
    const random = createRandom(2);
    const labels = Float64Array.from({ length: 900 }, () => random.below(2));
    const ids = Int32Array.from(labels, (_, row) => (row * 7) % 901);
    for (const times of [null, labels.map(() => random.below(400))]) {
      const plain = planFolds({ labels, times, clients: null }, { seed: 4, horizonDays: 0 });
      expect(planFolds({ labels, times, clients: ids }, { seed: 4, horizonDays: 0 })).toEqual(plain);
      if (times !== null) {
        expect(plain?.folds).toEqual(timeForwardFolds(times, 5));
        continue;
      }
      const assigned = stratifiedFolds(labels, { folds: 5, repeats: 4, seed: 4 });
      expect(plain?.folds.length).toBe(20);
      plain?.folds.forEach(({ test }, index) => {
        const fold = assigned[Math.floor(index / 5)];
        expect(test).toEqual(
          Uint32Array.from(labels, (_, row) => row).filter((row) => fold?.[row] === index % 5),
        );
      });
    }
  });

  it('are three windows of three groups where clients are there for longer', () => {
    const rows = Array.from({ length: 300 }, (_, client) =>
      [0, 1, 2, 3].map((day) => ({ client, day })),
    ).flat();
    const table = {
      labels: Float64Array.from(rows, ({ client }) => client % 2),
      times: Float64Array.from(rows, ({ day }) => day * DAY_MS),
      clients: Int32Array.from(rows, ({ client }) => client),
    };
    const plan = planFolds(table, { seed: 5, horizonDays: 1 });
    expect(plan).toMatchObject({
      kind: 'time-forward',
      firstRepeat: 9,
      repeats: 1,
      rows: 1200,
      clients: 300,
    });
    expect(plan?.folds.map(({ train, test }) => [train.length, test.length])).toEqual(
      [200, 400, 600].flatMap((train) => [0, 1, 2].map(() => [train, 100])),
    );
    // Two days later what is known is a day less, and after three nothing is.
    expect(planFolds(table, { seed: 5, horizonDays: 2 })?.folds.map(({ train }) => train.length)).toEqual(
      [200, 400].flatMap((train) => [train, train, train]),
    );
    expect(planFolds(table, { seed: 5, horizonDays: 9 })?.kind).toBe('stratified');
  });

  it('count clients where they say that there are too few', () => {
    const clients = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 20));
    const plan = (labels: readonly number[]) =>
      planFolds({ labels: Float64Array.from(labels), times: null, clients }, { seed: 1, horizonDays: 0 });
    expect(plan(Array.from(clients, (client) => (client === 0 ? 1 : 0)))).toBeNull();
    // All three left in the end: each has rows of both classes.
    expect(plan(Array.from(clients, (_, row) => (row % 20 === 19 ? 1 : 0)))?.folds).toHaveLength(12);
  });
});

describe('rows that say when to stop, and folds of a calibration', () => {
  it('take whole clients', () => {
    fc.assert(
      fc.property(tables, seeds, (table, seed) => {
        const { labels, clients } = table;
        const held = stoppingRows(labels, clients, { share: 0.1, seed });
        const isHeld = new Set(held);
        const others = Uint32Array.from(labels, (_, row) => row).filter((row) => !isHeld.has(row));
        expect(disjoint(clientsOf(table, held), clientsOf(table, others))).toBe(true);
        const folds = calibrationFolds(labels, numberClients(labels.length, clients), seed);
        const seen = new Map<number | undefined, number>();
        folds.forEach((fold, row) => {
          expect(seen.get(clients?.[row]) ?? fold).toBe(fold);
          seen.set(clients?.[row], fold);
        });
      }),
    );
  });

  it('stop by the rows of before where every client has one', () => {
    const labels = Uint8Array.from({ length: 500 }, (_, row) => (row % 3 === 0 ? 1 : 0));
    const [fold] = stratifiedFolds(labels, { folds: 10, repeats: 1, seed: 6 });
    expect(stoppingRows(labels, null, { share: 0.1, seed: 6 })).toEqual(
      Uint32Array.from(labels, (_, row) => row).filter((row) => fold?.[row] === 0),
    );
  });
});
