/** How often the watch of the inputs alarms in five years of weekly files where nothing has changed, and how soon where something has. */
import { createRandom, type Random } from '../src/base/random.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../src/core/features/source-column.ts';
import { type NumericSummary, needsSummary } from '../src/core/monitor/inputs/broken-columns.ts';
import { buildReference } from '../src/core/monitor/inputs/build-reference.ts';
import { type ComparedRows, compareAll, rowsForShift } from '../src/core/monitor/inputs/compare-inputs.ts';
import type { DriftReference } from '../src/core/monitor/inputs/drift-reference.ts';
import { type InputAlarm, worstAlarms } from '../src/core/monitor/inputs/input-alarm.ts';
import { createReferenceBins, createTally, type TallyState } from '../src/core/monitor/inputs/tally.ts';

/** One false alarm in five years of weekly files. */
export const WEEKLY = Object.freeze({ alpha: 7 / (365.25 * 5), psi: 0.1 });
export const WEEKS = 260;

type Kind = (random: Random) => number | string | null;
const LEVELS = Array.from({ length: 400 }, (_, k) => `level ${k}`);
/** Columns of the kinds that client data has; the fifth to the seventh are the hard ones for exact tests: ties. */
const KINDS: readonly Kind[] = [
  (random) => (random.uniform() < 0.05 ? null : 50 + 10 * random.normal()),
  (random) => Math.exp(3 + random.normal()),
  (random) => LEVELS[random.below(4)] as string,
  (random) => LEVELS[Math.floor(LEVELS.length ** random.uniform())] as string,
  (random) =>
    random.uniform() < 0.7 ? 0 : Math.floor(Math.exp(2 * random.uniform() * random.uniform() * 2)),
  (random) => (random.uniform() < 0.03 ? 1 : 0),
  (random) => (random.uniform() < 0.4 ? null : random.below(6)),
  (random) => (random.uniform() < 0.9 ? 'yes' : (LEVELS[random.below(3)] as string)),
];

export function inputsOf(columns: number): readonly ModelInput[] {
  return Array.from({ length: columns }, (_, k) => ({
    name: `c${k}`,
    kind: [2, 3, 7].includes(k % KINDS.length) ? 'categorical' : 'numeric',
  }));
}

/** Clients of independent columns; `change` alters the first column. */
export function drawClients(
  rows: number,
  columns: number,
  random: Random,
  change: (value: number) => number = (value) => value,
): SourceBatch {
  return {
    rows,
    columns: Array.from({ length: columns }, (_, k): SourceColumn => {
      const values = Array.from({ length: rows }, () => (KINDS[k % KINDS.length] as Kind)(random));
      return inputsOf(columns)[k]?.kind === 'categorical'
        ? { kind: 'text', values: values as (string | null)[] }
        : {
            kind: 'numeric',
            values: Float64Array.from(values as (number | null)[], (value) => {
              const number = value ?? Number.NaN;
              return k === 0 ? change(number) : number;
            }),
          };
    }),
  };
}

interface Stream {
  readonly columns: number;
  readonly referenceRows: number;
  readonly weeklyRows: number;
  readonly weeks: number;
  readonly seed: number;
  /** What becomes of the first column from week `from` on (from 1). */
  readonly change?: { readonly from: number; readonly of: (value: number) => number };
}

/** The alarms of each week: the newest file, the latest files together, and all rows, as `tidewatch watch` takes them. */
export function* alarmsOf({
  columns,
  referenceRows,
  weeklyRows,
  weeks,
  seed,
  change,
}: Stream): Generator<readonly InputAlarm[]> {
  const random = createRandom(seed);
  const inputs = inputsOf(columns);
  const reference = buildReference(inputs, [drawClients(referenceRows, columns, random)]);
  const bins = createReferenceBins(reference);
  const pooled = Math.max(1, Math.ceil(rowsForShift(reference, WEEKLY) / weeklyRows));
  const files: SourceBatch[] = [];
  const tallies: TallyState[] = [];
  const tallyOf = (states: readonly TallyState[]): TallyState => {
    const tally = createTally(reference, bins);
    for (const state of states) tally.merge(state);
    return tally.state();
  };
  let all = tallyOf([]);
  for (let week = 1; week <= weeks; week++) {
    const isChanged = change !== undefined && week >= change.from;
    files.push(drawClients(weeklyRows, columns, random, isChanged ? change.of : undefined));
    const tally = createTally(reference, bins);
    tally.add(files[week - 1] as SourceBatch);
    tallies.push(tally.state());
    all = tallyOf([all, tally.state()]);
    const windows: ComparedRows[] = [];
    const add = (window: ComparedRows['window'], state: TallyState, from: number) =>
      windows.push({
        reference,
        tally: state,
        window,
        summaries: summariesOf(reference, state, files.slice(from)),
      });
    if (pooled > 1 && week > 1) add('newest', tally.state(), week - 1);
    if (pooled < week) add('fresh', tallyOf(tallies.slice(-pooled)), Math.max(0, week - pooled));
    add('all', all, 0);
    yield worstAlarms(compareAll(windows, { ...WEEKLY, seed }).flatMap(({ alarms }) => alarms));
  }
}

function summariesOf(
  reference: DriftReference,
  tally: TallyState,
  files: readonly SourceBatch[],
): ReadonlyMap<string, NumericSummary> {
  return new Map(
    reference.columns.flatMap((column, index) => {
      if (!needsSummary(column, tally.columns[index] as TallyState['columns'][number])) return [];
      const values = files.flatMap(({ columns }) => {
        const found = columns[index];
        return found?.kind === 'numeric' ? [...found.values].filter(Number.isFinite) : [];
      });
      const sorted = values.sort((a, b) => a - b);
      const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
      if (median === undefined) return [];
      return [[column.name, { median, only: least === most ? median : null }] as const];
    }),
  );
}
