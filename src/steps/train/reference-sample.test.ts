import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { takeValues } from '../../core/columns/take-rows.ts';
import { type CandidateSpec, listCandidates } from '../../core/learners/candidates.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import type { Training } from './read-training.ts';
import { chooseReference } from './reference-sample.ts';

const PLAIN = listCandidates({
  model: 'logistic',
  logistic: { C: 1, standardize: false },
  monotone: {},
  seed: 1,
  rows: 0,
  clients: 0,
  smallerClass: 0,
  numericColumns: 0,
}).specs[0] as CandidateSpec;
const OPTIONS = {
  seed: 5,
  horizonDays: 0,
  readClients: async () => null,
  compute: () => {
    throw new Error('A sample needs no team.');
  },
};

/** Batches of a thousand rows. The value of a row is its place, its first input twice that. */
function trainingOf(
  rows: number,
  labelOf: (random: () => number, x: number) => number,
  times = false,
): Training {
  const random = createRandom(rows);
  const place = Float64Array.from({ length: rows }, (_, row) => row);
  const noise = place.map(() => random.normal());
  const labels = noise.map((x) => labelOf(random.uniform, x));
  const cuts = Array.from({ length: Math.ceil(rows / 1000) }, (_, k) => [
    k * 1000,
    Math.min(rows, (k + 1) * 1000),
  ]);
  return {
    inputs: [
      { name: 'place', kind: 'numeric' },
      { name: 'x', kind: 'numeric' },
      { name: 'half', kind: 'categorical' },
    ],
    batches: cuts.map(([begin, end]) => {
      const part = place.slice(begin, end);
      return {
        rows: part.length,
        columns: [
          { kind: 'numeric', values: part.map((row) => 2 * row) },
          { kind: 'numeric', values: noise.slice(begin, end) },
          { kind: 'categorical', codes: Int32Array.from(part, (row) => row % 2), levels: ['even', 'odd'] },
        ],
      };
    }),
    labels: cuts.map(([begin, end]) => labels.slice(begin, end)),
    times: times ? place : null,
    values: place,
    clients: null,
    ids: null,
    rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
  };
}

const coin = (uniform: () => number) => (uniform() < 0.4 ? 1 : 0);
const risk = (uniform: () => number, x: number) => (uniform() < 1 / (1 + Math.exp(-1.5 * x)) ? 1 : 0);

describe('the reference sample of a training', () => {
  it('takes every row of a small table, scored by models that had not seen it', async () => {
    const training = trainingOf(60, coin);
    const { sample } = await chooseReference(PLAIN, training, null, OPTIONS);
    expect(sample?.values).toEqual(training.values);
    const probabilities = sample?.margins.map((margin) => 1 / (1 + Math.exp(-margin))) ?? new Float64Array();
    // Labels are a coin: what has seen them ranks them better than chance, what has not does not.
    const { rocAuc } = evaluate(sample?.labels ?? [], probabilities, 0.5).metrics;
    expect(rocAuc?.value).toBeLessThan(0.56);
  });

  it('spreads 20,000 rows over a large table, each row whole, and is the same at every call', async () => {
    const training = trainingOf(45_500, risk);
    const { sample } = await chooseReference(PLAIN, training, null, OPTIONS);
    if (sample === null) throw new Error('none');
    const places = sample.values ?? new Float64Array();
    expect(sample.batch.rows).toBe(20_000);
    expect(places.every((place, k) => k === 0 || place > (places[k - 1] ?? 0))).toBe(true);
    expect(places.reduce((sum, place) => sum + place, 0) / 20_000).toBeCloseTo(22_750, -3);
    const [first, , half] = sample.batch.columns;
    expect(first).toEqual({ kind: 'numeric', values: places.map((place) => 2 * place) });
    expect(half).toMatchObject({ codes: Int32Array.from(places, (place) => place % 2) });
    const labels = Float64Array.from(training.labels.flatMap((part) => [...part]));
    expect(sample.labels).toEqual(takeValues(labels, Uint32Array.from(places)));
    const { rocAuc } = evaluate(sample.labels, sample.margins, 0).metrics;
    expect(rocAuc?.value).toBeGreaterThan(0.75);
    expect(await chooseReference(PLAIN, training, null, OPTIONS)).toEqual({ sample, reason: null });
  });

  it('takes the margins that selection made, of the rows that it scored', async () => {
    const training = trainingOf(500, risk);
    const [batch, labels] = [training.batches[0], training.labels[0]];
    if (batch === undefined || labels === undefined) throw new Error('no batch');
    const margins = labels.map((_, row) => (row % 5 === 0 ? Number.NaN : row / 100));
    const { sample } = await chooseReference(PLAIN, training, { batch, labels, margins }, OPTIONS);
    expect(sample?.labels).toHaveLength(400);
    expect(sample?.values?.subarray(0, 4)).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(sample?.margins).toEqual(margins.filter((margin) => !Number.isNaN(margin)));
  });

  it('scores later rows by earlier ones where times are known', async () => {
    const { sample } = await chooseReference(PLAIN, trainingOf(600, risk, true), null, OPTIONS);
    expect(sample?.labels).toHaveLength(500);
    expect(sample?.values?.[0]).toBe(100);
  });

  it('is not to be had where a class has fewer than two rows, and says so', async () => {
    let left = 1;
    const lonely = await chooseReference(
      PLAIN,
      trainingOf(26, () => (left-- > 0 ? 1 : 0)),
      null,
      OPTIONS,
    );
    expect(lonely).toEqual({
      sample: null,
      reason: expect.stringMatching(/^26 rows, 1 of the smaller class, are too few/),
    });
  });

  it('is not to be had where a fold has no optimum, and says so', async () => {
    const free = { ...PLAIN, options: { C: Number.POSITIVE_INFINITY, standardize: false } } as CandidateSpec;
    const separated = await chooseReference(
      free,
      trainingOf(40, (_, x) => (x > 0 ? 1 : 0)),
      null,
      OPTIONS,
    );
    expect(separated).toEqual({
      sample: null,
      reason: expect.stringContaining('A fold of the rows could not be fitted.'),
    });
  });
});
