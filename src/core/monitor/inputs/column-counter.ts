/** Counts the rows of one column in the bins of its reference. */
import { TidewatchError } from '../../../base/errors.ts';
import type { SourceColumn } from '../../columns/source-column.ts';
import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import { countLevels } from '../../features/count-levels.ts';
import { levelTexts } from '../../features/level-texts.ts';
import { numericValues } from '../../features/source-fit.ts';
import { addNumbers, addUnbinned, type NumberBins } from './count-numbers.ts';
import { createUnseenLevels, type UnseenState } from './unseen-levels.ts';

export type ColumnTally =
  | {
      readonly kind: 'numeric';
      readonly missing: number;
      /** As the counts of the reference. */
      readonly counts: readonly number[];
      /** Least finite value below the range and greatest above it; null where there is none. */
      readonly lowest: number | null;
      readonly highest: number | null;
    }
  | {
      readonly kind: 'categorical';
      readonly missing: number;
      /** Of the listed levels. */
      readonly counts: readonly number[];
      /** Levels that are not listed. */
      readonly unseen: UnseenState;
    };

export interface ColumnCounter {
  add(column: SourceColumn): void;
  merge(other: ColumnTally): void;
  state(): ColumnTally;
}

/** A counter without rows; `bins` are null where the reference has no number. */
export function createColumnCounter(reference: ColumnReference, bins: NumberBins | null): ColumnCounter {
  return reference.kind === 'numeric' ? numberCounter(reference, bins) : levelCounter(reference);
}

function numberCounter(reference: NumericReference, bins: NumberBins | null): ColumnCounter {
  const { name, range } = reference;
  const size = reference.counts.length;
  const counts = new Float64Array(256);
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const widen = (low: number, high: number): void => {
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
  };
  return {
    add(column) {
      const values = numericValues(name, column);
      const outside = () => (counts[0] as number) + (counts[size - 1] as number);
      const before = outside();
      if (bins !== null) addNumbers(bins, values, counts);
      else addUnbinned(values, counts);
      if (outside() > before) widen(...outsideExtremes(values, range?.min ?? 0, range?.max ?? 0));
    },
    merge(other) {
      if (other.kind !== 'numeric' || other.counts.length !== size) throw notMergeable(name);
      other.counts.forEach((count, bin) => {
        counts[bin] = (counts[bin] as number) + count;
      });
      counts[255] = (counts[255] as number) + other.missing;
      widen(other.lowest ?? Number.POSITIVE_INFINITY, other.highest ?? Number.NEGATIVE_INFINITY);
    },
    state: () => ({
      kind: 'numeric',
      missing: counts[255] as number,
      counts: [...counts.subarray(0, size)],
      // Adding 0 makes -0 the 0 that JSON has.
      lowest: Number.isFinite(lowest) ? lowest + 0 : null,
      highest: Number.isFinite(highest) ? highest + 0 : null,
    }),
  };
}

/** Least finite value below `min` and greatest above `max`; infinite where there is none. */
function outsideExtremes(values: Float64Array, min: number, max: number): [number, number] {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min && value < lowest && value !== Number.NEGATIVE_INFINITY) lowest = value;
    if (value > max && value > highest && value !== Number.POSITIVE_INFINITY) highest = value;
  }
  return [lowest, highest];
}

function levelCounter(reference: CategoricalReference): ColumnCounter {
  const { name, levels } = reference;
  const place = new Map(levels.map((level, index) => [level, index]));
  const indexOf = new Map([...levelTexts(levels)].map(([text, level]) => [text, place.get(level)]));
  const counts = new Float64Array(levels.length);
  const unseen = createUnseenLevels();
  let missing = 0;
  const count = (level: string | null, rows: number): void => {
    if (level === null) {
      missing += rows;
      return;
    }
    const index = indexOf.get(level);
    if (index === undefined) unseen.add(level, rows);
    else counts[index] = (counts[index] as number) + rows;
  };
  return {
    add: (column) => countLevels(name, column, count),
    merge(other) {
      if (other.kind !== 'categorical' || other.counts.length !== levels.length) throw notMergeable(name);
      other.counts.forEach((rows, index) => {
        counts[index] = (counts[index] as number) + rows;
      });
      missing += other.missing;
      unseen.merge(other.unseen);
    },
    state: () => ({ kind: 'categorical', missing, counts: [...counts], unseen: unseen.state() }),
  };
}

function notMergeable(name: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `Counts of column ${name} are of another reference: its bins differ. Count the rows again with this model.`,
  );
}
