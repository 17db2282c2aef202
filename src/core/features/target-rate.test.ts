import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../base/random.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../columns/source-column.ts';
import type { Feature } from '../document/document.ts';
import { fitBoostedTrees } from '../learners/boosting/fit.ts';
import { marginsOf } from '../models/margins.ts';
import { fitRecipe, PLAIN_RECIPE, type RecipeOptions } from './recipe.ts';
import { fitSources } from './source-fit.ts';
import { PRIOR_ROWS } from './target-rate.ts';
import { orderClients, orderedRates } from './target-rate-ordered.ts';
import { trainingColumns } from './training-columns.ts';
import { createTransform } from './transform.ts';

const INPUTS: readonly ModelInput[] = [{ name: 'city', kind: 'categorical' }];
const RATES: RecipeOptions = {
  ...PLAIN_RECIPE,
  targetRate: { moreThanLevels: 1, minLevelRows: 1, maxLevels: 5000 },
};
const texts = (...values: (string | null)[]): SourceBatch => ({
  rows: values.length,
  columns: [{ kind: 'text', values }],
});
const recipe = (batches: SourceBatch[], labels: number[][], options = RATES): Feature[] =>
  fitRecipe(fitSources(INPUTS, batches, { knots: 0, labels }), options);

describe('the rate of leavers of a level', () => {
  const rows = texts('york', 'york', 'bath', null, 'york', null);
  const labels = [1, 1, 0, 1, 0, 0];
  const rate = (left: number, count: number) => {
    const share = (left + PRIOR_ROWS / 2) / (count + PRIOR_ROWS);
    return expect.closeTo(Math.log(share / (1 - share)), 12) as number;
  };

  it('is shrunk towards that of all rows, as log-odds; missing has its own, unseen levels that of all rows', () => {
    const features = recipe([rows], [labels]);
    expect(features).toEqual([
      {
        kind: 'target-rate',
        source: 'city',
        levels: ['bath', 'york'],
        rates: [rate(0, 1), rate(2, 3)],
        missing: rate(1, 2),
        unseen: 0,
      },
    ]);
    const [values] = createTransform(features, INPUTS)(texts('york', 'hull', null, 'bath'));
    expect([...(values ?? [])]).toEqual([rate(2, 3), 0, rate(1, 2), rate(0, 1)]);
  });

  it('is not kept for rare levels, nor for more than the most frequent ones', () => {
    const levels = (minLevelRows: number, maxLevels: number) => {
      const targetRate = { moreThanLevels: 1, minLevelRows, maxLevels };
      const [feature] = recipe([rows], [labels], { ...RATES, targetRate });
      return feature?.kind === 'target-rate' ? feature.levels : [];
    };
    expect(levels(2, 10)).toEqual(['york']);
    expect(levels(1, 1)).toEqual(['york']);
  });

  it('is for columns of more levels than the rule says; the others stay as they were', () => {
    const targetRate = { moreThanLevels: 2, minLevelRows: 1, maxLevels: 10 };
    const kinds = (options: RecipeOptions) => recipe([rows], [labels], options).map(({ kind }) => kind);
    expect(kinds({ ...RATES, targetRate })).toEqual(['level', 'level']);
    expect(kinds({ ...RATES, targetRate, categorical: 'native' })).toEqual(['category']);
  });

  it('needs labels, and says so', () => {
    const sources = fitSources(INPUTS, [rows], { knots: 0 });
    expect(() => fitRecipe(sources, RATES)).toThrow(/city .*without labels/);
  });

  it('is the same for texts and codes, and for any division into batches', () => {
    const row = fc.tuple(fc.integer({ min: -1, max: 6 }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.nat(40), fc.nat(9), (drawn, cut, seed) => {
        const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
        const parts = [drawn.slice(0, cut), drawn.slice(cut)];
        const coded = (part: typeof drawn): SourceBatch => ({
          rows: part.length,
          columns: [{ kind: 'categorical', levels, codes: Int32Array.from(part, ([code]) => code) }],
        });
        const asText = (part: typeof drawn) => texts(...part.map(([code]) => levels[code] ?? null));
        const labelsOf = (part: typeof drawn) => part.map(([, label]) => label);
        const whole = [asText(drawn)];
        const features = recipe(whole, [labelsOf(drawn)]);
        expect(recipe(parts.map(coded), parts.map(labelsOf))).toEqual(features);
        const flat = (blocks: Float64Array[][]) => blocks.flatMap((block) => block.map((v) => [...v]));
        expect(
          flat(trainingColumns(features, INPUTS, parts.map(coded), parts.map(labelsOf), null, seed)).flat(),
        ).toEqual(flat(trainingColumns(features, INPUTS, whole, [labelsOf(drawn)], null, seed)).flat());
      }),
    );
  });
});

describe('ordered rates', () => {
  const table = fc
    .array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: 0, max: 1 }), fc.nat(12)), {
      minLength: 1,
      maxLength: 60,
    })
    .map((rows) => ({
      codes: Int32Array.from(rows, ([code]) => code),
      labels: Uint8Array.from(rows, ([, label]) => label),
      clients: Int32Array.from(rows, ([, , client]) => client),
    }));

  it('are those of the rows of earlier clients of the order, by brute force', () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.boolean(), ({ codes, labels, clients }, seed, single) => {
        const order = orderClients(codes.length, single ? null : clients, seed);
        const rates = orderedRates(codes, 4, labels, 0.3, order);
        const rankOf = new Map<number, number>();
        for (const [at, row] of order.rows.entries()) {
          const rank = order.ends.findIndex((end) => at < end);
          rankOf.set(row, rank);
        }
        expect(rankOf.size).toBe(codes.length);
        for (const [row, code] of codes.entries()) {
          const before = [...codes.keys()].filter(
            (other) => codes[other] === code && (rankOf.get(other) as number) < (rankOf.get(row) as number),
          );
          const left = before.reduce((sum, other) => sum + (labels[other] as number), 0);
          const share = (left + 0.3 * PRIOR_ROWS) / (before.length + PRIOR_ROWS);
          const odds = code < 0 ? 0.3 / 0.7 : share / (1 - share);
          expect(rates[row]).toBeCloseTo(Math.log(odds), 12);
        }
      }),
    );
  });

  it('keep the rows of a client together, and never show a client its own outcomes', () => {
    fc.assert(
      fc.property(table, fc.nat(), ({ codes, labels, clients }, seed) => {
        const order = orderClients(codes.length, clients, seed);
        const own = clients[0] as number;
        const turned = labels.map((label, row) => (clients[row] === own ? 1 - label : label));
        const before = orderedRates(codes, 4, labels, 0.3, order);
        const after = orderedRates(codes, 4, turned, 0.3, order);
        clients.forEach((client, row) => {
          if (client === own) expect(after[row]).toBe(before[row]);
        });
        const sequence = Array.from(order.rows, (row) => clients[row]);
        const changes = sequence.filter((client, at) => client !== sequence[at - 1]);
        expect(changes).toHaveLength(new Set(clients).size);
      }),
    );
  });

  it('follow the seed', () => {
    const labels = Uint8Array.from({ length: 200 }, (_, row) => (row % 3) & 1);
    const codes = Int32Array.from(labels, (_, row) => row % 5);
    const made = (seed: number) => orderedRates(codes, 5, labels, 0.3, orderClients(200, null, seed));
    expect(made(1)).toEqual(made(1));
    expect(made(1)).not.toEqual(made(2));
  });
});

describe('columns to learn from', () => {
  const inputs: readonly ModelInput[] = [{ name: 'usage', kind: 'numeric' }, ...INPUTS];
  const batch: SourceBatch = {
    rows: 5,
    columns: [
      { kind: 'numeric', values: Float64Array.of(1, Number.NaN, 3, 4, 5) },
      { kind: 'text', values: ['York', null, 'york', 'york', null] },
    ],
  };

  it('are those of the transform but for rates, where missing is a level and a client is not its own witness', () => {
    const features: Feature[] = [
      { kind: 'number', source: 'usage', missing: 9 },
      { kind: 'target-rate', source: 'city', levels: ['york'], rates: [0], missing: 0, unseen: 0 },
    ];
    const labels = [Float64Array.of(1, 1, 1, 0, 0)];
    const clients = Int32Array.of(0, 1, 2, 2, 3);
    const made = trainingColumns(features, inputs, [batch], labels, clients, 4);
    expect([...(made[0]?.[0] ?? [])]).toEqual([1, 9, 3, 4, 5]);
    const baseRate = 3.5 / 6;
    // The level that no feature knows has the base rate; missing has the two rows that are missing.
    const order = orderClients(5, clients, 4);
    const codes = Int32Array.of(-1, 1, 0, 0, 1);
    const expected = orderedRates(codes, 2, labels[0] as Float64Array, baseRate, order);
    expect(made[0]?.[1]).toEqual(expected);
    expect(expected[2]).toBe(expected[3]);
    expect(expected[1]).not.toBe(expected[4]);
  });

  it('are those of the transform where no column is a rate', () => {
    const features: Feature[] = [{ kind: 'number', source: 'usage', missing: null }];
    const [made] = trainingColumns(features, inputs, [batch], [Float64Array.of(1, 1, 0, 0, 0)], null, 1);
    expect(made).toEqual(createTransform(features, inputs)(batch));
  });
});

describe('a model of a column of a thousand levels', () => {
  const LEVELS = 1000;
  const draw = (rows: number, random: Random, effects: Float64Array) => {
    const codes = Int32Array.from({ length: rows }, () => random.below(LEVELS));
    const labels = Uint8Array.from(codes, (code) => {
      return random.uniform() < 1 / (1 + Math.exp(1 - (effects[code] as number))) ? 1 : 0;
    });
    const levels = Array.from({ length: LEVELS }, (_, level) => `level ${level}`);
    const column: SourceColumn = { kind: 'categorical', codes, levels };
    return { batch: { rows, columns: [column] }, labels };
  };
  /** Log loss on rows that are held out, less that of the base rate. */
  const gain = (effects: Float64Array, seed: number, isOrdered: boolean): number => {
    const random = createRandom(seed);
    const { batch, labels } = draw(8000, random, effects);
    const held = draw(8000, random, effects);
    const features = recipe([batch], [[...labels]]);
    const transform = createTransform(features, INPUTS);
    const [columns] = isOrdered
      ? trainingColumns(features, INPUTS, [batch], [labels], null, seed)
      : [transform(batch)];
    const made = (columns ?? []).map((values) => ({ kind: 'numeric' as const, values }));
    const { parameters } = fitBoostedTrees(made, labels, { trees: 60, leaves: 8, learningRate: 0.1 });
    const loss = (learner: typeof parameters) => {
      const margins = new Float64Array(held.batch.rows);
      marginsOf(learner)(transform(held.batch), held.batch.rows, margins);
      const total = margins.reduce(
        (sum, margin, row) => sum + Math.log1p(Math.exp(held.labels[row] === 1 ? -margin : margin)),
        0,
      );
      return total / held.batch.rows;
    };
    return loss({ ...parameters, trees: [] }) - loss(parameters);
  };

  it('loses next to nothing where the levels say nothing, other than with rates that hold the own outcome', () => {
    const none = new Float64Array(LEVELS);
    expect(gain(none, 1, true)).toBeGreaterThan(-0.006);
    expect(gain(none, 1, true)).toBeLessThan(0.002);
    expect(gain(none, 1, false)).toBeLessThan(-0.05);
  });

  it('finds an effect of the levels', () => {
    const random = createRandom(5);
    const effects = Float64Array.from({ length: LEVELS }, () => 1.5 * random.normal());
    expect(gain(effects, 2, true)).toBeGreaterThan(0.05);
  });
});
