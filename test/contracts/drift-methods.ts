/** Every method that says how far the inputs of a window are from the reference; a new one is added here. */

import type { ColumnReference, NumericReference } from '../../src/core/document/drift-reference.ts';
import { fisherTest } from '../../src/core/math/fisher-exact.ts';
import { type ColumnStatistics, compareColumn } from '../../src/core/monitor/inputs/compare-column.ts';
import { kolmogorovSmirnovOf } from '../../src/core/monitor/inputs/kolmogorov-smirnov.ts';
import { chiSquareOf, jensenShannonOf, psiOf } from '../../src/core/monitor/inputs/share-distances.ts';
import type { TallyState } from '../../src/core/monitor/inputs/tally.ts';
import { wassersteinOf } from '../../src/core/monitor/inputs/wasserstein.ts';

export interface Reading {
  /** 0 where nothing has changed. */
  readonly statistic: number;
  /** null: the method has none. */
  readonly p: number | null;
}

export interface DriftMethod {
  readonly name: string;
  readonly kinds: readonly ('numeric' | 'categorical')[];
  /** Whether it sees a level, or a value past the range, that the reference has not. */
  readonly seesNew: boolean;
  /** Whether it sees values that have gone missing. */
  readonly seesMissing: boolean;
  /** Reads a column; null where the method has no answer. */
  read(statistics: ColumnStatistics): Reading | null;
  /** The statistic between rows in the same bins, where both sides count alike; null: they do not by law. */
  readonly between: ((a: readonly number[], b: readonly number[]) => number | null) | null;
}

const BOTH = ['numeric', 'categorical'] as const;

export const DRIFT_METHODS: readonly DriftMethod[] = [
  {
    name: 'PSI',
    kinds: BOTH,
    seesNew: true,
    seesMissing: true,
    read: ({ psi }) => (psi === null ? null : { statistic: psi.value, p: psi.p }),
    between: (reference, current) => psiOf({ reference, current }, 0.01)?.value ?? null,
  },
  {
    name: 'Jensen-Shannon distance',
    kinds: BOTH,
    seesNew: true,
    seesMissing: true,
    read: ({ jensenShannon }) => (jensenShannon === null ? null : { statistic: jensenShannon, p: null }),
    between: (reference, current) => jensenShannonOf({ reference, current }),
  },
  {
    name: 'Kolmogorov-Smirnov',
    kinds: ['numeric'],
    seesNew: true,
    seesMissing: false,
    read: ({ kolmogorovSmirnov: found }) => (found === null ? null : { statistic: found.value, p: found.p }),
    between: (a, b) => kolmogorovSmirnovOf(a, b, 0)?.value ?? null,
  },
  {
    name: 'Wasserstein distance',
    kinds: ['numeric'],
    seesNew: true,
    seesMissing: false,
    read: ({ wasserstein }) => (wasserstein === null ? null : { statistic: wasserstein, p: null }),
    between: (a, b) =>
      wassersteinOf(inBins(a), { kind: 'numeric', missing: 0, counts: b, lowest: null, highest: null }),
  },
  {
    name: 'chi-square',
    kinds: ['categorical'],
    seesNew: true,
    seesMissing: true,
    read: ({ chiSquare }) => (chiSquare === null ? null : { statistic: chiSquare.value, p: chiSquare.p }),
    between: (reference, current) => chiSquareOf({ reference, current })?.value ?? null,
  },
  {
    name: 'missing share',
    kinds: BOTH,
    seesNew: false,
    seesMissing: true,
    read: ({ missing }) =>
      missing === null ? null : { statistic: Math.abs(missing.current - missing.reference), p: missing.p },
    between: ([a = 0, n = 0], [b = 0, m = 0]) =>
      fisherTest({ successes: a, trials: a + n }, { successes: b, trials: b + m }),
  },
  {
    name: 'values outside the range',
    kinds: ['numeric'],
    seesNew: true,
    seesMissing: false,
    read: ({ outside }) =>
      outside === null ? null : { statistic: outside.below + outside.above, p: outside.p },
    between: null,
  },
  {
    name: 'unseen levels',
    kinds: ['categorical'],
    seesNew: true,
    seesMissing: false,
    read: ({ unseen }) => (unseen === null ? null : { statistic: unseen.share, p: unseen.p }),
    between: null,
  },
];

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
