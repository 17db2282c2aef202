import { describe, expect, it } from 'vitest';
import { type CandidateOptions, listCandidates } from './candidates.ts';

const OPTIONS: CandidateOptions = {
  model: 'auto',
  logistic: { C: 1, standardize: false },
  monotone: {},
  seed: 0,
  rows: 90,
  clients: 90,
  smallerClass: 20,
  numericColumns: 8,
};

describe('listCandidates', () => {
  const names = (options: Partial<CandidateOptions>) =>
    listCandidates({ ...OPTIONS, ...options }).specs.map(({ name }) => name);

  it('tries the base rate, a line and splines at any size, and explains why no trees are grown', () => {
    const few = listCandidates(OPTIONS);
    expect(few.specs.map(({ name }) => name)).toEqual(['base-rate', 'logistic', 'logistic-splines']);
    expect(few.trees).toBe('none');
    expect(few.note).toContain('90 rows, 20 of the smaller class: too few for boosted trees');
    const many = listCandidates({ ...OPTIONS, rows: 900, clients: 900, smallerClass: 200 });
    expect(many).toMatchObject({ trees: 'any', note: null });
    expect(many.specs).toEqual(few.specs);
    const some = listCandidates({ ...OPTIONS, rows: 150, clients: 150, smallerClass: 30 });
    expect(some).toMatchObject({ trees: 'small', note: null });
  });

  it('counts clients, not their rows', () => {
    const { note, trees } = listCandidates({ ...OPTIONS, rows: 5000, clients: 150, smallerClass: 60 });
    expect(trees).toBe('none');
    expect(note).toContain('5000 rows of 150 clients');
    expect(note).toContain('at least 200 clients and 50 of the smaller class');
  });

  it('tries an elastic net where columns are many, and no splines where they are very many', () => {
    expect(names({ numericColumns: 40 })).toEqual([
      'base-rate',
      'logistic',
      'logistic-splines',
      'elastic-net',
    ]);
    expect(names({ numericColumns: 400 })).toEqual(['base-rate', 'logistic', 'elastic-net']);
  });

  it('takes the logistic regression of the configuration as it is where that alone is asked for', () => {
    const { specs, trees } = listCandidates({ ...OPTIONS, model: 'logistic' });
    expect(specs).toMatchObject([{ name: 'logistic', tuned: false, options: { C: 1, standardize: false } }]);
    expect(trees).toBe('none');
  });
});
