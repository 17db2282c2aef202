/** Folds forward in time in which no client is learned from and tested on. */
import { type ClientRows, clientFolds } from './client-folds.ts';
import { timeForwardFolds } from './selection.ts';

export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

export interface ForwardFolds {
  readonly folds: readonly Fold[];
  /** Share of the rows that a fold tests on, of those that it uses. */
  readonly testShare: number;
}

export interface ForwardOptions {
  readonly seed: number;
  /** Days after the time of a row at which its outcome is known. */
  readonly horizonDays: number;
}

/** Folds where each client is in one stretch of time. */
const FOLDS = 5;
/** Stretches that are tested on, and groups of clients, where clients are there for longer. */
const WINDOWS = 3;
const GROUPS = 3;
const DAY_MS = 86_400_000;

/**
 * Each fold learns from rows that are earlier than those it is tested on, and of them from those whose outcome was known
 * by then: a row whose horizon reaches past the first row tested on is left out. Where each client is in one of 6
 * stretches of time, the last 5 are tested on in turn. Where clients persist, the last 3 of 4 stretches are, for one of
 * 3 groups of clients at a time, by what was learned from the others. null where no such fold has both classes to learn
 * from. Times are in milliseconds, none is NaN.
 */
export function forwardClientFolds(
  labels: Float64Array,
  times: Float64Array,
  clients: ClientRows,
  { seed, horizonDays }: ForwardOptions,
): ForwardFolds | null {
  const purge = ({ train, test }: Fold): Fold => {
    const first = test.reduce((low, row) => Math.min(low, times[row] as number), Number.POSITIVE_INFINITY);
    return { train: train.filter((row) => (times[row] as number) + horizonDays * DAY_MS <= first), test };
  };
  const isUsable = ({ train, test }: Fold): boolean =>
    test.length > 0 && train.some((row) => labels[row] === 1) && train.some((row) => labels[row] === 0);
  const stretches = timeForwardFolds(times, FOLDS);
  if (!doPersist(stretches, clients)) {
    const folds = stretches.map(purge).filter(isUsable);
    return folds.length === 0 ? null : { folds, testShare: 1 / (FOLDS + 1) };
  }
  const [group] = clientFolds(labels, clients, { folds: GROUPS, repeats: 1, seed }) as [Uint8Array];
  const folds = timeForwardFolds(times, WINDOWS)
    .map((window) => Array.from({ length: GROUPS }, (_, held) => purge(ofGroup(window, group, held))))
    .filter((window) => window.every(isUsable))
    .flat();
  return folds.length === 0 ? null : { folds, testShare: meanTestShare(folds) };
}

/** Whether a client has rows in two stretches; those before the first one tested on are one too. */
function doPersist(folds: readonly Fold[], { clients, codes }: ClientRows): boolean {
  const stretch = new Uint8Array(codes.length);
  for (const [index, { test }] of folds.entries()) for (const row of test) stretch[row] = index + 1;
  const seen = new Int16Array(clients).fill(-1);
  return codes.some((client, row) => {
    if (seen[client] === -1) seen[client] = stretch[row] as number;
    return seen[client] !== stretch[row];
  });
}

function ofGroup({ train, test }: Fold, group: Uint8Array, held: number): Fold {
  return {
    train: train.filter((row) => group[row] !== held),
    test: test.filter((row) => group[row] === held),
  };
}

function meanTestShare(folds: readonly Fold[]): number {
  const shares = folds.map(({ train, test }) => test.length / (train.length + test.length));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
