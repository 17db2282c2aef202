/**
 * Champion against challenger on new labelled rows, with no sample size fixed beforehand: state that is kept as
 * plain JSON between runs and that ends when the evidence does.
 */
import { TidewatchError } from '../../../base/errors.ts';
import { checkPaired } from './compare-paired.ts';
import { advanceEvidence, type Evidence, evidenceLog10, STAKES, startEvidence } from './evidence.ts';
import { advanceMeanSequence, type MeanSequence, meanInterval, startMeanSequence } from './mean-sequence.ts';
import type { Interval } from './share-sequence.ts';

export type DuelLoss = 'f1' | 'brier';

export interface DuelOptions {
  /** Chance of promoting a challenger that is no better, and of retiring one that is no worse. */
  readonly alpha: number;
  /** F1 of the champion on held-out rows: what a flag must earn (see `startDuel`). From 0 to 1. */
  readonly f1: number;
  /** The loss that decides; the other one is told beside it. */
  readonly decides?: DuelLoss;
}

/** Rows in an order that does not depend on labels or probabilities. */
export interface DuelRows {
  /** 1 or 0; a row with another is left out. */
  readonly labels: Float64Array;
  readonly champion: Float64Array;
  readonly championThreshold: number;
  readonly challenger: Float64Array;
  readonly challengerThreshold: number;
}

/** Both directions of one loss, plain data. */
interface DuelTest {
  readonly better: Evidence;
  readonly worse: Evidence;
  /** Of the advantage mapped from [-1, 1] to [0, 1]. */
  readonly mean: MeanSequence;
}

export interface DuelState {
  readonly alpha: number;
  readonly decides: DuelLoss;
  readonly f1Baseline: number;
  readonly rows: number;
  readonly f1: DuelTest;
  readonly brier: DuelTest;
}

/** Advantages lie in [-1, 1], so that a bet is below 1; large ones suit models that differ little. */
const BETS: readonly number[] = STAKES.map((stake) => 2 * stake);

/**
 * A duel that has seen no row. The advantage of the challenger on a row is loss of the champion less its own:
 * - `f1` (decides unless told otherwise, since the watch and the other gates compare F1): 2 TP - f (TP + FP) of the
 *   challenger less that of the champion, over 2 - f, with f the champion's F1. It is the linear form of F1: where
 *   the champion's true F1 is f, its mean is positive exactly when the challenger's F1 is higher. Rows on which
 *   both decide alike count nothing.
 * - `brier`: the difference of squared errors; it uses every row and asks for calibrated probabilities.
 * Each is tested in both directions by an e-process, promotion or retirement at 1 / alpha (paired comparison by
 * betting: Waudby-Smith and Ramdas 2024). Error `value-invalid` for alpha or f1 out of range.
 */
export function startDuel({ alpha, f1, decides = 'f1' }: DuelOptions): DuelState {
  if (!(alpha > 0 && alpha < 1 && f1 >= 0 && f1 <= 1)) {
    throw new TidewatchError(
      'value-invalid',
      `A duel was asked for with alpha ${alpha} and an F1 of ${f1}: expected alpha between 0 and 1, F1 from 0 to 1.`,
    );
  }
  const levels = { eLevel: 1 / alpha, detectorLevel: Number.MAX_VALUE };
  const evidence = startEvidence(BETS, levels);
  const test = { better: evidence, worse: evidence, mean: startMeanSequence(alpha) };
  return { alpha, decides, f1Baseline: f1, rows: 0, f1: test, brier: test };
}

/**
 * The duel with labelled rows added in the order given; splitting them over calls gives the same state, bit for
 * bit. Errors: `value-invalid` where lengths differ or a labelled row has a probability that is NaN.
 */
export function advanceDuel(state: DuelState, given: DuelRows): DuelState {
  checkPaired(given.labels, given.champion, given.challenger);
  const { rows, f1, brier } = advantagesOf(given, state.f1Baseline);
  return {
    ...state,
    rows: state.rows + rows,
    f1: advanceTest(state.f1, f1, rows),
    brier: advanceTest(state.brier, brier, rows),
  };
}

function advanceTest(test: DuelTest, advantages: Float64Array, rows: number): DuelTest {
  const places = new Float64Array(rows);
  const against = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const advantage = advantages[i] as number;
    places[i] = (1 + advantage) / 2;
    against[i] = -advantage;
  }
  return {
    better: advanceEvidence(test.better, advantages, advantages, rows),
    worse: advanceEvidence(test.worse, against, against, rows),
    mean: advanceMeanSequence(test.mean, places, rows),
  };
}

/** Advantage of the challenger on each labelled row, by both losses. */
function advantagesOf(given: DuelRows, f: number): { rows: number; f1: Float64Array; brier: Float64Array } {
  const { labels, champion, challenger, championThreshold, challengerThreshold } = given;
  const f1 = new Float64Array(labels.length);
  const brier = new Float64Array(labels.length);
  const worth = [-f / (2 - f), 1];
  let rows = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const [old, young] = [champion[i] as number, challenger[i] as number];
    const flags = Number(young > challengerThreshold) - Number(old > championThreshold);
    f1[rows] = flags === 0 ? 0 : flags * (worth[label] as number);
    const squares = (old - label) * (old - label) - (young - label) * (young - label);
    brier[rows] = Math.min(1, Math.max(-1, squares));
    rows++;
  }
  return { rows, f1, brier };
}

export interface DuelLossReading extends Interval {
  /** Mean advantage of the challenger a row, in [-1, 1], with its confidence sequence; null without a row. */
  readonly advantage: number | null;
  readonly betterLog10: number;
  readonly worseLog10: number;
  /** The labelled row at which the level was first reached, counted from 1. */
  readonly betterAt: number | null;
  readonly worseAt: number | null;
}

export interface DuelReading {
  /** What was reached first, once and for all. */
  readonly outcome: 'promote' | 'retire' | 'undecided';
  readonly decidedAt: number | null;
  readonly decides: DuelLoss;
  /** log10 of 1 / alpha. */
  readonly levelLog10: number;
  readonly rows: number;
  readonly f1: DuelLossReading;
  readonly brier: DuelLossReading;
  readonly reason: string;
}

/** Where the duel stands: promote at the level of "better", retire at that of "worse", whichever came first. */
export function readDuel(state: DuelState): DuelReading {
  const readings = { f1: readTest(state.f1), brier: readTest(state.brier) };
  const { betterAt, worseAt } = readings[state.decides];
  const better = betterAt !== null && (worseAt === null || betterAt < worseAt);
  const outcome = better ? 'promote' : worseAt !== null ? 'retire' : 'undecided';
  const decidedAt = better ? betterAt : worseAt;
  const reading = {
    outcome,
    decidedAt,
    decides: state.decides,
    levelLog10: -Math.log10(state.alpha),
    rows: state.rows,
    ...readings,
  } as const;
  return { ...reading, reason: reasonOf(reading, state.alpha) };
}

function readTest({ better, worse, mean }: DuelTest): DuelLossReading {
  const { low, high } = meanInterval(mean);
  return {
    advantage: mean.rows === 0 ? null : 2 * (mean.sum / mean.rows) - 1,
    low: 2 * low - 1,
    high: 2 * high - 1,
    betterLog10: evidenceLog10(better).e,
    worseLog10: evidenceLog10(worse).e,
    betterAt: better.eCrossedAt,
    worseAt: worse.eCrossedAt,
  };
}

function reasonOf(reading: Omit<DuelReading, 'reason'>, alpha: number): string {
  const { outcome, decidedAt, decides, rows } = reading;
  const name = decides === 'f1' ? 'F1' : 'the Brier score';
  const words = `By ${name} on ${rows.toLocaleString('en-US')} labelled rows`;
  const error = `the chance that this is an error is ${alpha} at most, however often it was looked at`;
  const at = `since row ${(decidedAt ?? 0).toLocaleString('en-US')}`;
  if (outcome === 'promote') return `${words} the challenger is better, as is sure ${at}; ${error}.`;
  if (outcome === 'retire') return `${words} the challenger is worse, as is sure ${at}; ${error}.`;
  const { betterLog10, worseLog10 } = reading[decides];
  const e = (log10: number): string => Number((10 ** log10).toPrecision(2)).toString();
  return (
    `${words} it is not decided: evidence ${e(betterLog10)} for better and ${e(worseLog10)} for worse, ` +
    `${e(-Math.log10(alpha))} is needed.`
  );
}
