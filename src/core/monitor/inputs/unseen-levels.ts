/** Counts of levels that the reference does not have, in bounded memory and the same however the rows are parted. */
import { hashText } from '../../values/hash-text.ts';

/** Names that are kept. */
const MAX = 200;

/** Plain JSON data. */
export interface UnseenState {
  readonly rows: number;
  /** The kept names with their rows, ascending by hash. */
  readonly levels: readonly (readonly [string, number])[];
  /** Whether names were let go; then those kept are a sample of all, drawn by hash. */
  readonly isSample: boolean;
}

export interface UnseenLevels {
  add(level: string, rows: number): void;
  merge(other: UnseenState): void;
  state(): UnseenState;
}

/**
 * Keeps the 200 names of lowest hash: a name among the lowest of the whole is among the lowest of each part it is in,
 * so merged parts have the bits of the whole.
 */
export function createUnseenLevels(): UnseenLevels {
  const kept = new Map<string, number>();
  let total = 0;
  let isSample = false;
  let bar: string | null = null;

  const add = (level: string, rows: number): void => {
    total += rows;
    const before = kept.get(level);
    if (before === undefined && bar !== null && compare(level, bar) > 0) return;
    kept.set(level, (before ?? 0) + rows);
    if (kept.size > MAX * 2) trim();
  };
  const trim = (): void => {
    if (kept.size <= MAX) return;
    const ordered = [...kept.keys()].sort(compare);
    for (const level of ordered.slice(MAX)) kept.delete(level);
    bar = ordered[MAX - 1] as string;
    isSample = true;
  };
  return {
    add,
    merge(other) {
      for (const [level, rows] of other.levels) add(level, rows);
      total += other.rows - other.levels.reduce((sum, [, rows]) => sum + rows, 0);
      isSample ||= other.isSample;
    },
    state() {
      trim();
      const levels = [...kept].sort(([a], [b]) => compare(a, b));
      return { rows: total, levels, isSample };
    },
  };
}

function compare(a: string, b: string): number {
  return hashText(a) - hashText(b) || (a < b ? -1 : a > b ? 1 : 0);
}
