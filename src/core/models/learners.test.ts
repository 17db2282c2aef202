import { describe, expect, it } from 'vitest';
import { ensembleModel, linearModel } from '../../../test/contracts/random-models.ts';
import { learnerText } from './learners.ts';

describe('a learner in words', () => {
  it('names the members of an ensemble with their weights, and any other by its kind', () => {
    const { learner } = ensembleModel({ kind: 'none' }, { trees: 1, leaves: 2, seed: 1 });
    expect(learnerText(learner)).toBe('ensemble of linear (25 %), rates (25 %), trees (50 %)');
    expect(learnerText(linearModel({ kind: 'none' }, 1).learner)).toBe('logistic-regression');
  });
});
