/** Says what kind of values a column has, from its tally alone. */
import type { ColumnTally } from './column-tally.ts';
import { isMissingWord } from './missing-words.ts';

export type ColumnKind = 'empty' | 'constant' | 'numeric' | 'time' | 'categorical' | 'text';

/** Share of the values that must be numbers; the rest is quarantined when the data is read. */
const NUMBER_SHARE = 0.99;
const MAX_LEVELS = 1000;
const ROWS_PER_LEVEL = 5;
const FEW_LEVELS = 10;

export interface KindOfColumn {
  readonly kind: ColumnKind;
  /** Rows without a value, as a column of this kind is read. */
  readonly missing: number;
  /** Texts that must be taken to mean "missing" for the column to be one of numbers. */
  readonly missingTexts: readonly string[];
  /** Rows whose text is no number although the column is one of numbers. */
  readonly odd: number;
}

/** The kind, with what must hold for the column to be read so. */
export function kindOf(tally: ColumnTally): KindOfColumn {
  const present = tally.rows - tally.empty;
  const plain = (kind: ColumnKind): KindOfColumn => ({
    kind,
    missing: tally.empty,
    missingTexts: [],
    odd: 0,
  });
  if (present === 0) return plain('empty');
  if (tally.distinct - tally.missingTexts.size <= 0) return { ...plain('empty'), missing: tally.rows };
  const missingTexts = [...tally.oddTexts.keys()].filter(isMissingWord);
  const blanks =
    rowsOf(tally.missingTexts, [...tally.missingTexts.keys()]) + rowsOf(tally.oddTexts, missingTexts);
  const odd = present - tally.numbers - blanks;
  if (tally.numbers > 0 && odd <= (1 - NUMBER_SHARE) * (present - blanks)) {
    const kind = tally.min === tally.max && odd === 0 ? 'constant' : 'numeric';
    return { kind, missing: tally.empty + blanks, missingTexts, odd };
  }
  if (tally.distinct === 1) {
    // One text or nothing is a choice of two.
    return plain(Math.min(present, tally.empty) >= FEW_LEVELS ? 'categorical' : 'constant');
  }
  if (tally.times === present) return plain('time');
  return plain(hasLevels(tally) ? 'categorical' : 'text');
}

function rowsOf(counts: ReadonlyMap<string, number>, texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + (counts.get(text) ?? 0), 0);
}

/** Whether the values are few enough, for the rows there are, to be levels that a model can learn. */
export function hasLevels(tally: ColumnTally): boolean {
  const present = tally.rows - tally.empty;
  const { distinct } = tally;
  if (distinct <= FEW_LEVELS) return distinct === 2 || distinct * 2 <= present;
  return distinct <= MAX_LEVELS && distinct * ROWS_PER_LEVEL <= present;
}
