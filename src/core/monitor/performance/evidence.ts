/**
 * Evidence that a limit is crossed, gathered row by row: bets whose wealth grows when rows are worse than the limit. It
 * holds however often it is looked at, and it is the same, bit for bit, however the rows are split over calls.
 */

/**
 * What a bet stakes, as a share of the most that it may: small stakes find small falls, large ones are quick to
 * find large falls. Fixed beforehand, mixed with equal weights.
 */
export const STAKES: readonly number[] = Object.freeze([0.02, 0.05, 0.1, 0.2, 0.4]);

/** Wealth is kept as mantissa * 2^(SHIFT * exponent), so that it neither over- nor underflows. */
const SHIFT = 256;
const LARGE = 2 ** SHIFT;
const SMALL = 2 ** -SHIFT;

/**
 * The state of one test, plain data. An excess x of a row is how much worse it was than the limit on a scale of
 * your choice; a bet l multiplies its wealth by 1 + l x. Where the mean of x, given the past, is at most 0 that
 * is a fair or losing game:
 * - e-process: E_t = mean over l of prod (1 + l x_i); it ever reaches 1 / alpha with chance at most alpha
 *   (Ville). Betting as in Waudby-Smith and Ramdas (JRSS-B 86, 2024), for risks that rise: Podkopaev and Ramdas
 *   (ICLR 2022, arXiv 2110.06177).
 * - e-detector of Shiryaev and Roberts: M_t = (1 + l x_t) (M_{t-1} + 1), M_0 = 0, mean over l; stopping at the
 *   first M_t >= A takes A rows on average at least: Shin, Ramdas and Rinaldo (NEJSDS 2023, arXiv 2203.03532).
 */
export interface Evidence {
  /** Multiples l of the excess; 1 + l x must be positive for every x that can come. */
  readonly bets: readonly number[];
  readonly wealth: readonly number[];
  readonly wealthExponents: readonly number[];
  readonly detector: readonly number[];
  readonly detectorExponents: readonly number[];
  readonly eLevel: number;
  readonly detectorLevel: number;
  /** Rows fed. */
  readonly rows: number;
  /** The row, counted from 1, at which a level was first reached; null: not yet. */
  readonly eCrossedAt: number | null;
  readonly detectorCrossedAt: number | null;
}

export interface EvidenceLevels {
  /** 1 / alpha of the e-process. */
  readonly eLevel: number;
  /** Rows between false alarms of the e-detector. */
  readonly detectorLevel: number;
}

/** No row seen. Each bet l must keep 1 + l x positive at the lowest excess x. */
export function startEvidence(bets: readonly number[], levels: EvidenceLevels): Evidence {
  return {
    bets,
    wealth: bets.map(() => 1),
    wealthExponents: bets.map(() => 0),
    detector: bets.map(() => 0),
    detectorExponents: bets.map(() => 0),
    ...levels,
    rows: 0,
    eCrossedAt: null,
    detectorCrossedAt: null,
  };
}

/**
 * The evidence with the first `rows` rows added in their order: `excesses` feed the e-process, `shifts` the
 * detector, both in excess of what each of them tests.
 */
export function advanceEvidence(
  evidence: Evidence,
  excesses: Float64Array,
  shifts: Float64Array,
  rows: number,
): Evidence {
  const wealth = gamblersOf(evidence.wealth, evidence.wealthExponents);
  const detector = gamblersOf(evidence.detector, evidence.detectorExponents);
  const eSums = new Float64Array(rows);
  const detectorSums = new Float64Array(rows);
  evidence.bets.forEach((bet, k) => {
    betOnExcesses(wealth, k, bet, excesses, eSums);
    betOnShifts(detector, k, bet, shifts, detectorSums);
  });
  const { eLevel, detectorLevel, bets } = evidence;
  return {
    ...evidence,
    wealth: Array.from(wealth.mantissas),
    wealthExponents: Array.from(wealth.exponents),
    detector: Array.from(detector.mantissas),
    detectorExponents: Array.from(detector.exponents),
    rows: evidence.rows + rows,
    eCrossedAt: evidence.eCrossedAt ?? firstRow(eSums, eLevel * bets.length, evidence.rows),
    detectorCrossedAt:
      evidence.detectorCrossedAt ?? firstRow(detectorSums, detectorLevel * bets.length, evidence.rows),
  };
}

/** Multiplies the wealth of gambler k row by row, and adds what it stands for to `sums`. */
function betOnExcesses(
  wealth: Gamblers,
  k: number,
  bet: number,
  excesses: Float64Array,
  sums: Float64Array,
): void {
  let mantissa = wealth.mantissas[k] as number;
  let exponent = wealth.exponents[k] as number;
  let unit = LARGE ** exponent;
  for (let i = 0; i < sums.length; i++) {
    mantissa *= 1 + bet * (excesses[i] as number);
    if (mantissa >= LARGE || mantissa < SMALL) {
      const by = mantissa < SMALL ? -1 : 1;
      mantissa *= LARGE ** -by;
      exponent += by;
      unit = LARGE ** exponent;
    }
    sums[i] = (sums[i] as number) + mantissa * unit;
  }
  wealth.mantissas[k] = mantissa;
  wealth.exponents[k] = exponent;
}

/** The same for a detector, into which a new gambler with a wealth of 1 enters at every row. */
function betOnShifts(
  detector: Gamblers,
  k: number,
  bet: number,
  shifts: Float64Array,
  sums: Float64Array,
): void {
  let mantissa = detector.mantissas[k] as number;
  let exponent = detector.exponents[k] as number;
  let unit = LARGE ** exponent;
  let entry = 1 / unit;
  for (let i = 0; i < sums.length; i++) {
    mantissa = (mantissa + entry) * (1 + bet * (shifts[i] as number));
    if (mantissa >= LARGE || mantissa < SMALL) {
      const by = mantissa < SMALL ? -1 : 1;
      mantissa *= LARGE ** -by;
      exponent += by;
      unit = LARGE ** exponent;
      entry = 1 / unit;
    }
    sums[i] = (sums[i] as number) + mantissa * unit;
  }
  detector.mantissas[k] = mantissa;
  detector.exponents[k] = exponent;
}

/** The row at which the sums first reach a level, counted on from `before`; null: nowhere. */
function firstRow(sums: Float64Array, level: number, before: number): number | null {
  const at = sums.findIndex((sum) => sum >= level);
  return at === -1 ? null : before + at + 1;
}

/** log10 of the e-process and of the e-detector now; -Infinity for a detector without a row. */
export function evidenceLog10({ wealth, wealthExponents, detector, detectorExponents }: Evidence): {
  readonly e: number;
  readonly detector: number;
} {
  return { e: meanLog10(wealth, wealthExponents), detector: meanLog10(detector, detectorExponents) };
}

interface Gamblers {
  readonly mantissas: Float64Array;
  readonly exponents: Float64Array;
}

function gamblersOf(mantissas: readonly number[], exponents: readonly number[]): Gamblers {
  return { mantissas: Float64Array.from(mantissas), exponents: Float64Array.from(exponents) };
}

function meanLog10(mantissas: readonly number[], exponents: readonly number[]): number {
  const logs = mantissas.map((mantissa, k) => Math.log2(mantissa) + SHIFT * (exponents[k] as number));
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  const sum = logs.reduce((total, log) => total + 2 ** (log - most), 0);
  return (most + Math.log2(sum / logs.length)) * Math.log10(2);
}
