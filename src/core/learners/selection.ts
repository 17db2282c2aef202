/** How a learner is chosen: folds of the rows, and the rule that prefers the simpler candidate. */
import { TidewatchError } from '../../base/errors.ts';
import { createRandom, permutation } from '../../base/random.ts';

export interface FoldOptions {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
}

/**
 * Fold (0 to folds - 1) of each row, once a repeat: every fold has its share of each class, to within one row, and a
 * class with fewer rows than there are folds is not in all of them. Labels are 1 and 0.
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  { folds, repeats, seed }: FoldOptions,
): Uint8Array[] {
  const classes = classesOf(labels);
  return Array.from({ length: repeats }, (_, repeat) => {
    const random = createRandom(seed, repeat);
    const fold = new Uint8Array(labels.length);
    // The second class goes on where the first one ended, so that fold sizes differ by one row at most.
    let next = 0;
    for (const rows of classes) {
      for (const at of permutation(rows.length, random)) fold[rows[at] as number] = next++ % folds;
    }
    return fold;
  });
}

/** The rows of each class. */
function classesOf(labels: ArrayLike<number>): Uint32Array[] {
  const all = Uint32Array.from(labels, (_, row) => row);
  return [0, 1].map((wanted) => all.filter((row) => labels[row] === wanted));
}

export interface ForwardFold {
  /** Rows to learn from, all earlier than those to test on. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Folds that never learn from the future: the rows in time order are cut into folds + 1 parts, and fold k tests
 * on part k + 1 what was learned from all parts before it. Rows of one time stay together, so there may be fewer
 * folds; none where all times are equal. Times are numbers (milliseconds, say); none may be NaN.
 */
export function timeForwardFolds(times: Float64Array, folds: number): ForwardFold[] {
  const order = Uint32Array.from(times, (_, row) => row).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  const timeAt = (place: number) => times[order[place] as number] as number;
  const cuts = Array.from({ length: folds }, (_, k) => {
    let cut = Math.round(((k + 1) * order.length) / (folds + 1));
    while (cut > 0 && cut < order.length && timeAt(cut) === timeAt(cut - 1)) cut++;
    return cut;
  });
  const distinct = [...new Set(cuts)].filter((cut) => cut > 0 && cut < order.length);
  return distinct.map((cut, k) => ({
    train: order.slice(0, cut),
    test: order.slice(cut, distinct[k + 1] ?? order.length),
  }));
}

/** A candidate with the loss of each fold; all candidates on the same folds in the same order. */
export interface Candidate {
  readonly name: string;
  readonly losses: readonly number[];
}

export interface Choice {
  readonly chosen: string;
  /** One a candidate, in the order given. */
  readonly candidates: readonly {
    readonly name: string;
    readonly loss: number;
    /** How much worse than the best, and the standard error of that difference (0 for the best). */
    readonly behind: number;
    readonly standardError: number;
  }[];
  /** Why, as a sentence. */
  readonly reason: string;
}

/**
 * The one-standard-error rule (Breiman et al. 1984) on paired fold losses: the first candidate, the simplest
 * coming first, that is not behind the best by more than one standard error of the difference. The error is
 * corrected for folds that share training rows (Nadeau and Bengio 2003): variance (1/k + test/train).
 * @param testShare share of the rows that a fold tests on, such as 1 / folds.
 * @param errors how many standard errors a simpler candidate may be behind.
 */
export function chooseByOneStandardError(
  candidates: readonly Candidate[],
  testShare: number,
  errors: 1 | 0.5 = 1,
): Choice {
  const means = candidates.map(({ losses }) => mean(losses));
  const best = means.indexOf(Math.min(...means));
  const compared = candidates.map(({ name, losses }, index) => {
    const gaps = losses.map((loss, fold) => loss - (candidates[best]?.losses[fold] as number));
    return {
      name,
      loss: means[index] as number,
      behind: mean(gaps),
      standardError: index === best ? 0 : correctedError(gaps, testShare),
    };
  });
  const chosen = compared.find(({ behind, standardError }) => behind <= errors * standardError);
  if (chosen === undefined) {
    throw new TidewatchError(
      'internal',
      `No candidate has a finite loss on the folds: ${candidates.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { chosen: chosen.name, candidates: compared, reason: reasonOf(compared, chosen, best, errors) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correctedError(gaps: readonly number[], testShare: number): number {
  const centre = mean(gaps);
  const squares = gaps.reduce((sum, gap) => sum + (gap - centre) ** 2, 0);
  const variance = gaps.length > 1 ? squares / (gaps.length - 1) : 0;
  return Math.sqrt(variance * (1 / gaps.length + testShare / (1 - testShare)));
}

function reasonOf(
  compared: Choice['candidates'],
  chosen: Choice['candidates'][number],
  best: number,
  errors: 1 | 0.5,
): string {
  const limit = errors === 1 ? 'one standard error' : 'half a standard error';
  const digits = (value: number) => value.toFixed(5);
  const top = compared[best] as Choice['candidates'][number];
  if (compared.length === 1) return `${chosen.name} is the only candidate.`;
  if (chosen !== top) {
    return (
      `${chosen.name} is simpler and its loss ${digits(chosen.loss)} is behind that of ${top.name}, ` +
      `${digits(top.loss)}, by ${digits(chosen.behind)}, which is within ${limit} (${digits(errors * chosen.standardError)}).`
    );
  }
  const simpler = compared[best - 1];
  if (simpler === undefined)
    return `${chosen.name} is the simplest and has the lowest loss, ${digits(chosen.loss)}.`;
  return (
    `${chosen.name} has the lowest loss, ${digits(chosen.loss)}; the next simpler one, ${simpler.name}, is behind by ` +
    `${digits(simpler.behind)}, more than ${limit} (${digits(errors * simpler.standardError)}).`
  );
}
