/** What each drift method must see; a method without a line here does not compile. */

import type { ColumnReference, NumericReference } from '../../src/core/document/drift-reference.ts';
import { fisherTest } from '../../src/core/math/fisher-exact.ts';
import { type ColumnStatistics, compareColumn } from '../../src/core/monitor/inputs/compare-column.ts';
import { kolmogorovSmirnovOf } from '../../src/core/monitor/inputs/kolmogorov-smirnov.ts';
import { type DriftMethodName, readingsOf } from '../../src/core/monitor/inputs/methods.ts';
import { chiSquareOf, jensenShannonOf, psiOf } from '../../src/core/monitor/inputs/share-distances.ts';
import type { TallyState } from '../../src/core/monitor/inputs/tally.ts';
import { wassersteinOf } from '../../src/core/monitor/inputs/wasserstein.ts';

interface Promises {
  /** Whether it sees a level, or a value past the range, that the reference has not. */
  readonly seesNew: boolean;
  /** Whether it sees values that have gone missing. */
  readonly seesMissing: boolean;
  /** The statistic between rows in the same bins, where both sides count alike; null: they do not by law. */
  readonly between: ((a: readonly number[], b: readonly number[]) => number | null) | null;
}

export const PROMISES: { readonly [Name in DriftMethodName]: Promises } = {
  psi: {
    seesNew: true,
    seesMissing: true,
    between: (reference, current) => psiOf({ reference, current }, 0.01)?.value ?? null,
  },
  jensenShannon: {
    seesNew: true,
    seesMissing: true,
    between: (reference, current) => jensenShannonOf({ reference, current }),
  },
  kolmogorovSmirnov: {
    seesNew: true,
    seesMissing: false,
    between: (a, b) => kolmogorovSmirnovOf(a, b, 0)?.value ?? null,
  },
  wasserstein: {
    seesNew: true,
    seesMissing: false,
    between: (a, b) =>
      wassersteinOf(inBins(a), { kind: 'numeric', missing: 0, counts: b, lowest: null, highest: null }),
  },
  chiSquare: {
    seesNew: true,
    seesMissing: true,
    between: (reference, current) => chiSquareOf({ reference, current })?.value ?? null,
  },
  missing: {
    seesNew: false,
    seesMissing: true,
    between: ([a = 0, n = 0], [b = 0, m = 0]) =>
      fisherTest({ successes: a, trials: a + n }, { successes: b, trials: b + m }),
  },
  outside: { seesNew: true, seesMissing: false, between: null },
  unseen: { seesNew: true, seesMissing: false, between: null },
};

/** How far a method says that the column has moved, 0 for not at all, and its p; null where it has no answer. */
export function readMethod(
  name: DriftMethodName,
  statistics: ColumnStatistics,
): { readonly statistic: number; readonly p: number | null } | null {
  const reading = readingsOf(statistics)[name];
  if (reading === null) return null;
  // As the field computes it: the bias that is taken off for show would hide a statistic that is not 0.
  const value = name === 'psi' ? (statistics.psi?.value ?? Number.NaN) : reading.value;
  return { statistic: Math.abs(value - (reading.before ?? 0)), p: reading.pValue };
}

/** Counts as a reference whose inner bins end at 1, 2, 3, ... */
function inBins(counts: readonly number[]): NumericReference {
  const edges = counts.slice(2).map((_, k) => k + 1);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const range = { min: 0, max: edges.length, mean: 0, std: 1 };
  return { kind: 'numeric', name: 'x', rows, missing: 0, range, edges, counts, atoms: false };
}

/** The statistics of the one column that was tallied. */
export function statisticsOf(reference: ColumnReference, { columns, rows }: TallyState): ColumnStatistics {
  const [tally] = columns;
  if (tally === undefined) throw new Error('a tally of one column');
  return compareColumn(reference, tally, rows, 0.01, 0);
}
