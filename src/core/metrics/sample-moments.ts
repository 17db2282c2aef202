/** Mean, spread and skewness of values that come one by one. */

/** Sums that grow with each value; `second` and `third` are of the distances from the mean. */
export interface MomentSums {
  rows: number;
  mean: number;
  second: number;
  third: number;
}

export interface SampleMoments {
  readonly rows: number;
  /** NaN where there is no row. */
  readonly mean: number;
  /** Standard deviation over rows, ddof 1; 0 for fewer than two rows. */
  readonly deviation: number;
  /** Adjusted Fisher-Pearson skewness (as SciPy's with bias=False); 0 for fewer than three rows, or equal ones. */
  readonly skewness: number;
}

/** No value seen. */
export function startMoments(): MomentSums {
  return { rows: 0, mean: 0, second: 0, third: 0 };
}

/** Adds a value in place, without the loss of digits of plain sums of powers: Pébay, SAND2008-6212, equations 1.1. */
export function addToMoments(sums: MomentSums, value: number): void {
  const before = sums.rows;
  const rows = before + 1;
  const step = value - sums.mean;
  const share = step / rows;
  const spread = step * share * before;
  sums.third += spread * share * (before - 1) - 3 * share * sums.second;
  sums.second += spread;
  sums.mean += share;
  sums.rows = rows;
}

/** The values of both: Pébay, SAND2008-6212, equations 2.1. Associative up to rounding; changes neither. */
export function mergeMomentSums(a: MomentSums, b: MomentSums): MomentSums {
  if (a.rows === 0) return { ...b };
  if (b.rows === 0) return { ...a };
  const rows = a.rows + b.rows;
  const step = b.mean - a.mean;
  const spread = step * step * ((a.rows * b.rows) / rows);
  return {
    rows,
    mean: a.mean + step * (b.rows / rows),
    second: a.second + b.second + spread,
    third:
      a.third +
      b.third +
      spread * step * ((a.rows - b.rows) / rows) +
      3 * step * ((a.rows * b.second - b.rows * a.second) / rows),
  };
}

export function readMoments({ rows, mean, second, third }: MomentSums): SampleMoments {
  const deviation = rows > 1 ? Math.sqrt(second / (rows - 1)) : 0;
  const skewed = rows > 2 && second > 0;
  return {
    rows,
    mean: rows === 0 ? Number.NaN : mean,
    deviation,
    skewness: skewed ? (rows * third) / ((rows - 1) * (rows - 2) * deviation ** 3) : 0,
  };
}
