/** How long choosing a model may take where nobody said so. */

const MIN_SECONDS = 60;
const MAX_SECONDS = 1800;
/** Numbers of a table that a second of searching is given for. */
const CELLS_A_SECOND = 10_000;

/** Seconds for a table of so many rows and columns that are learned from: one to thirty minutes, in whole ones. */
export function defaultBudgetSeconds(rows: number, columns: number): number {
  const seconds = Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, (rows * columns) / CELLS_A_SECOND));
  return Math.ceil(seconds / 60) * 60;
}
