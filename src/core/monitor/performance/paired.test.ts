import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { f1Score } from '../../metrics/classification.ts';
import { addConfusion, createConfusion } from '../../statistics/confusion.ts';
import { drawBinomial, drawMultinomial } from './binomial-draw.ts';
import { comparePaired } from './compare-paired.ts';
import { countsOf, jointOutcomes, rightAlone } from './joint-outcomes.ts';
import { judgePaired } from './judge-paired.ts';
import { mcnemar } from './mcnemar.ts';
import { pairedF1 } from './paired-f1.ts';

interface Both<T> {
  readonly champion: T;
  readonly challenger: T;
}
interface Golden {
  readonly delong: {
    name: string;
    labels: number[];
    scores: Both<number[]>;
    auc: Both<number>;
    error: number;
    half: number;
    p: number;
  }[];
  readonly mcnemar: { b: number; c: number; exact: number; chi2: number }[];
}
const golden: Golden = JSON.parse(readFileSync('test/golden/paired.json', 'utf8'));

const OPTIONS = { seed: 1, alpha: 0.05 };

function twoModels(rows: number, seed: number, skill = { champion: 1.2, challenger: 1.2 }) {
  const random = createRandom(seed);
  const labels = Float64Array.from({ length: rows }, () => Number(random.uniform() < 0.3));
  const scores = (slope: number) =>
    labels.map((label) => 1 / (1 + Math.exp(1.2 - slope * label - 0.8 * random.normal())));
  return { labels, champion: scores(skill.champion), challenger: scores(skill.challenger) };
}

type Models = ReturnType<typeof twoModels>;
const compare = ({ labels, champion, challenger }: Models) =>
  comparePaired(labels, champion, 0.4, challenger, 0.4, OPTIONS);

describe('a paired comparison', () => {
  it.each(golden.delong)('has the test of DeLong by its definition: $name', (wanted) => {
    const { rocAuc } = compare({
      labels: Float64Array.from(wanted.labels),
      champion: Float64Array.from(wanted.scores.champion),
      challenger: Float64Array.from(wanted.scores.challenger),
    });
    const { champion, challenger, difference, low, high, pValue } = rocAuc ?? expect.fail('No ROC AUC');
    expect(champion).toBeCloseTo(wanted.auc.champion, 13);
    expect(challenger).toBeCloseTo(wanted.auc.challenger, 13);
    if (wanted.labels.length < 40) expect([low, high]).toEqual([null, null]);
    else expect(((high ?? 0) - (low ?? 0)) / 2).toBeCloseTo(wanted.half, 10);
    expect(difference).toBeCloseTo(challenger - champion, 13);
    expect(pValue / wanted.p).toBeCloseTo(1, 9);
  });

  it.each(golden.mcnemar)('has the test of McNemar of SciPy: $b and $c', ({ b, c, exact, chi2 }) => {
    const got = mcnemar(b, c);
    expect(got.pValue / (got.exact ? exact : chi2)).toBeCloseTo(1, 9);
    expect(got.statistic).toBeCloseTo((b - c) ** 2 / (b + c), 12);
    expect(got.exact).toBe(b + c <= 10_000);
  });

  it('counts the decisions of both as each alone is counted', () => {
    const { labels, champion, challenger } = twoModels(500, 3);
    const cells = jointOutcomes(labels, champion, 0.4, challenger, 0.5);
    expect(countsOf(cells, 'champion')).toEqual(addConfusion(createConfusion(), labels, champion, 0.4));
    expect(countsOf(cells, 'challenger')).toEqual(addConfusion(createConfusion(), labels, challenger, 0.5));
    const right = (scores: Float64Array, cut: number, i: number) =>
      (scores[i] ?? 0) > cut === (labels[i] === 1);
    let [old, young] = [0, 0];
    for (let i = 0; i < 500; i++) {
      old += Number(right(champion, 0.4, i) && !right(challenger, 0.5, i));
      young += Number(!right(champion, 0.4, i) && right(challenger, 0.5, i));
    }
    expect(rightAlone(cells)).toEqual({ champion: old, challenger: young });
  });

  it('bootstraps F1 as drawing rows one by one does', () => {
    const { labels, champion, challenger } = twoModels(250, 4);
    const cells = jointOutcomes(labels, champion, 0.4, challenger, 0.4);
    const random = createRandom(9);
    const differences = Float64Array.from({ length: 4000 }, () => {
      const drawn = new Array<number>(8).fill(0);
      for (let i = 0; i < 250; i++) {
        const row = random.below(250);
        const flags = 2 * Number((champion[row] ?? 0) > 0.4) + Number((challenger[row] ?? 0) > 0.4);
        const cell = 4 * (labels[row] ?? 0) + flags;
        drawn[cell] = (drawn[cell] ?? 0) + 1;
      }
      return f1Score(countsOf(drawn, 'challenger')) - f1Score(countsOf(drawn, 'champion'));
    }).sort();
    const { low, high } = pairedF1(cells, 0.05, createRandom(1)) ?? expect.fail('No F1');
    // The end of the interval has itself a standard error of some 0.003.
    expect(Math.abs((low ?? Number.NaN) - (differences[100] ?? 0))).toBeLessThan(0.01);
    expect(Math.abs((high ?? Number.NaN) - (differences[3899] ?? 0))).toBeLessThan(0.01);
  });

  it('turns its sign when the two change places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 300 }), fc.integer(), (rows, seed) => {
        const models = twoModels(rows, seed);
        const here = compare(models);
        const there = compare({ ...models, champion: models.challenger, challenger: models.champion });
        for (const metric of ['f1', 'rocAuc', 'brier'] as const) {
          expect(there[metric]?.difference).toBeCloseTo(-(here[metric]?.difference ?? 0), 12);
        }
        expect(there.rocAuc?.pValue).toBeCloseTo(here.rocAuc?.pValue ?? 0, 9);
        expect(there.mcnemar.pValue).toBe(here.mcnemar.pValue);
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on the order of rows or on rows without a label', () => {
    const models = twoModels(200, 5);
    const wanted = compare(models);
    const backwards = compare({
      labels: models.labels.toReversed(),
      champion: models.champion.toReversed(),
      challenger: models.challenger.toReversed(),
    });
    expect(backwards.f1).toEqual(wanted.f1);
    expect(backwards.rocAuc?.pValue).toBeCloseTo(wanted.rocAuc?.pValue ?? 0, 12);
    const pad = (values: Float64Array) => Float64Array.of(Number.NaN, ...values, Number.NaN);
    const padded = {
      labels: pad(models.labels),
      champion: pad(models.champion),
      challenger: pad(models.challenger),
    };
    expect(compare(padded)).toEqual(wanted);
  });

  it('of a model with itself finds nothing', () => {
    const { labels, champion } = twoModels(200, 6);
    const { f1, rocAuc, brier, mcnemar: test } = compare({ labels, champion, challenger: champion });
    for (const metric of [f1, rocAuc, brier]) {
      expect(metric).toMatchObject({ difference: 0, low: 0, high: 0, pValue: 1 });
    }
    expect(test).toMatchObject({ pValue: 1, statistic: 0 });
  });

  it('says null where rows do not define a metric, and refuses what cannot be compared', () => {
    const none = new Float64Array(0);
    expect(compare({ labels: none, champion: none, challenger: none })).toMatchObject({
      rows: 0,
      f1: null,
      rocAuc: null,
      brier: null,
    });
    const one = Float64Array.of(1);
    expect(() => compare({ labels: one, champion: none, challenger: one })).toThrow(/1 labels came with 0/);
    expect(() => compare({ labels: one, champion: Float64Array.of(Number.NaN), challenger: one })).toThrow(
      /probability of row 1 is not a number/,
    );
  });

  it('has p-values that are spread evenly where the models are equally good', () => {
    const runs = 120;
    const comparisons = Array.from({ length: runs }, (_, run) => compare(twoModels(300, 1000 + run)));
    for (const metric of ['f1', 'rocAuc', 'brier'] as const) {
      const pValues = comparisons.map((comparison) => comparison[metric]?.pValue ?? 0);
      const below = (limit: number): number => pValues.filter((p) => p < limit).length / runs;
      // Three standard errors about 5 % and 50 %.
      expect(below(0.05)).toBeLessThan(0.11);
      expect(Math.abs(below(0.5) - 0.5)).toBeLessThan(0.137);
    }
  });

  it('opens the gate "better" only where the test tells the two apart', () => {
    const clear = compare(twoModels(2000, 7, { champion: 0.8, challenger: 2 }));
    expect(judgePaired(clear, 'better')).toMatchObject({ accepted: true, apart: true });
    expect(judgePaired(clear, 'not-worse').accepted).toBe(true);
    const worse = compare(twoModels(2000, 7, { champion: 2, challenger: 0.8 }));
    expect(judgePaired(worse, 'better').accepted).toBe(false);
    expect(judgePaired(worse, 'not-worse')).toMatchObject({ accepted: false, apart: true });
    const { labels, champion } = twoModels(200, 8);
    const equal = compare({ labels, champion, challenger: champion });
    expect(judgePaired(equal, 'not-worse').accepted).toBe(true);
    expect(judgePaired(equal, 'better')).toMatchObject({ accepted: false, apart: false });
    expect(judgePaired(equal, 'better').reason).toContain('equals that of the champion');
    const none = new Float64Array(0);
    expect(
      judgePaired(compare({ labels: none, champion: none, challenger: none }), 'not-worse').accepted,
    ).toBe(false);
  });
});

describe('binomial draws', () => {
  it.each([
    [20, 0.2],
    [400, 0.1],
    [400, 0.93],
    [1000, 0.5],
  ])('are spread as Binomial(%d, %d)', (trials, chance) => {
    const draws = 20_000;
    const random = createRandom(12);
    const counts = new Float64Array(trials + 1);
    for (let k = 0; k < draws; k++) {
      const drawn = drawBinomial(trials, chance, random);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    let logChance = trials * Math.log1p(-chance);
    let [statistic, degrees] = [0, -1];
    for (let k = 0; k <= trials; k++) {
      const wanted = draws * Math.exp(logChance);
      if (wanted >= 5) {
        statistic += ((counts[k] ?? 0) - wanted) ** 2 / wanted;
        degrees++;
      } else if (wanted < 1e-9) expect(counts[k]).toBe(0);
      logChance += Math.log((chance * (trials - k)) / ((1 - chance) * (k + 1)));
    }
    // Four standard deviations of the chi-square.
    expect(Math.abs(statistic - degrees)).toBeLessThan(4 * Math.sqrt(2 * degrees));
  });

  it('of several kinds add up and leave empty kinds empty', () => {
    const random = createRandom(13);
    const kinds = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(kinds, (cells) => {
        const drawn = drawMultinomial(cells, random);
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        expect(sum(drawn)).toBe(sum(cells));
        drawn.forEach((count, k) => {
          if (cells[k] === 0) expect(count).toBe(0);
          expect(count).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });
});
