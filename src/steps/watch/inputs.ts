/** Whether the new rows are like those that the model was trained on: column by column, together, and by segment. */
import { createRandom, permutation } from '../../base/random.ts';
import { takeRows } from '../../core/columns/take-rows.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import type { DriftReference } from '../../core/document/drift-reference.ts';
import { oneRowAClient } from '../../core/monitor/deal-clients.ts';
import type { ReferenceRows } from '../../core/monitor/estimates/estimate-under-shift.ts';
import { type NumericSummary, needsSummary } from '../../core/monitor/inputs/broken-columns.ts';
import { namedCells } from '../../core/monitor/inputs/cells.ts';
import type { ColumnTally } from '../../core/monitor/inputs/column-counter.ts';
import { type ComparedRows, compareAll, rowsForShift } from '../../core/monitor/inputs/compare-inputs.ts';
import { type DomainDrift, domainClassifier } from '../../core/monitor/inputs/domain-classifier.ts';
import { alarmsReason } from '../../core/monitor/inputs/drift-reason.ts';
import { type InputAlarm, type InputWindow, worstAlarms } from '../../core/monitor/inputs/input-alarm.ts';
import type { InputDrift, InputDriftOptions } from '../../core/monitor/inputs/input-drift.ts';
import type { TallyState } from '../../core/monitor/inputs/tally.ts';
import { referenceOfTally } from '../../core/monitor/inputs/tally-reference.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import type { Table } from '../../engine/port.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { InputCheck, SegmentInputs } from '../../store/port/drift-check.ts';
import type { Arrivals } from './arrivals.ts';
import { type CountedInputs, countInputs } from './count-inputs.ts';
import { readRows } from './estimate.ts';
import { inOrderOfKeys, type Look } from './look.ts';

export interface InputSettings {
  readonly model: ModelDocument;
  readonly scorer: Pick<Scorer, 'inputs'>;
  /** Bound on the share of false alarms of columns that have moved. */
  readonly alpha: number;
  /** Years between false alarms, on average at least: of broken columns, and of columns that have moved. */
  readonly yearsPerFalseAlarm: number;
  readonly psi: number;
  readonly seed: number;
  /** Training rows to tell the new ones from, or why there are none. */
  readonly reference: Pick<ReferenceRows, 'batch' | 'clients'> | { readonly absent: string };
  /** The rows that the model was trained on, for segments are each compared with their own; null: gone. */
  readonly trained: Table | null;
}

/** Rows of each side that the classifier sees at most. */
const MAX_DOMAIN_ROWS = 10_000;
/** Values that a median is taken of at most. */
const MAX_SUMMARISED = 100_000;
const DAYS_A_YEAR = 365.25;
/** A look always has this chance of a false alarm, however often deliveries come. */
const MIN_ALPHA = 1e-6;

/**
 * Compares the new rows with the reference in the model's certificate: those of the newest delivery by themselves,
 * the latest ones together, and all, with the false alarms held over the tests of all of them; and a sample of the
 * rows with one of the training rows. Each window is read once, in constant memory. Nothing is judged where there is no
 * row, or where the model was made before models kept a reference.
 */
export async function judgeInputs(
  table: Table,
  look: Look,
  arrivals: Pick<Arrivals, 'newest' | 'file' | 'latest' | 'rhythmDays'>,
  settings: InputSettings,
): Promise<JudgedInputs> {
  const { reference } = settings.model.certificate;
  if (reference === undefined || look.rows === 0) return { check: null, broken: NO_ROWS };
  const { psi, seed, yearsPerFalseAlarm } = settings;
  const allowed = arrivals.rhythmDays / (DAYS_A_YEAR * yearsPerFalseAlarm);
  // Broken columns and moved ones keep to the budget each for themselves.
  const options = { alpha: Math.min(settings.alpha, Math.max(MIN_ALPHA, allowed)), psi, seed };
  const windows: CountedWindow[] = [];
  for (const { window, places } of windowsOf(look, arrivals, rowsForShift(reference, options))) {
    const counted = await countInputs(table, places, reference);
    const summaries = await summarise(table, places, reference, counted.whole);
    const file = places.length === arrivals.newest.length ? arrivals.file : null;
    windows.push({ window, file, places, counted, reference, tally: counted.whole, summaries });
  }
  const drifts = compareAll(windows, options);
  const alarms = worstAlarms(drifts.flatMap((drift) => drift.alarms));
  const shown = shownWindow(windows, drifts, alarms);
  const [told, drift] = [windows[shown] as CountedWindow, drifts[shown] as InputDrift];
  const known = await trainedSegments(table, reference, settings);
  const check: InputCheck = {
    window: told.window,
    ...drift,
    alarms,
    reason: alarms.length > 0 ? alarmsReason(alarms) : drift.reason,
    histograms: histogramsOf(reference, told.counted.whole),
    domain: await judgeDomain(table, look, told.places, settings),
    segments: segmentsOf(told.counted.segments, known, told.window, reference, options),
  };
  // The narrowest window is the newest delivery, where that is a part of the rows or all of them.
  const isNewest = windows[0]?.places.length === arrivals.newest.length;
  const isBroken = isNewest && drifts[0]?.alarms.some(({ severity }) => severity === 'broken') === true;
  return { check, broken: isBroken ? arrivals.newest : NO_ROWS };
}

export interface JudgedInputs {
  /** null: there was nothing to judge. */
  readonly check: InputCheck | null;
  /** Places of the rows of the newest delivery, ascending, where an input of it is broken; else none. */
  readonly broken: Uint32Array;
}

const NO_ROWS = new Uint32Array(0);

interface CountedWindow extends ComparedRows {
  readonly places: Uint32Array;
  readonly counted: CountedInputs;
}

/** The windows that differ from each other, narrowest first. */
function windowsOf(
  look: Look,
  arrivals: Pick<Arrivals, 'newest' | 'latest'>,
  leastRows: number,
): readonly { readonly window: InputWindow; readonly places: Uint32Array }[] {
  const all = Uint32Array.from({ length: look.rows }, (_, row) => row).filter(
    (row) => look.superseded[row] === 0,
  );
  const { newest } = arrivals;
  const fresh = arrivals.latest(leastRows);
  const isPart = ({ length }: Uint32Array) => length > 0 && length < all.length;
  return [
    ...(isPart(newest) ? [{ window: 'newest' as const, places: newest }] : []),
    ...(isPart(fresh) && fresh.length > newest.length ? [{ window: 'fresh' as const, places: fresh }] : []),
    { window: 'all', places: all },
  ];
}

/** That of the worst alarm; else the narrowest that shows a shift in all columns; else all rows. */
function shownWindow(
  windows: readonly CountedWindow[],
  drifts: readonly InputDrift[],
  [worst]: readonly InputAlarm[],
): number {
  const found =
    worst === undefined
      ? drifts.findIndex(({ columns, rows }) =>
          columns.every(({ rowsNeeded }) => rowsNeeded !== null && rows.current >= rowsNeeded),
        )
      : windows.findIndex(({ window }) => window === worst.window);
  return found < 0 ? windows.length - 1 : found;
}

/**
 * Reads the values of the numeric columns whose bins do not tell what has become of them: the least and the greatest
 * of all, and the median of evenly spaced ones. `places` ascend.
 */
async function summarise(
  table: Table,
  places: Uint32Array,
  reference: DriftReference,
  tally: TallyState,
): Promise<ReadonlyMap<string, NumericSummary>> {
  const names = reference.columns
    .filter((column, index) => needsSummary(column, tally.columns[index] as ColumnTally))
    .map(({ name }) => name);
  if (names.length === 0) return new Map();
  const chosen = places.length === table.rows ? table : await table.select(places);
  const stride = Math.ceil(places.length / MAX_SUMMARISED);
  const found = names.map(() => ({ min: Infinity, max: -Infinity, sample: [] as number[] }));
  try {
    for await (const { offset, columns } of chosen.stream(names)) {
      for (const [index, column] of columns.entries()) {
        const summary = found[index];
        if (column.kind !== 'numeric' || summary === undefined) continue;
        column.values.forEach((value, row) => {
          if (!Number.isFinite(value)) return;
          summary.min = Math.min(summary.min, value);
          summary.max = Math.max(summary.max, value);
          if ((offset + row) % stride === 0) summary.sample.push(value);
        });
      }
    }
  } finally {
    if (chosen !== table) await chosen.close();
  }
  return new Map(
    found.flatMap(({ min, max, sample }, index) => {
      const median = sample.sort((a, b) => a - b)[sample.length >> 1];
      if (median === undefined) return [];
      return [[names[index] as string, { median, only: min === max ? min : null }] as const];
    }),
  );
}

function histogramsOf(reference: DriftReference, { rows, columns }: TallyState): InputCheck['histograms'] {
  return reference.columns.map((column, index) => ({
    name: column.name,
    cells: namedCells(column, columns[index] as TallyState['columns'][number], rows),
  }));
}

/**
 * Tells the new rows from training rows, on a sample of each: one row a client, since rows of one client are alike and
 * the p-value is of independent ones.
 */
async function judgeDomain(
  table: Table,
  look: Look,
  places: Uint32Array,
  { scorer, reference, ...options }: InputSettings,
): Promise<DomainDrift | null> {
  if ('absent' in reference) return null;
  const { batch, clients = null } = reference;
  const known = drawRows(permutation(batch.rows, createRandom(options.seed, 4000)), clients);
  const fresh = drawRows(inOrderOfKeys(places, look.keys), look.clients);
  const [before, after] = [clients === null ? spreadEvenly(batch.rows) : known.places, fresh.places];
  const current = await readRows(table, after, scorer);
  const drift = domainClassifier(scorer.inputs, takeRows(batch, before), current, {
    ...options,
    clients: [takeKeys(clients, before), takeKeys(look.clients, after)],
  });
  if (!known.isThinned && !fresh.isThinned) return drift;
  const { rows } = drift;
  return {
    ...drift,
    reason: `${drift.reason} One row a client counts: ${rows.reference} and ${rows.current} clients.`,
  };
}

interface DrawnRows {
  /** Ascending. */
  readonly places: Uint32Array;
  /** Whether a row was passed over since another of its client was taken. */
  readonly isThinned: boolean;
}

/** The first rows of an order, one a client where clients are told. */
function drawRows(order: Uint32Array, clients: BigUint64Array | null): DrawnRows {
  const places =
    clients === null ? order.slice(0, MAX_DOMAIN_ROWS) : oneRowAClient(order, clients, MAX_DOMAIN_ROWS);
  const isThinned = places.length > 0 && order[places.length - 1] !== places.at(-1);
  return { places: places.sort(), isThinned };
}

function takeKeys(keys: BigUint64Array | null, places: Uint32Array): BigUint64Array | null {
  return keys === null ? null : BigUint64Array.from(places, (row) => keys[row] as bigint);
}

/** Places of at most so many rows, one from each of equal stretches. */
function spreadEvenly(rows: number): Uint32Array {
  const taken = Math.min(rows, MAX_DOMAIN_ROWS);
  return Uint32Array.from({ length: taken }, (_, k) => Math.floor((k * rows) / taken));
}

/** The training rows by segment; none where the data does not tell segments or the rows are gone. */
async function trainedSegments(
  table: Table,
  reference: DriftReference,
  { trained }: InputSettings,
): Promise<CountedInputs['segments']> {
  if (trained === null || columnOf(table.contract, 'segment') === null) return new Map();
  const all = Uint32Array.from({ length: trained.rows }, (_, row) => row);
  return (await countInputs(trained, all, reference)).segments;
}

/** Each against its own training rows; false alarms are held over all of them together. */
function segmentsOf(
  segments: CountedInputs['segments'],
  known: CountedInputs['segments'],
  window: InputWindow,
  reference: DriftReference,
  options: InputDriftOptions,
): readonly SegmentInputs[] {
  const pairs = [...segments].flatMap(([segment, tally]) => {
    const own = known.get(segment);
    if (segment === null || own === undefined) return [];
    return [{ segment, window, reference: referenceOfTally(reference, own), tally }];
  });
  const told = compareAll(pairs, options).map(({ verdict, columns, reason, rows }, index): SegmentInputs => {
    const drifted = columns.filter((column) => column.verdict === 'drift').map(({ name }) => name);
    const { segment } = pairs[index] as (typeof pairs)[number];
    return { segment, rows: rows.current, referenceRows: rows.reference, verdict, drifted, reason };
  });
  return told.sort((a, b) => b.rows - a.rows || (a.segment < b.segment ? -1 : 1));
}
