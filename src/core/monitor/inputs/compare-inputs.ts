/** Decides for every column of the windows of a look whether it is broken, has moved, or neither, and says why. */

import type { ColumnReference, DriftReference } from '../../document/drift-reference.ts';
import { FAULT_TESTS, type Fault, findFaults, leastFaultP, type NumericSummary } from './broken-columns.ts';
import type { ColumnTally } from './column-counter.ts';
import {
  type ColumnStatistics,
  compareColumn,
  type ShiftTest,
  shiftSize,
  shiftTests,
} from './compare-column.ts';
import { columnReason, movedAlarm, rowsText, windowReason } from './drift-reason.ts';
import { adjustFalseDiscovery } from './false-discovery.ts';
import { type InputAlarm, type InputWindow, worstAlarms } from './input-alarm.ts';
import type { ColumnDrift, DriftBand, InputDrift, InputDriftOptions } from './input-drift.ts';
import { referenceRowsForPsi, rowsForPsi } from './share-distances.ts';
import type { TallyState } from './tally.ts';

/** Rows to be judged, with what they are compared with. */
export interface ComparedRows {
  readonly reference: DriftReference;
  readonly tally: TallyState;
  /** How the rows are called in a sentence. */
  readonly window: InputWindow;
  readonly file?: string | null;
  /** Of the numeric columns that `needsSummary` asks for; without one their units and constants are not judged. */
  readonly summaries?: ReadonlyMap<string, NumericSummary>;
}

/** One window alone; see `compareAll`. */
export function compareInputs(
  reference: DriftReference,
  tally: TallyState,
  options: InputDriftOptions,
): InputDrift {
  return compareAll([{ reference, tally, window: 'all' }], options)[0] as InputDrift;
}

/**
 * Compares each of the tallies with its reference. A column is **broken** where a fault of `findFaults` is significant
 * at `alpha` over all fault tests of all columns and windows (Bonferroni), on any number of rows. It has **moved**
 * where a test is significant at `alpha` after Benjamini and Hochberg over all of them, and the shift is large enough:
 * PSI by its scaled chi-square, from the rows on at which that holds; `exactShift` on any number of rows, its size the
 * bias-corrected PSI; values outside the range of training by their exact chance and what they would add to the PSI.
 * All else is evidence that is shown. `too-few-rows` where not even a column that is missing in all rows would alarm.
 */
export function compareAll(all: readonly ComparedRows[], options: InputDriftOptions): readonly InputDrift[] {
  const { seed = 0 } = options;
  const faultTests = FAULT_TESTS * all.reduce((sum, { reference }) => sum + reference.columns.length, 0);
  const judged = all.map(({ reference, tally, summaries }) =>
    reference.columns.map((column, index) =>
      judgeColumn(column, tally.columns[index] as ColumnTally, tally.rows, seed + index, {
        ...options,
        faultTests,
        summary: summaries?.get(column.name) ?? null,
      }),
    ),
  );
  const adjusted = adjustFalseDiscovery(judged.flat().flatMap(({ tests }) => tests.map(({ p }) => p)));
  let next = 0;
  return all.map((compared, which) => {
    const columns = (judged[which] as Judged[]).map((column) => {
      const tests = column.tests.map(({ size }) => ({ size, p: adjusted[next++] as number }));
      return decide({ ...column, tests }, compared, options);
    });
    return windowOf(compared, columns, options);
  });
}

interface Judged extends Pick<ColumnDrift, 'rowsNeeded' | 'referenceRowsNeeded'> {
  readonly statistics: ColumnStatistics;
  /** Whether anything could alarm on so few rows. */
  readonly isEnough: boolean;
  /** Of a shift. */
  readonly tests: readonly ShiftTest[];
  /** Their p is adjusted. */
  readonly faults: readonly Fault[];
}

interface JudgeOptions extends InputDriftOptions {
  /** Fault tests of the whole look. */
  readonly faultTests: number;
  readonly summary: NumericSummary | null;
}

/** Rows of a window from which a shift of the size of an alarm is seen in every column that can show one. */
export function rowsForShift(reference: DriftReference, { alpha, psi }: InputDriftOptions): number {
  return reference.columns.reduce(
    (most, column) => Math.max(most, rowsForPsi(column.rows, fewestCells(column), alpha, psi) ?? 0),
    0,
  );
}

/** Cells of the reference alone; rows that differ may have more. */
function fewestCells(column: ColumnReference): number {
  return column.kind === 'numeric' ? 10 : Math.max(2, column.levels.length);
}

function judgeColumn(
  column: ColumnReference,
  counted: ColumnTally,
  rows: number,
  seed: number,
  options: JudgeOptions,
): Judged {
  const { alpha, psi: size, faultTests, summary } = options;
  const statistics = compareColumn(column, counted, rows, alpha, seed);
  const { psi } = statistics;
  const cells = psi?.cells ?? fewestCells(column);
  const rowsNeeded = rowsForPsi(column.rows, cells, alpha, size);
  const isSharp = psi !== null && rowsNeeded !== null && rows >= rowsNeeded;
  const isEnough = isSharp || leastFaultP(column, rows) * faultTests <= alpha;
  return {
    statistics,
    rowsNeeded,
    referenceRowsNeeded: rowsNeeded === null ? referenceRowsForPsi(cells, alpha, size) : null,
    isEnough,
    tests: isEnough ? shiftTests(statistics, { reference: column, tally: counted, rows }, isSharp) : [],
    faults: findFaults(column, counted, rows, summary).map((fault) => ({
      ...fault,
      p: Math.min(1, fault.p * faultTests),
    })),
  };
}

function decide(
  { statistics, isEnough, tests, faults, ...needed }: Judged,
  { window, tally, file = null }: ComparedRows,
  { alpha, psi }: InputDriftOptions,
): ColumnDrift & { readonly alarms: readonly InputAlarm[] } {
  const { name: column } = statistics;
  const shared = { column, window, file, rows: tally.rows };
  const broken = faults
    .filter(({ p }) => p <= alpha)
    .map(({ kind, p, says }): InputAlarm => {
      const said = `${column} ${says(rowsText(window, tally.rows, file))}`;
      const sentence = said.endsWith('?') ? said : `${said}.`;
      return { severity: 'broken', kind, ...shared, p, sentence };
    });
  const shifts = tests.filter(({ p, size }) => p <= alpha && size >= psi);
  const change = movedAlarm(statistics, rowsText(window, tally.rows, file));
  const moved: readonly InputAlarm[] =
    broken.length > 0 || shifts.length === 0
      ? []
      : [
          {
            severity: 'moved',
            kind: change.kind,
            ...shared,
            p: Math.min(...shifts.map(({ p }) => p)),
            sentence: change.sentence,
          },
        ];
  const alarms = [...broken, ...moved];
  const verdict = alarms.length > 0 ? 'drift' : isEnough ? 'no-drift' : 'too-few-rows';
  const found = [...tests, ...alarms].map(({ p }) => p);
  const told = {
    ...statistics,
    ...needed,
    verdict,
    band: bandOf(statistics),
    adjustedP: isEnough && found.length > 0 ? Math.min(...found) : null,
  } as const;
  return { ...told, alarms, reason: alarms[0]?.sentence ?? columnReason(told, { psi }) };
}

function windowOf(
  { reference, tally }: ComparedRows,
  judged: readonly (ColumnDrift & { readonly alarms: readonly InputAlarm[] })[],
  { alpha, psi }: InputDriftOptions,
): InputDrift {
  const alarms = worstAlarms(judged.flatMap((column) => column.alarms));
  const columns = judged.map(({ alarms: _, ...column }) => column);
  const rows = { reference: reference.rows, current: tally.rows };
  const verdict = windowVerdict(columns);
  return {
    verdict,
    rows,
    alpha,
    psi,
    columns,
    alarms,
    reason: windowReason(verdict, rows, columns, alarms, psi),
  };
}

function windowVerdict(columns: readonly ColumnDrift[]): InputDrift['verdict'] {
  for (const verdict of ['drift', 'no-drift'] as const) {
    if (columns.some((column) => column.verdict === verdict)) return verdict;
  }
  return 'too-few-rows';
}

function bandOf(statistics: ColumnStatistics): DriftBand | null {
  const size = shiftSize(statistics);
  if (size === null) return null;
  return size < 0.1 ? 'little' : size < 0.25 ? 'moderate' : 'large';
}
