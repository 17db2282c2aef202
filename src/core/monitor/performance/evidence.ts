/**
 * Evidence against a promise, gathered row by row: bets whose wealth grows when rows are worse than promised. It
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
 * The state of one test, plain data. An excess x of a row is how much worse it was than promised on a scale of
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

/** The evidence with the first `rows` excesses added in their order. */
export function advanceEvidence(evidence: Evidence, excesses: Float64Array, rows: number): Evidence {
  const bets = Float64Array.from(evidence.bets);
  const wealth = gamblersOf(evidence.wealth, evidence.wealthExponents);
  const detector = gamblersOf(evidence.detector, evidence.detectorExponents);
  let { eCrossedAt, detectorCrossedAt } = evidence;
  for (let i = 0; i < rows; i++) {
    const excess = excesses[i] as number;
    let [e, m] = [0, 0];
    for (let k = 0; k < bets.length; k++) {
      const factor = 1 + (bets[k] as number) * excess;
      e += settle(wealth, k, factor * (wealth.mantissas[k] as number));
      const entry = 1 / (detector.units[k] as number);
      m += settle(detector, k, factor * ((detector.mantissas[k] as number) + entry));
    }
    if (eCrossedAt === null && e >= evidence.eLevel * bets.length) eCrossedAt = evidence.rows + i + 1;
    if (detectorCrossedAt === null && m >= evidence.detectorLevel * bets.length)
      detectorCrossedAt = evidence.rows + i + 1;
  }
  return {
    ...evidence,
    wealth: Array.from(wealth.mantissas),
    wealthExponents: Array.from(wealth.exponents),
    detector: Array.from(detector.mantissas),
    detectorExponents: Array.from(detector.exponents),
    rows: evidence.rows + rows,
    eCrossedAt,
    detectorCrossedAt,
  };
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
  /** 2^(SHIFT * exponent), 0 or Infinity where that is beyond a double. */
  readonly units: Float64Array;
}

function gamblersOf(mantissas: readonly number[], exponents: readonly number[]): Gamblers {
  return {
    mantissas: Float64Array.from(mantissas),
    exponents: Float64Array.from(exponents),
    units: Float64Array.from(exponents, (exponent) => LARGE ** exponent),
  };
}

/** Keeps the new mantissa of gambler k in range, and returns what it stands for. */
function settle(gamblers: Gamblers, k: number, mantissa: number): number {
  if (mantissa >= LARGE) shift(gamblers, k, mantissa, 1);
  else if (mantissa < SMALL) shift(gamblers, k, mantissa, -1);
  else gamblers.mantissas[k] = mantissa;
  return (gamblers.mantissas[k] as number) * (gamblers.units[k] as number);
}

function shift(gamblers: Gamblers, k: number, mantissa: number, by: 1 | -1): void {
  const exponent = (gamblers.exponents[k] as number) + by;
  gamblers.exponents[k] = exponent;
  gamblers.units[k] = LARGE ** exponent;
  gamblers.mantissas[k] = mantissa * (by === 1 ? SMALL : LARGE);
}

function meanLog10(mantissas: readonly number[], exponents: readonly number[]): number {
  const logs = mantissas.map((mantissa, k) => Math.log2(mantissa) + SHIFT * (exponents[k] as number));
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  const sum = logs.reduce((total, log) => total + 2 ** (log - most), 0);
  return (most + Math.log2(sum / logs.length)) * Math.log10(2);
}
