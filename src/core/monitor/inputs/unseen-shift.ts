/** Levels that no row of the reference has. */
import { fisherGreater } from '../../math/fisher-exact.ts';
import { type DriftComparison, percent } from './drift-comparison.ts';

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

const TOP_LEVELS = 5;
/** Levels that a sentence names. */
const NAMED = 3;

/** No answer where the reference pools rare levels, so that a new one cannot be told from them. */
export const unseenShift: DriftComparison<'categorical', UnseenShift> = {
  compare({ reference, tally: { unseen }, rows }) {
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
  },
  standsOut: {
    kind: 'unseen',
    words({ share, levels, p }) {
      if (share <= 0.02 || p >= 0.01) return null;
      const names = levels.slice(0, NAMED).map(({ level }) => `"${level}"`);
      return `${percent(share)} of the rows have a level that training did not (${names.join(', ')})`;
    },
  },
};
