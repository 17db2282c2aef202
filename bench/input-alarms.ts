/** How often the watch of the inputs alarms in five years of weekly files where nothing has changed, and how soon where something has. */
import { createRandom, type Random } from '../src/base/random.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../src/core/columns/source-column.ts';
import type { DriftReference } from '../src/core/document/drift-reference.ts';
import { type NumericSummary, needsSummary } from '../src/core/monitor/inputs/broken-columns.ts';
import { buildReference } from '../src/core/monitor/inputs/build-reference.ts';
import { type ComparedRows, compareAll, rowsForShift } from '../src/core/monitor/inputs/compare-inputs.ts';
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

const REFERENCE_ROWS = 1_000;
const FILE_ROWS = [20, 50, 200, 1_000];
/** Streams of five years, by columns: the more columns, the longer each takes. */
const NULL_STREAMS = [
  { columns: 5, streams: 30 },
  { columns: 20, streams: 6 },
] as const;
const CHANGES: readonly { readonly name: string; readonly of: (value: number) => number }[] = [
  { name: 'missing', of: () => Number.NaN },
  { name: '100 times as large', of: (value) => 100 * value },
  { name: 'one value', of: () => 50 },
  { name: 'half a deviation higher (PSI .25)', of: (value) => value + 5 },
  { name: 'three quarters of one higher (PSI .5)', of: (value) => value + 7.5 },
  { name: 'one and a half higher', of: (value) => value + 15 },
];
const POWER_STREAMS = 40;
const CHANGE_WEEK = 5;

/** False alarms in five years of weekly files, and how many changes are seen in the file that brings them. */
export function renderInputAlarms(): string {
  return [renderFalseAlarms(), renderSeen()].join('\n\n');
}

function renderFalseAlarms(): string {
  const lines = [
    '| columns | rows a week | streams | broken: alarms in all streams | moved | years per false alarm: broken | moved |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const { columns, streams } of NULL_STREAMS) {
    for (const weeklyRows of FILE_ROWS) {
      const found = { broken: 0, moved: 0 };
      for (let seed = 0; seed < streams; seed++) {
        const before = { broken: false, moved: false };
        const stream = { columns, referenceRows: REFERENCE_ROWS, weeklyRows, weeks: WEEKS, seed };
        for (const alarms of alarmsOf(stream)) {
          for (const severity of ['broken', 'moved'] as const) {
            const is = alarms.some((alarm) => alarm.severity === severity);
            if (is && !before[severity]) found[severity]++;
            before[severity] = is;
          }
        }
      }
      const years = (count: number) =>
        count === 0 ? `more than ${5 * streams}` : String(Math.round((5 * streams) / count));
      lines.push(
        `| ${columns} | ${weeklyRows} | ${streams} | ${found.broken} | ${found.moved} | ${years(found.broken)} | ${years(found.moved)} |`,
      );
    }
  }
  return lines.join('\n');
}

function renderSeen(): string {
  const lines = [
    `| a column becomes | ${FILE_ROWS.map((rows) => `${rows} rows`).join(' | ')} |`,
    `|---|${FILE_ROWS.map(() => '---').join('|')}|`,
  ];
  for (const { name, of } of CHANGES) {
    const shares = FILE_ROWS.map((weeklyRows) => {
      let [broken, named] = [0, 0];
      for (let seed = 0; seed < POWER_STREAMS; seed++) {
        const change = { from: CHANGE_WEEK, of };
        const stream = {
          columns: 5,
          referenceRows: REFERENCE_ROWS,
          weeklyRows,
          weeks: CHANGE_WEEK,
          seed,
          change,
        };
        const [last] = [...alarmsOf(stream)].slice(-1);
        const own = (last ?? []).filter(({ column }) => column === 'c0');
        named += Number(own.length > 0);
        broken += Number(own.some(({ severity }) => severity === 'broken'));
      }
      const share = (count: number) => `${Math.round((100 * count) / POWER_STREAMS)} %`;
      return `${share(named)} (${share(broken)})`;
    });
    lines.push(`| ${name} | ${shares.join(' | ')} |`);
  }
  return lines.join('\n');
}
