/** McNemar's test: is one of two models right alone more often than the other? */
import { incompleteBeta } from '../../math/incomplete-beta.ts';
import { twoSidedTail } from '../../math/normal-tail.ts';

/** Up to so many rows on which the two differ the exact test is taken. */
const MAX_EXACT = 10_000;

export interface McNemar {
  /** (b - c)^2 / (b + c); 0 where the two never differ. */
  readonly statistic: number;
  readonly pValue: number;
  readonly exact: boolean;
}

/**
 * The two-sided test of equal accuracy from the rows on which one was right alone (McNemar, Psychometrika 12,
 * 1947): exact, of a Binomial(b + c, 1/2), or by the chi-square limit beyond 10,000 such rows.
 */
export function mcnemar(b: number, c: number): McNemar {
  const differing = b + c;
  if (differing === 0) return { statistic: 0, pValue: 1, exact: true };
  const statistic = (b - c) ** 2 / differing;
  if (differing > MAX_EXACT) return { statistic, pValue: twoSidedTail(Math.sqrt(statistic)), exact: false };
  const fewer = Math.min(b, c);
  const atMost = fewer === differing ? 1 : incompleteBeta(differing - fewer, fewer + 1, 0.5);
  return { statistic, pValue: Math.min(1, 2 * atMost), exact: true };
}
