import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { domainClassifier } from './domain-classifier.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'a', kind: 'numeric' },
  { name: 'b', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
const OPTIONS = { seed: 4, alpha: 0.01, psi: 0.1 };

/** Two normal columns of the given correlation, and levels that say nothing. */
function rows(count: number, seed: number, correlation: number, levels = ['x', 'y']): SourceBatch {
  const random = createRandom(seed);
  const a = Float64Array.from({ length: count }, () => random.normal());
  const b = a.map((x) => correlation * x + Math.sqrt(1 - correlation ** 2) * random.normal());
  const codes = Int32Array.from({ length: count }, () => random.below(3) - 1);
  return {
    rows: count,
    columns: [
      { kind: 'numeric', values: a },
      { kind: 'numeric', values: b },
      { kind: 'categorical', codes, levels },
    ],
  };
}

describe('domainClassifier', () => {
  it('finds a change that no column shows alone, and who carries it', () => {
    const drift = domainClassifier(INPUTS, rows(2_000, 1, 0.9), rows(2_000, 2, -0.9), OPTIONS);
    expect(drift.verdict).toBe('drift');
    expect(drift.auc?.value).toBeGreaterThan(0.8);
    expect(drift.p).toBeLessThan(1e-6);
    expect(
      drift.columns
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b']);
    expect(drift.reason).toMatch(
      /^Current rows can be told from those of training \(AUC 0\.\d+ on 3200 rows\)/,
    );
  });

  it('stays quiet without a change, and matches levels by their text', () => {
    const swapped = rows(1_000, 4, 0.5);
    const [a, b, plan] = swapped.columns;
    if (plan?.kind !== 'categorical' || a === undefined || b === undefined) throw new Error('three columns');
    const codes = plan.codes.map((code) => (code < 0 ? -1 : 1 - code));
    const columns = [a, b, { kind: 'categorical' as const, codes, levels: ['y', 'x'] }];
    const reference = rows(1_000, 3, 0.5);
    const drift = domainClassifier(INPUTS, reference, swapped, OPTIONS);
    expect(drift.verdict).toBe('no-drift');
    expect(domainClassifier(INPUTS, reference, { rows: 1_000, columns }, OPTIONS)).toEqual(drift);
  });

  it('has p-values that are right without a change, though trees learn from each other', () => {
    const p = Array.from({ length: 120 }, (_, k) => {
      const { p: value } = domainClassifier(INPUTS, rows(150, 2 * k, 0), rows(120, 2 * k + 1, 0), {
        ...OPTIONS,
        seed: k,
      });
      return value ?? Number.NaN;
    });
    expect(p.filter((value) => value <= 0.1).length).toBeLessThan(24);
    expect(p.filter((value) => value <= 0.5).length).toBeGreaterThan(40);
    expect(p.filter((value) => value <= 0.5).length).toBeLessThan(80);
  });

  it('has p-values that do not reject by knowing again the clients of both sides', () => {
    const p = Array.from({ length: 80 }, (_, k) => {
      const both = rows(150, k, 0);
      const clients = BigUint64Array.from({ length: 150 }, (__, row) => BigInt(row));
      return (
        domainClassifier(INPUTS, both, both, { ...OPTIONS, seed: k, clients: [clients, clients] }).p ?? 0
      );
    });
    expect(p.filter((value) => value <= 0.1).length).toBeLessThan(12);
  });

  it('tells apart what a single value tells apart, with an interval', () => {
    const constant = (value: number, seed: number) => {
      const { rows: count, columns: all } = rows(500, seed, 0);
      const values = new Float64Array(count).fill(value);
      return { rows: count, columns: [{ kind: 'numeric' as const, values }, ...all.slice(1)] };
    };
    const { auc, columns, reason } = domainClassifier(INPUTS, constant(1, 5), constant(2, 6), OPTIONS);
    expect(auc).toMatchObject({ value: 1, high: 1, rows: 800 });
    expect(auc?.low).toBeLessThan(1);
    expect(columns[0]).toMatchObject({ name: 'a', share: 1 });
    expect(reason).toMatch(/most of all by a\.$/);
  });

  it('says that rows are too few', () => {
    const drift = domainClassifier(INPUTS, rows(99, 1, 0), rows(500, 2, 0), OPTIONS);
    expect(drift).toMatchObject({ verdict: 'too-few-rows', auc: null, p: null });
    expect(drift.reason).toBe(
      '99 and 500 rows are too few to learn to tell them apart; 100 of each would do.',
    );
  });
});
