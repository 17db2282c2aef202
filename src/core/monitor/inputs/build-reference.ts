/** Makes the reference of a model's inputs from the rows that it is trained on. */
import type { ModelInput, SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import type {
  CategoricalReference,
  ColumnReference,
  DriftReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import { countLevels } from '../../features/count-levels.ts';
import { numericValues } from '../../features/source-fit.ts';
import { sortAscending } from '../../math/sort-ascending.ts';
import { addMoments, createMoments, type Moments } from '../../statistics/moments.ts';
import { addNumbers, addUnbinned, createNumberBins } from './count-numbers.ts';
import { numericEdges } from './numeric-edges.ts';

/** Values of a numeric column that its edges are taken from, and that are counted. */
const EDGE_SAMPLE = 16_000;
const COUNTED_ROWS = 250_000;
/** Bins of all columns together, so that the reference of a wide table stays small in the model document. */
const ALL_BINS = 6_400;
const MAX_BINS = 253;
const FEWEST_BINS = 32;
/** Characters of all level names of a column, for one bin it may have. */
const LEVEL_CHARACTERS = 16;

/**
 * The reference over the batches, in order. Levels, range and moments are of every row; edges are quantiles of at most
 * 16,000 evenly spaced rows and the counts in between of at most 250,000, beside which no window has a part in the
 * error. A column has up to 253 bins or levels, fewer from 26 columns on (128 of 50 columns, 32 at least). Infinite
 * values are counted below and above the range. Error `value-invalid` where a column is not of the kind that its input
 * says.
 */
export function buildReference(
  inputs: readonly ModelInput[],
  batches: readonly SourceBatch[],
): DriftReference {
  const bins = Math.min(MAX_BINS, Math.max(FEWEST_BINS, Math.floor(ALL_BINS / inputs.length)));
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const columns = inputs.map(({ name, kind }, index): ColumnReference => {
    const parts = batches.map((batch) => batch.columns[index] as SourceColumn);
    return kind === 'numeric'
      ? numericReference(name, parts, rows, bins)
      : categoricalReference(name, parts, rows, bins);
  });
  return { rows, columns };
}

function numericReference(
  name: string,
  columns: readonly SourceColumn[],
  rows: number,
  bins: number,
): NumericReference {
  const parts = columns.map((column) => numericValues(name, column));
  const { count, min, max, mean, squares } = finiteMoments(parts);
  const counted = spacedSample(parts, rows, COUNTED_ROWS);
  const shared = { kind: 'numeric', name, rows: counted.length } as const;
  const counts = new Float64Array(256);
  if (count === 0) {
    addUnbinned(counted, counts);
    return {
      ...shared,
      missing: counts[255] as number,
      range: null,
      edges: [],
      counts: [...counts.subarray(0, 2)],
      atoms: true,
    };
  }
  const sample = spacedSample([counted], counted.length, EDGE_SAMPLE).filter(Number.isFinite);
  const { edges, atoms } = numericEdges(sortAscending(sample), max, bins);
  addNumbers(createNumberBins({ min, edges }), counted, counts);
  return {
    ...shared,
    missing: counts[255] as number,
    range: { min, max, mean: finite(mean), std: count > 1 ? finite(Math.sqrt(squares / (count - 1))) : 0 },
    edges,
    counts: [...counts.subarray(0, edges.length + 2)],
    atoms,
  };
}

/** The nearest finite number: sums of huge values overflow, and a model document holds none of that. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number.isNaN(value) ? 0 : value));
}

/** Moments of the finite values. */
function finiteMoments(parts: readonly Float64Array[]): Moments {
  const all = parts.reduce(addMoments, createMoments());
  const areFinite = all.count === 0 || (Number.isFinite(all.min) && Number.isFinite(all.max));
  return areFinite
    ? all
    : parts.map((part) => part.filter(Number.isFinite)).reduce(addMoments, createMoments());
}

/** Every so-manieth value, counted through all parts, so that at most `most` remain. */
function spacedSample(parts: readonly Float64Array[], rows: number, most: number): Float64Array {
  const stride = Math.max(1, Math.ceil(rows / most));
  const sample = new Float64Array(Math.ceil(rows / stride));
  let [row, at] = [0, 0];
  for (const values of parts) {
    for (let i = (stride - (row % stride)) % stride; i < values.length; i += stride) {
      sample[at++] = values[i] as number;
    }
    row += values.length;
  }
  return sample;
}

function categoricalReference(
  name: string,
  columns: readonly SourceColumn[],
  rows: number,
  most: number,
): CategoricalReference {
  const counted = new Map<string, number>();
  let missing = 0;
  for (const column of columns) {
    countLevels(name, column, (level, times) => {
      if (level === null) missing += times;
      else counted.set(level, (counted.get(level) ?? 0) + times);
    });
  }
  const all = [...counted].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  let characters = 0;
  const listed = all.filter(([level], rank) => {
    characters += level.length;
    return rank < most && characters <= LEVEL_CHARACTERS * most;
  });
  const rest = all.slice(listed.length);
  return {
    kind: 'categorical',
    name,
    rows,
    missing,
    levels: listed.map(([level]) => level),
    counts: listed.map(([, count]) => count),
    pooled: { levels: rest.length, rows: rest.reduce((sum, [, count]) => sum + count, 0) },
    singletons: all.filter(([, count]) => count === 1).length,
  };
}
