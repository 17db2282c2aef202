/** Solves symmetric positive definite systems, the step of every Newton method here. */

/** Largest share of the mean diagonal that is added before a system counts as unsolvable. */
const LARGEST_JITTER = 1e-4;

export interface SymmetricSolution {
  readonly solution: Float64Array;
  /** What was added to the scaled diagonal to make the matrix positive definite; 0 as a rule. */
  readonly jitter: number;
}

/**
 * Solves A x = b by Cholesky after scaling A to a unit diagonal.
 * @param matrix row-major size x size; only the upper triangle is read, nothing is changed.
 * Rows whose diagonal is not positive carry no information: their x is 0. If A is not positive definite to
 * working precision (collinear columns), the diagonal grows from 1e-14 in steps of 100; returns null where
 * even 1e-4 does not help or a value is not finite.
 */
export function solveSymmetric(
  matrix: Float64Array,
  rhs: Float64Array,
  size: number,
): SymmetricSolution | null {
  const scale = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const diagonal = matrix[j * size + j] as number;
    scale[j] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  }
  for (let jitter = 0; jitter <= LARGEST_JITTER; jitter = jitter === 0 ? 1e-14 : jitter * 100) {
    const factor = factorise(matrix, scale, size, 1 + jitter);
    if (factor === null) continue;
    const solution = substitute(factor, scale, rhs, size);
    if (solution.every(Number.isFinite)) return { solution, jitter };
  }
  return null;
}

/** Upper factor R with R'R = D A D, D = diag(scale), the unit diagonal raised to `diagonal`; null if indefinite. */
function factorise(
  matrix: Float64Array,
  scale: Float64Array,
  size: number,
  diagonal: number,
): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let k = j; k < size; k++) {
      const scaled = (scale[j] as number) * (scale[k] as number) * (matrix[j * size + k] as number);
      factor[j * size + k] = j === k ? diagonal : scaled;
    }
  }
  for (let j = 0; j < size; j++) {
    const pivot = factor[j * size + j] as number;
    if (!(pivot > 1e-14)) return null;
    const root = Math.sqrt(pivot);
    for (let k = j; k < size; k++) factor[j * size + k] = (factor[j * size + k] as number) / root;
    for (let i = j + 1; i < size; i++) {
      const lead = factor[j * size + i] as number;
      if (lead === 0) continue;
      for (let k = i; k < size; k++) {
        factor[i * size + k] = (factor[i * size + k] as number) - lead * (factor[j * size + k] as number);
      }
    }
  }
  return factor;
}

function substitute(
  factor: Float64Array,
  scale: Float64Array,
  rhs: Float64Array,
  size: number,
): Float64Array {
  const x = Float64Array.from(rhs, (value, j) => value * (scale[j] as number));
  for (let j = 0; j < size; j++) {
    const solved = (x[j] as number) / (factor[j * size + j] as number);
    x[j] = solved;
    for (let k = j + 1; k < size; k++) x[k] = (x[k] as number) - (factor[j * size + k] as number) * solved;
  }
  for (let j = size - 1; j >= 0; j--) {
    let sum = x[j] as number;
    for (let k = j + 1; k < size; k++) sum -= (factor[j * size + k] as number) * (x[k] as number);
    x[j] = sum / (factor[j * size + j] as number);
  }
  return x.map((value, j) => value * (scale[j] as number));
}
