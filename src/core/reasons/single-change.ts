/** What would have to change: the smallest change of one number that brings a client's risk down to the threshold. */
import type { SourceBatch } from '../columns/source-column.ts';
import { takeRows } from '../columns/take-rows.ts';
import type { Scorer } from '../scoring/scorer.ts';
import type { ColumnSpread } from './spread.ts';

export interface SingleChange {
  readonly column: string;
  /** NaN where it is missing. */
  readonly from: number;
  readonly to: number;
  /** Calibrated probability with that value, all else as it is. */
  readonly probability: number;
  /** Share of the clients whose value lies between the two: how far it is. */
  readonly passed: number;
}

/** Values of a column that are tried at first; between two of them every value is tried then. */
const TRIED = 512;

/**
 * For each number column the nearest value, of those that clients have, with which the model would not flag the
 * first row of `batch`; the smallest change first, those without such a value left out. Each was scored by the model.
 * Where a column has more than 512 values, the nearest is looked for next to the nearest of 512 spread over all, so
 * a narrower gap that lies between two of those may be passed over. It says what the model would say, not what
 * causes a client to stay. `spreads`: one an input.
 */
export function singleChanges(
  scorer: Scorer,
  batch: SourceBatch,
  spreads: readonly ColumnSpread[],
): SingleChange[] {
  const changes = scorer.inputs.flatMap(({ name, kind }, index) => {
    const spread = spreads[index];
    const column = batch.columns[index];
    if (kind !== 'numeric' || spread?.kind !== 'numeric' || column?.kind !== 'numeric') return [];
    const from = column.values[0] as number;
    const probe = createProbe(scorer, batch, index);
    const found = nearestValue(spread.sorted, from, probe);
    return found === null ? [] : [{ column: name, from, ...found }];
  });
  return changes.sort((a, b) => a.passed - b.passed);
}

type Probe = (values: Float64Array) => Float64Array;

/** Scores the row with other values of one column. */
function createProbe(scorer: Scorer, batch: SourceBatch, index: number): Probe {
  return (values) => {
    const rows = takeRows(batch, new Uint32Array(values.length));
    const columns = rows.columns.map((column, k) =>
      k === index ? { kind: 'numeric' as const, values } : column,
    );
    const probabilities = new Float64Array(values.length);
    scorer.probabilityInto({ rows: values.length, columns }, probabilities);
    return probabilities.map((probability) =>
      scorer.classify(probability) === 0 ? probability : Number.NaN,
    );
  };
}

function nearestValue(
  sorted: Float64Array,
  from: number,
  probe: Probe,
): Pick<SingleChange, 'to' | 'probability' | 'passed'> | null {
  const values = distinct(sorted);
  // A missing value has no place: all values are as near as they are to the middle.
  const origin = Number.isNaN(from) ? (sorted[sorted.length >> 1] ?? 0) : from;
  const coarse = nearestOf(spreadOut(values), sorted, origin, probe);
  if (coarse === null) return null;
  const beside = values.filter((value) =>
    coarse.to > origin ? value > origin && value <= coarse.to : value < origin && value >= coarse.to,
  );
  const [low, high] = coarse.to > origin ? [beside.length - TRIED, beside.length] : [0, TRIED];
  return nearestOf(beside.slice(Math.max(0, low), high), sorted, origin, probe) ?? coarse;
}

function nearestOf(
  values: Float64Array,
  sorted: Float64Array,
  origin: number,
  probe: Probe,
): Pick<SingleChange, 'to' | 'probability' | 'passed'> | null {
  let best: Pick<SingleChange, 'to' | 'probability' | 'passed'> | null = null;
  probe(values).forEach((probability, k) => {
    if (Number.isNaN(probability)) return;
    const to = values[k] as number;
    const passed = shareBetween(sorted, origin, to);
    if (best === null || passed < best.passed) best = { to, probability, passed };
  });
  return best;
}

function distinct(sorted: Float64Array): Float64Array {
  return sorted.filter((value, k) => k === 0 || value !== sorted[k - 1]);
}

/** At most TRIED of the values, evenly by rank, both ends among them. */
function spreadOut(values: Float64Array): Float64Array {
  if (values.length <= TRIED) return values;
  return Float64Array.from({ length: TRIED }, (_, k) => {
    return values[Math.round((k * (values.length - 1)) / (TRIED - 1))] as number;
  });
}

/** Share of the values strictly between two. */
function shareBetween(sorted: Float64Array, a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  const count = countBelow(sorted, high) - countBelow(sorted, low) - countEqual(sorted, low);
  return sorted.length === 0 ? 0 : Math.max(0, count) / sorted.length;
}

function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countEqual(sorted: Float64Array, value: number): number {
  let [low, high] = [countBelow(sorted, value), sorted.length];
  const first = low;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - first;
}
