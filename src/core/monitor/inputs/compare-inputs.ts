/** Decides for every column of a window whether it has drifted from the reference, and says why. */

import type { ColumnTally } from './column-counter.ts';
import { type ColumnStatistics, compareColumn } from './compare-column.ts';
import { columnReason, windowReason } from './drift-reason.ts';
import type { ColumnReference, DriftReference } from './drift-reference.ts';
import { adjustFalseDiscovery } from './false-discovery.ts';
import type { ColumnDrift, DriftBand, InputDrift, InputDriftOptions } from './input-drift.ts';
import { referenceRowsForPsi, rowsForPsi } from './share-distances.ts';
import type { TallyState } from './tally.ts';

/**
 * Compares a tally with its reference. A column has drifted when a test of it is significant after Benjamini and
 * Hochberg over the tests of all columns with enough rows, and the shift is large enough: PSI by its scaled chi-square
 * and bias-corrected value (missing, and rare or unseen levels, have cells of their own), or values outside the
 * reference's range by their exact chance and what they would add to the PSI. All else is evidence that is shown.
 * `too-few-rows` as a whole where no column has enough.
 */
export function compareInputs(
  reference: DriftReference,
  tally: TallyState,
  options: InputDriftOptions,
): InputDrift {
  const { alpha, psi, seed = 0 } = options;
  const judged = reference.columns.map((column, index): Judged => {
    const counted = tally.columns[index] as ColumnTally;
    const statistics = compareColumn(column, counted, tally.rows, alpha, seed + index);
    const needed = enoughRows(column, statistics, options);
    return { statistics, ...needed, tests: needed.isEnough ? testsOf(statistics) : [] };
  });
  const columns = adjustTests(judged).map((column) => decide(column, options));
  const verdict = windowVerdict(columns);
  const rows = { reference: reference.rows, current: tally.rows };
  return { verdict, rows, alpha, psi, columns, reason: windowReason(verdict, rows, columns) };
}

interface Test {
  readonly p: number;
  /** In units of PSI. */
  readonly size: number;
}

interface Judged extends Pick<ColumnDrift, 'rowsNeeded' | 'referenceRowsNeeded'> {
  readonly statistics: ColumnStatistics;
  readonly isEnough: boolean;
  /** None where there are too few rows. */
  readonly tests: readonly Test[];
}

/** The same with the p of all tests adjusted for each other. */
function adjustTests(judged: readonly Judged[]): Judged[] {
  const adjusted = adjustFalseDiscovery(judged.flatMap(({ tests }) => tests.map(({ p }) => p)));
  let next = 0;
  return judged.map((column) => ({
    ...column,
    tests: column.tests.map(({ size }) => ({ size, p: adjusted[next++] as number })),
  }));
}

function decide({ statistics, isEnough, tests, ...needed }: Judged, options: InputDriftOptions): ColumnDrift {
  const isDrift = tests.some(({ p, size }) => p <= options.alpha && size >= options.psi);
  const column = {
    ...statistics,
    ...needed,
    verdict: isEnough ? (isDrift ? ('drift' as const) : ('no-drift' as const)) : ('too-few-rows' as const),
    band: bandOf(statistics),
    adjustedP: isEnough ? Math.min(...tests.map(({ p }) => p)) : null,
  };
  return { ...column, reason: columnReason(column, options) };
}

function windowVerdict(columns: readonly ColumnDrift[]): InputDrift['verdict'] {
  for (const verdict of ['drift', 'no-drift'] as const) {
    if (columns.some((column) => column.verdict === verdict)) return verdict;
  }
  return 'too-few-rows';
}

function enoughRows(column: ColumnReference, { psi, rows }: ColumnStatistics, options: InputDriftOptions) {
  // Without a window the cells are not known: those of the reference alone are fewest.
  const cells = psi?.cells ?? (column.kind === 'numeric' ? 10 : Math.max(2, column.levels.length));
  const derived = rowsForPsi(column.rows, cells, options.alpha, options.psi);
  const rowsNeeded = options.minimumRows ?? derived;
  const needed = referenceRowsForPsi(cells, options.alpha, options.psi);
  return {
    rowsNeeded,
    referenceRowsNeeded: rowsNeeded === null ? needed : null,
    isEnough: psi !== null && rowsNeeded !== null && rows.current >= rowsNeeded,
  };
}

function testsOf({ psi, outside }: ColumnStatistics): Test[] {
  return [
    ...(psi === null ? [] : [{ p: psi.p, size: psi.corrected }]),
    ...(outside === null ? [] : [{ p: outside.p, size: outside.psi }]),
  ];
}

function bandOf({ psi, outside }: ColumnStatistics): DriftBand | null {
  if (psi === null) return null;
  const size = Math.max(psi.corrected, outside?.psi ?? 0);
  return size < 0.1 ? 'little' : size < 0.25 ? 'moderate' : 'large';
}
