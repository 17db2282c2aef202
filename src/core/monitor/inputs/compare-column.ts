/** Compares one column with its reference: every statistic, before any decision. */

import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import { fisherGreater, fisherTest } from '../../math/fisher-exact.ts';
import { cellsOf } from './cells.ts';
import type { ColumnTally } from './column-counter.ts';
import { type KolmogorovSmirnov, kolmogorovSmirnovOf } from './kolmogorov-smirnov.ts';
import {
  type ChiSquareResult,
  chiSquareOf,
  jensenShannonOf,
  type PsiResult,
  psiOf,
} from './share-distances.ts';
import { wassersteinOf } from './wasserstein.ts';

/** Rows without a value. */
export interface MissingShift {
  readonly reference: number;
  readonly current: number;
  /** Fisher's exact test that the share is the same. */
  readonly p: number;
}

/** Values that no row of the reference has, below its minimum or above its maximum. */
export interface OutsideRange {
  /** Shares of all current rows. */
  readonly below: number;
  readonly above: number;
  /** Farthest finite values; null where there is none. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** What they add to the PSI as a cell of their own. */
  readonly psi: number;
  /** The chance that so many on the worse of the two sides are the most extreme of all rows, twice. */
  readonly p: number;
}

/** Levels that no row of the reference has. */
export interface UnseenShift {
  readonly rows: number;
  readonly share: number;
  /** The most frequent ones, up to 5. */
  readonly levels: readonly { readonly level: string; readonly rows: number }[];
  /** Different ones; null where there are too many to keep apart. */
  readonly distinct: number | null;
  /** Share to be expected without a change: that of levels of one row in the reference (Good and Turing). */
  readonly expected: number;
  /** One-sided exact test of the share against the expected one. */
  readonly p: number;
}

/** Statistics of one column; null where they do not apply to its kind or a side has no rows. */
export interface ColumnStatistics {
  readonly name: string;
  readonly kind: ColumnReference['kind'];
  readonly rows: { readonly reference: number; readonly current: number };
  readonly psi: PsiResult | null;
  /** Base 2, over the cells of the PSI. */
  readonly jensenShannon: number | null;
  readonly kolmogorovSmirnov: KolmogorovSmirnov | null;
  /** In standard deviations of the reference; null also where that is 0 and the values differ. */
  readonly wasserstein: number | null;
  /** Of levels, over the cells of the PSI. */
  readonly chiSquare: ChiSquareResult | null;
  readonly missing: MissingShift | null;
  readonly outside: OutsideRange | null;
  /** null also where the reference pools rare levels, so that a new one cannot be told from them. */
  readonly unseen: UnseenShift | null;
}

const TOP_LEVELS = 5;

/** `seed` draws the null distribution of Kolmogorov-Smirnov. The tally must be of this reference. */
export function compareColumn(
  reference: ColumnReference,
  tally: ColumnTally,
  currentRows: number,
  alpha: number,
  seed: number,
): ColumnStatistics {
  const cells = cellsOf(reference, tally, currentRows);
  const isEmpty = currentRows === 0 || reference.rows === 0;
  const shared = {
    name: reference.name,
    kind: reference.kind,
    rows: { reference: reference.rows, current: currentRows },
    psi: psiOf(cells, alpha),
    jensenShannon: jensenShannonOf(cells),
    missing: isEmpty ? null : missingShift(reference, tally, currentRows),
  };
  if (reference.kind === 'numeric' && tally.kind === 'numeric') {
    return {
      ...shared,
      kolmogorovSmirnov: kolmogorovSmirnovOf(reference.counts, tally.counts, seed),
      wasserstein: scaledWasserstein(reference, tally),
      chiSquare: null,
      outside: isEmpty ? null : outsideRange(reference, tally, currentRows),
      unseen: null,
    };
  }
  return {
    ...shared,
    kolmogorovSmirnov: null,
    wasserstein: null,
    chiSquare: chiSquareOf(cells),
    outside: null,
    unseen:
      isEmpty || reference.kind !== 'categorical' || tally.kind !== 'categorical'
        ? null
        : unseenShift(reference, tally, currentRows),
  };
}

function missingShift(reference: ColumnReference, tally: ColumnTally, rows: number): MissingShift {
  return {
    reference: reference.missing / reference.rows,
    current: tally.missing / rows,
    p: fisherTest(
      { successes: tally.missing, trials: rows },
      { successes: reference.missing, trials: reference.rows },
    ),
  };
}

function scaledWasserstein(
  reference: NumericReference,
  tally: Extract<ColumnTally, { kind: 'numeric' }>,
): number | null {
  const distance = wassersteinOf(reference, tally);
  const std = reference.range?.std ?? 0;
  if (distance === null || distance === 0) return distance;
  return std > 0 ? distance / std : null;
}

function outsideRange(
  reference: NumericReference,
  tally: Extract<ColumnTally, { kind: 'numeric' }>,
  rows: number,
): OutsideRange | null {
  if (reference.range === null) return null;
  const [below, above] = [tally.counts[0] ?? 0, tally.counts.at(-1) ?? 0];
  const known = { successes: 0, trials: reference.rows - reference.missing };
  const trials = rows - tally.missing;
  const side = (successes: number) => fisherGreater({ successes, trials }, known);
  const [expected, seen] = [1 / (reference.rows + 1), (below + above) / rows];
  return {
    below: below / rows,
    above: above / rows,
    lowest: tally.lowest,
    highest: tally.highest,
    psi: seen > expected ? (seen - expected) * Math.log(seen / expected) : 0,
    p: Math.min(1, 2 * Math.min(side(below), side(above))),
  };
}

function unseenShift(
  reference: CategoricalReference,
  { unseen }: Extract<ColumnTally, { kind: 'categorical' }>,
  rows: number,
): UnseenShift | null {
  if (reference.pooled.levels > 0) return null;
  const ordered = [...unseen.levels].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    rows: unseen.rows,
    share: unseen.rows / rows,
    levels: ordered.slice(0, TOP_LEVELS).map(([level, count]) => ({ level, rows: count })),
    distinct: unseen.isSample ? null : unseen.levels.length,
    expected: reference.singletons / reference.rows,
    p: fisherGreater(
      { successes: unseen.rows, trials: rows },
      { successes: reference.singletons, trials: reference.rows },
    ),
  };
}
