/** Compares one column with its reference: every drift method, before any decision. */

import type { ColumnReference } from '../../document/drift-reference.ts';
import { cellsOf } from './cells.ts';
import type { ColumnTally } from './column-counter.ts';
import type { ComparedColumn, CountedColumn, DriftComparison } from './drift-comparison.ts';
import { exactShift } from './exact-shift.ts';
import type { InputAlarm } from './input-alarm.ts';
import { kolmogorovSmirnovOf } from './kolmogorov-smirnov.ts';
import { type ColumnKind, DRIFT_METHODS, type DriftAnswers, type DriftMethodName } from './methods.ts';
import { missingShift } from './missing-shift.ts';
import { outsideRange } from './outside-range.ts';
import { chiSquareOf, jensenShannonOf, type PsiResult, psiOf } from './share-distances.ts';
import { unseenShift } from './unseen-shift.ts';
import { scaledWasserstein } from './wasserstein.ts';

/** The exact test holds on any number of rows, the chi-square of the PSI where it is sharp. */
const psi: DriftComparison<ColumnKind, PsiResult> = {
  compare: ({ cells, alpha }) => psiOf(cells, alpha),
  alarm: {
    size: ({ corrected }) => corrected,
    pValues: ({ p }, { reference, tally, rows }, isSharp) => [
      exactShift(reference, tally, rows),
      ...(isSharp ? [p] : []),
    ],
  },
};

/** The comparison of each method, in the order in which a column answers them. */
const COMPARISONS = {
  psi,
  jensenShannon: { compare: ({ cells }: ComparedColumn) => jensenShannonOf(cells) },
  missing: missingShift,
  kolmogorovSmirnov: {
    compare: ({ reference, tally, seed }: ComparedColumn<'numeric'>) =>
      kolmogorovSmirnovOf(reference.counts, tally.counts, seed),
  },
  wasserstein: {
    compare: ({ reference, tally }: ComparedColumn<'numeric'>) => scaledWasserstein(reference, tally),
  },
  chiSquare: { compare: ({ cells }: ComparedColumn<'categorical'>) => chiSquareOf(cells) },
  outside: outsideRange,
  unseen: unseenShift,
} satisfies {
  readonly [Name in DriftMethodName]: DriftComparison<KindOf<Name>, NonNullable<DriftAnswers[Name]>>;
};

type KindOf<Name extends DriftMethodName> = (typeof DRIFT_METHODS)[Name]['kinds'][number];

/** Any of them, for the answers that it gives itself. */
type AnyComparison = DriftComparison<ColumnKind, unknown>;

const NAMES = Object.keys(COMPARISONS) as DriftMethodName[];

/** What each method answers; null where it does not apply to the column or a side has no rows. */
type Answers = { readonly [Name in DriftMethodName]: ReturnType<(typeof COMPARISONS)[Name]['compare']> };

/** Statistics of one column. */
export interface ColumnStatistics extends Answers {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly rows: { readonly reference: number; readonly current: number };
}

/** `seed` draws the null distribution of Kolmogorov-Smirnov. The tally must be of this reference. */
export function compareColumn(
  reference: ColumnReference,
  tally: ColumnTally,
  currentRows: number,
  alpha: number,
  seed: number,
): ColumnStatistics {
  const { name, kind, rows } = reference;
  const cells = cellsOf(reference, tally, currentRows);
  const column = { reference, tally, rows: currentRows, cells, alpha, seed };
  const answers = NAMES.map((method) => {
    const kinds: readonly ColumnKind[] = DRIFT_METHODS[method].kinds;
    const applies = rows > 0 && currentRows > 0 && kinds.includes(kind);
    return [method, applies ? (COMPARISONS[method] as AnyComparison).compare(column) : null];
  });
  return {
    ...{ name, kind, rows: { reference: rows, current: currentRows } },
    ...(Object.fromEntries(answers) as Answers),
  };
}

/** A test of a column that can raise an alarm: its chance where nothing has changed, and the size of what it found. */
export interface ShiftTest {
  readonly p: number;
  /** In units of PSI. */
  readonly size: number;
}

/** The tests of all methods that raise alarms; see `DriftComparison` for `isSharp`. */
export function shiftTests(
  statistics: ColumnStatistics,
  column: CountedColumn,
  isSharp: boolean,
): readonly ShiftTest[] {
  return answered(statistics).flatMap(({ answer, comparison: { alarm } }) =>
    alarm === undefined
      ? []
      : alarm.pValues(answer, column, isSharp).map((p) => ({ p, size: alarm.size(answer) })),
  );
}

/** The size of the largest shift by any method that raises alarms, in units of PSI; null where none has an answer. */
export function shiftSize(statistics: ColumnStatistics): number | null {
  const sizes = answered(statistics).flatMap(
    ({ answer, comparison: { alarm } }) => alarm?.size(answer) ?? [],
  );
  return sizes.length === 0 ? null : Math.max(...sizes);
}

/** What stands out most of a column that has moved. */
export interface StandingOut {
  readonly kind: InputAlarm['kind'];
  /** In words that follow "has shifted:". */
  readonly change: string;
  /** Of the shift by that method alone, in units of PSI; null where it raises no alarms. */
  readonly size: number | null;
}

/** By the first method whose answer stands out; null: none does. */
export function standingOut(statistics: ColumnStatistics): StandingOut | null {
  for (const { answer, comparison } of answered(statistics)) {
    const { standsOut, alarm } = comparison;
    const change = standsOut?.words(answer) ?? null;
    if (standsOut !== undefined && change !== null) {
      return { kind: standsOut.kind, change, size: alarm?.size(answer) ?? null };
    }
  }
  return null;
}

/** The methods that have an answer, in order. */
function answered(statistics: ColumnStatistics) {
  return NAMES.flatMap((method) => {
    const answer: unknown = statistics[method];
    return answer === null ? [] : [{ method, answer, comparison: COMPARISONS[method] as AnyComparison }];
  });
}
