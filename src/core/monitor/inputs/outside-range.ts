/** Values that no row of the reference has, below its minimum or above its maximum. */
import { fisherGreater } from '../../math/fisher-exact.ts';
import { type ComparedColumn, type DriftComparison, percent } from './drift-comparison.ts';

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

/** Its exact test holds on any number of rows. */
export const outsideRange: DriftComparison<'numeric', OutsideRange> = {
  compare: (column) => (column.reference.range === null ? null : outsideOf(column)),
  alarm: { size: ({ psi }) => psi, pValues: ({ p }) => [p] },
  standsOut: {
    kind: 'outside',
    words({ below, above, lowest, highest, p }) {
      if (below + above <= 0.02 || p >= 0.01) return null;
      const farthest = above >= below ? highest : lowest;
      const seen = farthest === null ? '' : `, up to ${farthest}`;
      return `${percent(below + above)} of the rows lie outside the range of training${seen}`;
    },
  },
};

function outsideOf({ reference, tally, rows }: ComparedColumn<'numeric'>): OutsideRange {
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
