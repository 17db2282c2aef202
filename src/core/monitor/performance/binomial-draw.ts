/** Random binomial and multinomial counts, whose cost does not grow with the number of trials. */
import type { Random } from '../../../base/random.ts';
import { logGamma } from '../../math/log-gamma.ts';

/** Up to this mean the inversion of the distribution is the faster way. */
const SMALL_MEAN = 10;

/** Successes in `trials` trials of the given chance (0 to 1). */
export function drawBinomial(trials: number, chance: number, random: Random): number {
  if (trials <= 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - drawBinomial(trials, 1 - chance, random);
  return trials * chance < SMALL_MEAN
    ? byInversion(trials, chance, random)
    : byRejection(trials, chance, random);
}

/** Counts of one multinomial draw of sum(cells) trials, each kind as likely as its share of `cells`. */
export function drawMultinomial(cells: readonly number[], random: Random): number[] {
  let rest = cells.reduce((sum, cell) => sum + cell, 0);
  let trials = rest;
  return cells.map((cell) => {
    const drawn = drawBinomial(trials, rest > 0 ? cell / rest : 0, random);
    trials -= drawn;
    rest -= cell;
    return drawn;
  });
}

function byInversion(trials: number, chance: number, random: Random): number {
  const odds = chance / (1 - chance);
  let probability = Math.exp(trials * Math.log1p(-chance));
  let left = random.uniform();
  let count = 0;
  while (left > probability && count < trials) {
    left -= probability;
    count++;
    probability *= (odds * (trials - count + 1)) / count;
  }
  return count;
}

/** Transformed rejection, algorithm BTRD without its squeeze: Hormann (J. Stat. Comput. Simul. 46, 1993). */
function byRejection(trials: number, chance: number, random: Random): number {
  const spread = Math.sqrt(trials * chance * (1 - chance));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const c = trials * chance + 0.5;
  const scale = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((trials + 1) * chance);
  const logOdds = Math.log(chance) - Math.log1p(-chance);
  const atMode = logGamma(mode + 1) + logGamma(trials - mode + 1);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = 1 - random.uniform();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + c);
    if (count < 0 || count > trials) continue;
    const height = Math.log((v * scale) / (a / (distance * distance) + b));
    const density = atMode - logGamma(count + 1) - logGamma(trials - count + 1) + (count - mode) * logOdds;
    if (height <= density) return count;
  }
}
