/** Whether a column is spread otherwise than in training, tested without approximation on any number of rows. */

import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import { fisherGreater, fisherTest } from '../../math/fisher-exact.ts';
import { cellsOf, cutBins } from './cells.ts';
import type { ColumnTally } from './column-counter.ts';

/**
 * The p-value that a column has its old distribution: valid on any number of rows, never too small. Numbers by
 * `precedenceTest`, levels by Fisher's test of each cell, missing values by Fisher's test, Bonferroni over these. 1
 * where either side has no rows.
 */
export function exactShift(reference: ColumnReference, tally: ColumnTally, rows: number): number {
  if (reference.rows === 0 || rows === 0) return 1;
  if (reference.kind === 'categorical' || tally.kind === 'categorical') {
    return levelTest(reference as CategoricalReference, tally, rows);
  }
  const missing = fisherTest(
    { successes: tally.missing, trials: rows },
    { successes: reference.missing, trials: reference.rows },
  );
  return Math.min(1, 2 * Math.min(missing, precedenceTest(reference, tally.counts)));
}

/**
 * Precedence tests (Nelson, Technometrics 5, 1963): how many new values lie above, or below, order statistics of the
 * reference, which has the hypergeometric tail of Fisher's test whatever the distribution is; equal values and rounded
 * edges make it larger, never smaller. At the ends of the ten wide bins and at both ends of the range, in both
 * directions, Bonferroni over all. 1 where either side has no value.
 * @param counts of new values in the bins of the reference.
 */
export function precedenceTest(reference: NumericReference, counts: readonly number[]): number {
  const [known, trials] = [total(reference.counts), total(counts)];
  if (known === 0 || trials === 0) return 1;
  const cuts = cutBins(reference);
  let [before, after, bin, least] = [0, 0, 0, 1];
  for (const cut of cuts) {
    for (; bin <= cut; bin++) {
      before += reference.counts[bin] ?? 0;
      after += counts[bin] ?? 0;
    }
    const low = fisherGreater({ successes: after, trials }, { successes: before, trials: known });
    const high = fisherGreater(
      { successes: trials - after, trials },
      { successes: known - before, trials: known },
    );
    least = Math.min(least, low, high);
  }
  return Math.min(1, 2 * cuts.length * least);
}

function levelTest(reference: CategoricalReference, tally: ColumnTally, rows: number): number {
  const { reference: before, current: after } = cellsOf(reference, tally, rows);
  const p = before.map((known, cell) =>
    fisherTest({ successes: after[cell] ?? 0, trials: rows }, { successes: known, trials: reference.rows }),
  );
  return Math.min(1, p.length * Math.min(1, ...p));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
