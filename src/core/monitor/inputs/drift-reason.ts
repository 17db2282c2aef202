/** Why a column, or a window, counts as drifted or not, in one sentence each. */
import { type ColumnStatistics, standingOut } from './compare-column.ts';
import type { InputAlarm, InputWindow } from './input-alarm.ts';
import type { ColumnDrift, InputDrift } from './input-drift.ts';

type Told = Omit<ColumnDrift, 'reason'>;

/** Alarms that a sentence names. */
const NAMED = 3;

/** The rows of a window with their count: "150 new rows", "150 rows of week-4.csv". */
export function rowsText(window: InputWindow, rows: number, file: string | null): string {
  const count = rows.toLocaleString('en-US');
  const noun = rows === 1 ? 'row' : 'rows';
  if (file !== null) return `${count} ${noun} of ${file}`;
  if (window === 'all') return `${count} new ${noun}`;
  return `${count} ${noun} of the ${window === 'newest' ? 'newest delivery' : 'latest deliveries'}`;
}

/** One sentence on a column that has no alarm. */
export function columnReason(column: Told, { psi: size }: { readonly psi: number }): string {
  const { name, rows, verdict, psi, rowsNeeded, referenceRowsNeeded } = column;
  if (verdict === 'too-few-rows') {
    return `${name} cannot be judged: ${rows.current} new and ${rows.reference} training rows are too few.`;
  }
  const shift = `PSI ${digits(psi?.corrected ?? 0)} less its bias on ${rows.current} rows`;
  if (rowsNeeded === null) {
    return (
      `${name} shows no fault (${shift}). The model was trained on ${rows.reference} rows: a shift of PSI ${size} ` +
      `can be told from chance only from ${referenceRowsNeeded} on.`
    );
  }
  if (rows.current < rowsNeeded) {
    return `${name} shows no fault (${shift}); a shift of PSI ${size} is told from chance from ${rowsNeeded} rows on.`;
  }
  return (psi?.corrected ?? 0) < size
    ? `${name} has not shifted by enough to matter (${shift}, an alarm needs ${size}).`
    : `${name} may have shifted (${shift}), but chance can do as much (p ${digits(column.adjustedP ?? 1)}).`;
}

/** What has changed of a column that has moved: what stands out most, and one sentence on it. */
export function movedAlarm(column: ColumnStatistics, rows: string): Pick<InputAlarm, 'kind' | 'sentence'> {
  const { name, psi, wasserstein } = column;
  const found = standingOut(column);
  const corrected = psi?.corrected ?? 0;
  const alone = found?.size ?? 0;
  const size =
    alone > corrected ? `PSI ${digits(alone)} by these alone` : `PSI ${digits(corrected)} less its bias`;
  const change = found?.change ?? spreadText(wasserstein);
  return { kind: found?.kind ?? 'shifted', sentence: `${name} has shifted in ${rows}: ${change} (${size}).` };
}

function spreadText(wasserstein: number | null): string {
  return wasserstein === null
    ? 'its values are spread otherwise than in training'
    : `its values have moved by ${digits(wasserstein)} standard deviations on average`;
}

/** One sentence on the window, or on the worst alarms of a look. */
export function windowReason(
  verdict: InputDrift['verdict'],
  rows: InputDrift['rows'],
  columns: readonly Told[],
  alarms: readonly InputAlarm[],
  size: number,
): string {
  if (columns.length === 0) return 'The model has no input to compare.';
  if (alarms.length > 0) return alarmsReason(alarms);
  if (verdict === 'too-few-rows') {
    return `${rows.current} new and ${rows.reference} training rows are too few to judge any input.`;
  }
  const none =
    columns.length === 1 ? 'The one column has not shifted' : `None of ${columns.length} columns has shifted`;
  const needed = columns.map(({ rowsNeeded }) => rowsNeeded);
  if (needed.includes(null)) {
    const least = Math.max(...columns.map((column) => column.referenceRowsNeeded ?? 0));
    return (
      `${none} or is broken on ${rows.current} rows, as far as that can be told: the model was trained on ` +
      `${rows.reference} rows, and a shift of PSI ${size} shows in all columns only from ${least} on.`
    );
  }
  const most = Math.max(...needed.map((count) => count ?? 0));
  return rows.current < most
    ? `${none} or is broken on ${rows.current} rows; a shift of PSI ${size} shows in all columns from ${most} rows on.`
    : `${none} by enough to matter on ${rows.current} rows.`;
}

/** What is wrong, worst first. */
export function alarmsReason(alarms: readonly InputAlarm[]): string {
  const told = alarms.slice(0, NAMED).map(({ sentence }) => sentence);
  const more = alarms.length - told.length;
  const broken = new Set(alarms.flatMap(({ severity, column }) => (severity === 'broken' ? column : [])))
    .size;
  return [
    ...told,
    ...(more > 0 ? [`${more} more columns or faults.`] : []),
    ...(broken > 1
      ? [`${broken} columns are broken at once: has the file shifted its columns, or lost some?`]
      : []),
  ].join(' ');
}

function digits(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
