/** Why a column, or a window, counts as drifted or not, in one sentence each. */
import type { ColumnDrift, InputDrift } from './input-drift.ts';

type Told = Omit<ColumnDrift, 'reason'>;

/** Columns that a sentence names. */
const NAMED = 3;

/** One sentence on a column. */
export function columnReason(column: Told, { psi: size }: { readonly psi: number }): string {
  const { name, rows, verdict, psi } = column;
  if (verdict === 'too-few-rows') return tooFewRows(column);
  const shift = `PSI ${digits(psi?.corrected ?? 0)} less its bias on ${rows.current} rows`;
  if (verdict === 'no-drift') {
    return (psi?.corrected ?? 0) < size
      ? `${name} has not shifted by enough to matter (${shift}, an alarm needs ${size}).`
      : `${name} may have shifted (${shift}), but chance can do as much (p ${digits(column.adjustedP ?? 1)}).`;
  }
  return `${name} has shifted: ${mainChange(column) ?? 'its values are spread otherwise than in training'} (${shift}).`;
}

function tooFewRows({ name, rows, rowsNeeded, referenceRowsNeeded }: Told): string {
  return rowsNeeded === null
    ? `${name} cannot be judged: the model was trained on ${rows.reference} rows, and a shift of this size can be ` +
        `told from chance only from ${referenceRowsNeeded} on.`
    : `${name} cannot be judged on ${rows.current} rows; ${rowsNeeded} would do.`;
}

/** What stands out most: what is missing, what is new, what is out of range; null where none of these does. */
function mainChange({ missing, unseen, outside, wasserstein }: Told): string | null {
  if (missing !== null && Math.abs(missing.current - missing.reference) > 0.05 && missing.p < 0.01) {
    return `${percent(missing.current)} of its values are missing, in training ${percent(missing.reference)}`;
  }
  if (unseen !== null && unseen.share > 0.02 && unseen.p < 0.01) {
    const names = unseen.levels.slice(0, NAMED).map(({ level }) => `"${level}"`);
    return `${percent(unseen.share)} of the rows have a level that training did not (${names.join(', ')})`;
  }
  const out = (outside?.below ?? 0) + (outside?.above ?? 0);
  if (outside !== null && out > 0.02 && outside.p < 0.01) {
    const farthest = outside.above >= outside.below ? outside.highest : outside.lowest;
    const seen = farthest === null ? '' : `, up to ${farthest}`;
    return `${percent(out)} of the rows lie outside the range of training${seen}`;
  }
  return wasserstein === null
    ? null
    : `its values have moved by ${digits(wasserstein)} standard deviations on average`;
}

/** One sentence on the window. */
export function windowReason(
  verdict: InputDrift['verdict'],
  rows: InputDrift['rows'],
  columns: readonly Told[],
): string {
  const of = (wanted: Told['verdict']) => columns.filter((column) => column.verdict === wanted);
  if (columns.length === 0) return 'The model has no input to compare.';
  if (verdict === 'too-few-rows') return windowTooSmall(rows, columns);
  const left = of('too-few-rows').length;
  const rest = left === 0 ? '' : `; ${left} more could not be judged on so few rows`;
  const judged = columns.length - left;
  if (verdict === 'no-drift') {
    const none = judged === 1 ? 'The one column has not shifted' : `None of ${judged} columns has shifted`;
    return `${none} by enough to matter on ${rows.current} rows${rest}.`;
  }
  const drifted = [...of('drift')].sort((a, b) => (b.psi?.corrected ?? 0) - (a.psi?.corrected ?? 0));
  const names = drifted.slice(0, NAMED).map(({ name }) => name);
  const more = drifted.length > NAMED ? ` and ${drifted.length - NAMED} more` : '';
  const verb = drifted.length === 1 ? 'has' : 'have';
  return `${drifted.length} of ${judged} columns ${verb} shifted on ${rows.current} rows: ${names.join(', ')}${more}${rest}.`;
}

function windowTooSmall(rows: InputDrift['rows'], columns: readonly Told[]): string {
  const needed = columns.map(({ rowsNeeded }) => rowsNeeded).filter((count) => count !== null);
  if (needed.length > 0) {
    return `${rows.current} rows are too few to judge the inputs; ${Math.min(...needed)} would do for the first column.`;
  }
  const least = Math.min(...columns.map((column) => column.referenceRowsNeeded ?? Number.POSITIVE_INFINITY));
  return `The inputs cannot be judged: the model was trained on ${rows.reference} rows, at least ${least} are needed.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function digits(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
