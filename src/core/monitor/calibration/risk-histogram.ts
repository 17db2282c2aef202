/** Counts of rows by the risk that a model gave them and by what became of them: all that calibration must know. */
import { TidewatchError } from '../../../base/errors.ts';
import { logit } from '../../math/sigmoid.ts';

/** Cells to a unit of log-odds. Within a cell risks differ by 0.8 % of their value at most. */
const CELLS_PER_UNIT = 32;
/** Log-odds beyond which all rows share a cell: risks below 0.03 % and above 99.97 %, where a few surprises prove little. */
const MAX_LOG_ODDS = 8;

/**
 * Plain JSON data, sums that are exact and may be merged in any order. A row is in the cell nearest to 32 times its
 * log-odds; only cells with rows are listed, ascending.
 */
export interface RiskHistogram {
  readonly cells: readonly number[];
  /** Rows of each cell that stayed, and that left. */
  readonly stayed: readonly number[];
  readonly left: readonly number[];
}

/** Cells are whole numbers from -MAX_RISK_CELL to MAX_RISK_CELL. */
export const MAX_RISK_CELL = CELLS_PER_UNIT * MAX_LOG_ODDS;

export const NO_RISKS: RiskHistogram = Object.freeze({ cells: [], stayed: [], left: [] });

/**
 * Counts rows by probability in [0, 1] and label, 1 (left) or 0 (stayed); rows of another label, such as NaN, are
 * passed over. Error: `value-invalid` for a probability outside [0, 1].
 */
export function countRisks(probabilities: ArrayLike<number>, labels: ArrayLike<number>): RiskHistogram {
  const middle = MAX_RISK_CELL;
  const stayed = new Float64Array(2 * middle + 1);
  const left = new Float64Array(2 * middle + 1);
  for (let row = 0; row < probabilities.length; row++) {
    const label = labels[row];
    if (label !== 0 && label !== 1) continue;
    const probability = probabilities[row] as number;
    if (!(probability >= 0 && probability <= 1)) {
      throw new TidewatchError('value-invalid', `A risk of ${probability} was counted: expected 0 to 1.`);
    }
    const cell = middle + riskCell(probability);
    const counts = label === 1 ? left : stayed;
    counts[cell] = (counts[cell] as number) + 1;
  }
  const filled = Array.from(stayed.keys()).filter((cell) => stayed[cell] !== 0 || left[cell] !== 0);
  return {
    cells: filled.map((cell) => cell - middle),
    stayed: filled.map((cell) => stayed[cell] as number),
    left: filled.map((cell) => left[cell] as number),
  };
}

/** The cell of a probability in [0, 1]; a greater one never has a lower cell. */
export function riskCell(probability: number): number {
  const nearest = Math.round(CELLS_PER_UNIT * logit(probability));
  return Math.max(-MAX_RISK_CELL, Math.min(MAX_RISK_CELL, nearest));
}

/** The rows of both. */
export function mergeRisks(a: RiskHistogram, b: RiskHistogram): RiskHistogram {
  const cells: number[] = [];
  const stayed: number[] = [];
  const left: number[] = [];
  for (let [i, j] = [0, 0]; i < a.cells.length || j < b.cells.length; ) {
    const [ofA, ofB] = [a.cells[i] ?? Number.POSITIVE_INFINITY, b.cells[j] ?? Number.POSITIVE_INFINITY];
    const cell = Math.min(ofA, ofB);
    cells.push(cell);
    stayed.push((ofA === cell ? (a.stayed[i] as number) : 0) + (ofB === cell ? (b.stayed[j] as number) : 0));
    left.push((ofA === cell ? (a.left[i] as number) : 0) + (ofB === cell ? (b.left[j] as number) : 0));
    if (ofA === cell) i++;
    if (ofB === cell) j++;
  }
  return { cells, stayed, left };
}

/** Rows, and those of them that left. */
export function totalsOf({ stayed, left }: RiskHistogram): { readonly rows: number; readonly left: number } {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return { rows: sum(stayed) + sum(left), left: sum(left) };
}

/** The log-odds in the middle of each listed cell. */
export function logOddsOf({ cells }: RiskHistogram): Float64Array {
  return Float64Array.from(cells, (cell) => cell / CELLS_PER_UNIT);
}
