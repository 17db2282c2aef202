/** How far two sets of shares over the same cells are apart. */
import { chiSquareLimit, chiSquareTail } from '../../math/chi-square.ts';
import type { Cells } from './cells.ts';

export interface PsiResult {
  /** As the field computes it, with half a row added to each cell. */
  readonly value: number;
  /** Less what it is on average without any change; not below 0. */
  readonly corrected: number;
  /** Exceeded by chance alone with the chance `alpha`. */
  readonly limit: number;
  readonly p: number;
  readonly cells: number;
}

/**
 * Population stability index, sum of (p - q) ln(p / q). Without a change it is about (1/n + 1/m) times a chi-square of
 * cells - 1 degrees of freedom (Yurdakul and Naranjo, J. Risk Model Validation 14(4), 2020): its bias, limit and p
 * come from there. null where either side has no rows.
 */
export function psiOf({ reference, current }: Cells, alpha: number): PsiResult | null {
  const [n, m] = [sum(reference), sum(current)];
  if (n === 0 || m === 0) return null;
  const cells = reference.length;
  let value = 0;
  reference.forEach((rows, cell) => {
    const p = (rows + 0.5) / (n + cells / 2);
    const q = ((current[cell] ?? 0) + 0.5) / (m + cells / 2);
    value += (p - q) * Math.log(p / q);
  });
  const scale = 1 / n + 1 / m;
  return {
    value,
    corrected: Math.max(0, value - scale * (cells - 1)),
    limit: cells > 1 ? scale * chiSquareLimit(alpha, cells - 1) : 0,
    p: chiSquareTail(value / scale, cells - 1),
    cells,
  };
}

/** Rows of the current window from which chance alone stays below `size` in PSI; null where none are enough. */
export function rowsForPsi(referenceRows: number, cells: number, alpha: number, size: number): number | null {
  if (referenceRows === 0) return null;
  if (cells < 2) return 1;
  const room = size / chiSquareLimit(alpha, cells - 1) - 1 / referenceRows;
  return room > 0 ? Math.ceil(1 / room) : null;
}

/** Reference rows from which some number of current rows is enough. */
export function referenceRowsForPsi(cells: number, alpha: number, size: number): number {
  return cells < 2 ? 1 : Math.floor(chiSquareLimit(alpha, cells - 1) / size) + 1;
}

/** Pearson's chi-square that both sides have the same shares, without a continuity correction. null as `psiOf`. */
export function chiSquareOf({ reference, current }: Cells): ChiSquareResult | null {
  const [n, m] = [sum(reference), sum(current)];
  if (n === 0 || m === 0) return null;
  let [value, full] = [0, 0];
  reference.forEach((rows, cell) => {
    const both = rows + (current[cell] ?? 0);
    if (both === 0) return;
    const off = rows - (both * n) / (n + m);
    value += (off * off * (n + m) ** 2) / (both * n * m);
    full++;
  });
  return { value, degrees: full - 1, p: chiSquareTail(value, full - 1) };
}

export interface ChiSquareResult {
  readonly value: number;
  readonly degrees: number;
  readonly p: number;
}

/** Jensen-Shannon distance of the shares: root of the divergence to base 2, in [0, 1]. null as `psiOf`. */
export function jensenShannonOf({ reference, current }: Cells): number | null {
  const [n, m] = [sum(reference), sum(current)];
  if (n === 0 || m === 0) return null;
  let divergence = 0;
  reference.forEach((rows, cell) => {
    const [p, q] = [rows / n, (current[cell] ?? 0) / m];
    const middle = (p + q) / 2;
    if (p > 0) divergence += (p / 2) * Math.log2(p / middle);
    if (q > 0) divergence += (q / 2) * Math.log2(q / middle);
  });
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
