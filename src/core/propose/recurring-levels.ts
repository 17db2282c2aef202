/** Whether the levels of a column, however many, tell who leaves: by the outcomes of other rows of the same level. */
import { createRandom } from '../../base/random.ts';
import { shrunkRate } from '../features/target-rate.ts';

export interface LevelOutcomes {
  /** Rows of known outcome, and those of them that left. */
  readonly rows: number;
  readonly left: number;
}

export interface LevelsEvidence {
  /** Rows of known outcome that were looked at. */
  readonly rows: number;
  /** Share of these whose level has another row. */
  readonly recurring: number;
  /** Log loss of the base rate less that of the ordered rates of the levels, a row. */
  readonly gain: number;
  readonly isInformative: boolean;
}

/** Columns that say nothing of which one is taken, or fewer. */
const FALSE_ALARMS_PER = 1000;
/** Keeps the order of the rows from being that of other draws of the same seed. */
const STREAM = 0x6c65766c;

/**
 * The ordered target statistic of Prokhorenkova et al. 2018 (CatBoost), with the prior that the learners use: each row
 * is given the rate of leavers of its level's rows before it in a random order, shrunk to the base rate, and its log
 * loss is compared with that of the base rate. A row has no part in its own rate, so that levels that say nothing gain
 * less than nothing. Only the order within a level counts, so rows by level and outcome are enough.
 *
 * Where the levels say nothing, the exponential of the sum of these gains is a likelihood ratio of mean 1 (a test
 * martingale), so by Markov's inequality it is 1000 or more in one column of 1000 at most, however few the rows are
 * (Shafer, Shen, Vereshchagin and Vovk 2011). That is what is asked.
 * @param baseRate share of leavers of all rows; where it is 0 or 1 nothing is informative.
 */
export function weighLevels(
  levels: readonly LevelOutcomes[],
  baseRate: number,
  seed: number,
): LevelsEvidence {
  const random = createRandom(seed, STREAM);
  const known = levels.filter(({ rows }) => rows > 0);
  const rows = known.reduce((sum, level) => sum + level.rows, 0);
  const again = known.reduce((sum, level) => sum + (level.rows > 1 ? level.rows : 0), 0);
  if (rows === 0 || !(baseRate > 0 && baseRate < 1)) {
    return { rows, recurring: 0, gain: 0, isInformative: false };
  }
  const sum = known.reduce((all, level) => all + gainOf(level, baseRate, (below) => random.below(below)), 0);
  return {
    rows,
    recurring: again / rows,
    gain: sum / rows,
    isInformative: sum >= Math.log(FALSE_ALARMS_PER),
  };
}

/** The sum over the rows of a level, in a random order of those that left and those that stayed. */
function gainOf({ rows, left }: LevelOutcomes, baseRate: number, draw: (below: number) => number): number {
  let gain = 0;
  let met = 0;
  for (let before = 0; before < rows; before++) {
    const rate = shrunkRate(met, before, baseRate);
    const isLeaver = draw(rows - before) < left - met;
    gain += isLeaver ? Math.log(rate / baseRate) : Math.log((1 - rate) / (1 - baseRate));
    if (isLeaver) met++;
  }
  return gain;
}
