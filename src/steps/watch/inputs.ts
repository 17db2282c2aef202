/** Whether the new rows are like those that the model was trained on: column by column, together, and by segment. */
import { createRandom, permutation } from '../../base/random.ts';
import { takeRows } from '../../core/features/take-rows.ts';
import type { ModelDocument } from '../../core/models/document.ts';
import type { Scorer } from '../../core/models/scorer.ts';
import { oneRowAClient } from '../../core/monitor/deal-clients.ts';
import type { ReferenceRows } from '../../core/monitor/estimates/estimate-under-shift.ts';
import { type NamedCell, namedCells } from '../../core/monitor/inputs/cells.ts';
import { compareInputs } from '../../core/monitor/inputs/compare-inputs.ts';
import { type DomainDrift, domainClassifier } from '../../core/monitor/inputs/domain-classifier.ts';
import type { DriftReference } from '../../core/monitor/inputs/drift-reference.ts';
import type { InputDrift, InputDriftOptions } from '../../core/monitor/inputs/input-drift.ts';
import { createSegmentTallies } from '../../core/monitor/inputs/segment-tallies.ts';
import { createTally, type TallyState } from '../../core/monitor/inputs/tally.ts';
import { referenceOfTally } from '../../core/monitor/inputs/tally-reference.ts';
import { columnOf } from '../../engine/contract.ts';
import type { Table } from '../../engine/port.ts';
import { readRows } from './estimate.ts';
import { inOrderOfKeys, type Look } from './look.ts';

export interface InputCheck extends InputDrift {
  /** `fresh`: rows that came since the last look; `all`: every row since the training, where those are too few. */
  readonly window: 'fresh' | 'all';
  /** Shares of the training rows and of the new rows by column, in the cells that the PSI compares. */
  readonly histograms: readonly { readonly name: string; readonly cells: readonly NamedCell[] }[];
  /** All columns together: whether a classifier can tell the rows from those of the reference; null without them. */
  readonly domain: DomainDrift | null;
  /** Segments of the data, most rows first; none where the data does not tell them. */
  readonly segments: readonly SegmentInputs[];
}

export interface SegmentInputs {
  readonly segment: string;
  /** New rows of it, and training rows that they were compared with. */
  readonly rows: number;
  readonly referenceRows: number;
  readonly verdict: InputDrift['verdict'];
  /** Names of the columns that have drifted in it. */
  readonly drifted: readonly string[];
  readonly reason: string;
}

export interface InputSettings {
  readonly model: ModelDocument;
  readonly scorer: Pick<Scorer, 'inputs'>;
  readonly alpha: number;
  readonly psi: number;
  readonly seed: number;
  /** Training rows to tell the new ones from, or why there are none. */
  readonly reference: Pick<ReferenceRows, 'batch' | 'clients'> | { readonly absent: string };
  /** The rows that the model was trained on, for segments are each compared with their own; null: gone. */
  readonly trained: Table | null;
}

/** Rows of each side that the classifier sees at most. */
const MOST_DOMAIN_ROWS = 10_000;

/**
 * Compares the rows with the reference in the model's certificate, in one pass and constant memory, and a sample
 * of the rows with one of the training rows. null where
 * there is no row, or the model was made before models kept a reference.
 */
export async function judgeInputs(
  table: Table,
  look: Look,
  fresh: Uint32Array,
  settings: InputSettings,
): Promise<InputCheck | null> {
  const { reference } = settings.model.certificate;
  if (reference === undefined || look.rows === 0) return null;
  const { alpha, psi, seed } = settings;
  const options = { alpha, psi, seed };
  const names = settings.scorer.inputs.map(({ name }) => name);
  const all = Uint32Array.from({ length: look.rows }, (_, row) => row);
  const windows = [
    { window: 'fresh', places: fresh },
    { window: 'all', places: all.filter((row) => look.superseded[row] === 0) },
  ] as const;
  for (const { window, places } of windows) {
    if (window === 'fresh' && (places.length === 0 || places.length === windows[1].places.length)) continue;
    const { whole, segments } = await countRows(table, places, names, reference);
    const drift = compareInputs(reference, whole, options);
    if (window === 'fresh' && drift.verdict === 'too-few-rows') continue;
    const domain = await judgeDomain(table, look, places, settings);
    const known = await trainedSegments(table, names, reference, settings);
    const histograms = histogramsOf(reference, whole);
    return {
      window,
      ...drift,
      histograms,
      domain,
      segments: segmentsOf(segments, known, reference, options),
    };
  }
  return null;
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
    clients === null ? order.slice(0, MOST_DOMAIN_ROWS) : oneRowAClient(order, clients, MOST_DOMAIN_ROWS);
  const isThinned = places.length > 0 && order[places.length - 1] !== places.at(-1);
  return { places: places.sort(), isThinned };
}

function takeKeys(keys: BigUint64Array | null, places: Uint32Array): BigUint64Array | null {
  return keys === null ? null : BigUint64Array.from(places, (row) => keys[row] as bigint);
}

/** Places of at most so many rows, one from each of equal stretches. */
function spreadEvenly(rows: number): Uint32Array {
  const taken = Math.min(rows, MOST_DOMAIN_ROWS);
  return Uint32Array.from({ length: taken }, (_, k) => Math.floor((k * rows) / taken));
}

interface Counted {
  readonly whole: TallyState;
  readonly segments: ReadonlyMap<string | null, TallyState>;
}

/** `places` ascend. */
async function countRows(
  table: Table,
  places: Uint32Array,
  names: readonly string[],
  reference: DriftReference,
): Promise<Counted> {
  const chosen = places.length === table.rows ? table : await table.select(places);
  const segment = columnOf(table.contract, 'segment');
  const whole = createTally(reference);
  const segments = createSegmentTallies(reference);
  try {
    for await (const { rows, columns } of chosen.stream(segment === null ? names : [...names, segment])) {
      const batch = { rows, columns: columns.slice(0, names.length) };
      whole.add(batch);
      const last = columns.at(-1);
      if (segment !== null && last !== undefined) segments.add(batch, last);
    }
  } finally {
    if (chosen !== table) await chosen.close();
  }
  return { whole: whole.state(), segments: segments.states() };
}

/** The training rows by segment; none where the data does not tell segments or the rows are gone. */
async function trainedSegments(
  table: Table,
  names: readonly string[],
  reference: DriftReference,
  { trained }: InputSettings,
): Promise<Counted['segments']> {
  if (trained === null || columnOf(table.contract, 'segment') === null) return new Map();
  const all = Uint32Array.from({ length: trained.rows }, (_, row) => row);
  return (await countRows(trained, all, names, reference)).segments;
}

function segmentsOf(
  segments: Counted['segments'],
  known: Counted['segments'],
  reference: DriftReference,
  options: InputDriftOptions,
): readonly SegmentInputs[] {
  const told = [...segments].flatMap(([segment, tally]): SegmentInputs[] => {
    const own = known.get(segment);
    if (segment === null || own === undefined) return [];
    const { verdict, columns, reason } = compareInputs(referenceOfTally(reference, own), tally, options);
    const drifted = columns.filter((column) => column.verdict === 'drift').map(({ name }) => name);
    return [{ segment, rows: tally.rows, referenceRows: own.rows, verdict, drifted, reason }];
  });
  return told.sort((a, b) => b.rows - a.rows || (a.segment < b.segment ? -1 : 1));
}
