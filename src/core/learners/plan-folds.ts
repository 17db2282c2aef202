/** The folds that a model is chosen on: whole clients, forward in time where times are known. */
import { createRandom, permutation } from '../../base/random.ts';
import { takeCodes, takeValues } from '../columns/take-rows.ts';
import {
  type ClientRows,
  clientClasses,
  clientFolds,
  numberClients,
  smallerClassClients,
} from './client-folds.ts';
import { type Fold, forwardClientFolds } from './forward-client-folds.ts';

export interface FoldPlan {
  readonly folds: readonly Fold[];
  /** How many of the folds, the first ones, test every row at most once. */
  readonly firstRepeat: number;
  readonly kind: 'stratified' | 'time-forward';
  /** Share of the rows that a fold tests on, of those that it uses. */
  readonly testShare: number;
  /** Rows taken part, of all, and the clients that they are of. */
  readonly rows: number;
  readonly clients: number;
  readonly repeats: number;
}

/** Rows to be cut into folds. */
export interface FoldRows {
  /** 1 and 0. */
  readonly labels: Float64Array;
  /** Milliseconds since 1970, NaN where not known; null: not told. */
  readonly times: Float64Array | null;
  /** The client of each row, numbers from 0; null: each row is a client of its own. */
  readonly clients: Int32Array | null;
}

export interface PlanOptions {
  readonly seed: number;
  /** Days after the time of a row at which its outcome is known. */
  readonly horizonDays: number;
  /** Columns that are learned from; folds of wide tables are cut anew less often. Absent: a few. */
  readonly columns?: number;
}

const FOLDS = 5;
/** Selection looks at about so many rows at most, a stratified sample; more would not change what it chooses. */
const MAX_ROWS = 30_000;
/** Numbers of a table beyond which folds are not cut anew. */
const MAX_CELLS = 600_000;
/** Clients below which folds are cut anew so many times; those of many rows less often, as each fit takes longer. */
const REPEATS = [
  { below: 1000, repeats: 4 },
  { below: 5000, repeats: 2 },
] as const;

/**
 * Folds for labels of 0 and 1, a client on one side of each: forward in time where times are known and such folds can
 * be learned from, else stratified, repeated where clients are few. null where a class has fewer than two clients.
 */
export function planFolds(rows: FoldRows, options: PlanOptions): FoldPlan | null {
  const sample = sampleRows(rows, options.seed);
  const labels = takeValues(rows.labels, sample);
  const times = rows.times === null ? null : takeValues(rows.times, sample);
  const own = numberClients(sample.length, rows.clients === null ? null : takeCodes(rows.clients, sample));
  const part = { rows: sample.length, clients: own.clients };
  const forward =
    times === null || times.some(Number.isNaN) ? null : forwardClientFolds(labels, times, own, options);
  if (forward !== null) {
    const folds = forward.folds.map((fold) => pickFrom(sample, fold));
    const { testShare } = forward;
    return { folds, firstRepeat: folds.length, kind: 'time-forward', testShare, ...part, repeats: 1 };
  }
  const most = Math.min(FOLDS, smallerClassClients(labels, own));
  if (most < 2) return null;
  const repeats = repeatsOf(part, options.columns ?? 0);
  const [first, ...others] = clientFolds(labels, own, { folds: most, repeats, seed: options.seed }).map(
    (fold) => splitsOf(fold, most).filter(({ train }) => hasBothClasses(labels, train)),
  ) as [Fold[], ...Fold[][]];
  return {
    folds: [...first, ...others.flat()].map((fold) => pickFrom(sample, fold)),
    firstRepeat: first.length,
    kind: 'stratified',
    testShare: 1 / most,
    ...part,
    repeats,
  };
}

function repeatsOf(
  { rows, clients }: { readonly rows: number; readonly clients: number },
  columns: number,
): number {
  const wanted = REPEATS.find(({ below }) => clients < below)?.repeats ?? 1;
  const affordable = Math.min(MAX_ROWS / rows, MAX_CELLS / (rows * columns));
  return Math.max(1, Math.min(wanted, Math.floor(affordable)));
}

/** All rows, or those of a sample of the clients with every class in its share, in row order. */
function sampleRows({ labels, clients }: FoldRows, seed: number): Uint32Array {
  const all = Uint32Array.from(labels, (_, row) => row);
  if (labels.length <= MAX_ROWS) return all;
  const own: ClientRows = numberClients(labels.length, clients);
  const share = MAX_ROWS / labels.length;
  const random = createRandom(seed, 1000);
  const classes = clientClasses(labels, own);
  const numbers = Uint32Array.from(classes, (_, client) => client);
  const isTaken = new Uint8Array(own.clients);
  for (const wanted of [0, 1]) {
    const those = numbers.filter((client) => classes[client] === wanted);
    const order = permutation(those.length, random).subarray(0, Math.ceil(those.length * share));
    for (const at of order) isTaken[those[at] as number] = 1;
  }
  return all.filter((row) => isTaken[own.codes[row] as number] === 1);
}

function pickFrom(sample: Uint32Array, fold: Fold): Fold {
  const pick = (places: Uint32Array) => places.map((place) => sample[place] as number);
  return { train: pick(fold.train), test: pick(fold.test) };
}

/** One split a fold, which is tested on and the others learned from. */
function splitsOf(fold: Uint8Array, folds: number): Fold[] {
  const all = Uint32Array.from(fold, (_, row) => row);
  return Array.from({ length: folds }, (_, held) => ({
    train: all.filter((row) => fold[row] !== held),
    test: all.filter((row) => fold[row] === held),
  }));
}

function hasBothClasses(labels: Float64Array, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] === 1) && rows.some((row) => labels[row] === 0);
}
