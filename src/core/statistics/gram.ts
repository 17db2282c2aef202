/** Gram statistics of logistic regression at given coefficients: all that a Newton step must know of the rows. */

/** Rows in memory as columns; the unit in which statistics are summed. */
export interface DesignBlock {
  readonly rows: number;
  /** One a feature, `rows` finite values each. */
  readonly columns: readonly Float64Array[];
  /** 1 (left) or 0 (stayed). */
  readonly labels: Float64Array;
  /** Weight of each row, not negative; null: 1 each. */
  readonly weights: Float64Array | null;
}

/** Coefficients to evaluate at, in standardised coordinates z = (x - mean) * scale. */
export interface GramPoint {
  /** Intercept first, then one a feature. */
  readonly coefficients: Float64Array;
  readonly means: Float64Array;
  /** 1 / standard deviation; 0 takes the feature out. */
  readonly scales: Float64Array;
  /** Whether the Hessian may be left out, as 0; a kernel that has it for nothing need not. */
  readonly gradientOnly?: boolean;
}

/** Sums over rows, intercept first, in standardised coordinates. The record is plain and additive. */
export interface GramStatistics {
  rows: number;
  /** Sum of weights. */
  weight: number;
  /** Sum of log losses. */
  loss: number;
  /** Rows whose margin is 0 or has the wrong sign; 0 says that the data is separated. */
  wrong: number;
  /** Gradient of the loss, features + 1. */
  readonly gradient: Float64Array;
  /** Hessian of the loss, row-major (features + 1)^2, upper triangle. */
  readonly hessian: Float64Array;
}

/** Makes the statistics of one block. Kernels may be exchanged: the sums are the same up to rounding. */
export type GramKernel = (block: DesignBlock, point: GramPoint) => GramStatistics;

/** No rows seen. */
export function createGram(features: number): GramStatistics {
  const size = features + 1;
  return {
    rows: 0,
    weight: 0,
    loss: 0,
    wrong: 0,
    gradient: new Float64Array(size),
    hessian: new Float64Array(size * size),
  };
}

/** Adds `part` to `total` in place. */
export function addGramInto(total: GramStatistics, part: GramStatistics): void {
  total.rows += part.rows;
  total.weight += part.weight;
  total.loss += part.loss;
  total.wrong += part.wrong;
  for (let j = 0; j < total.gradient.length; j++) {
    total.gradient[j] = (total.gradient[j] as number) + (part.gradient[j] as number);
  }
  for (let j = 0; j < total.hessian.length; j++) {
    total.hessian[j] = (total.hessian[j] as number) + (part.hessian[j] as number);
  }
}

/**
 * Sum of the statistics of blocks, taken in the order given. Whoever computed the parts, threads or hosts, the
 * same blocks in the same order give the same bits.
 */
export function sumGram(parts: Iterable<GramStatistics>, features: number): GramStatistics {
  const total = createGram(features);
  for (const part of parts) addGramInto(total, part);
  return total;
}
