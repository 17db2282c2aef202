/** Makes the reference of a model's inputs from the rows that it is trained on. */
import type { ModelInput, SourceBatch, SourceColumn } from '../../features/source-column.ts';
import { numericValues } from '../../features/source-fit.ts';
import { sortAscending } from '../../math/sort-ascending.ts';
import { addMoments, createMoments, deviationOf } from '../../statistics/moments.ts';
import { countLevels } from './count-levels.ts';
import { addNumbers, createNumberBins } from './count-numbers.ts';
import type {
  CategoricalReference,
  ColumnReference,
  DriftReference,
  NumericReference,
} from './drift-reference.ts';
import { numericEdges } from './numeric-edges.ts';

/** Values of a column that its edges are taken from. */
const EDGE_SAMPLE = 50_000;
/** Bins of all columns together, so that the reference of a wide table stays small in the model document. */
const ALL_BINS = 6_400;
const MOST_BINS = 253;
const FEWEST_BINS = 32;
/** Characters of all level names of a column, for one bin it may have. */
const LEVEL_CHARACTERS = 16;

/**
 * The reference over all rows of the batches, in order. Edges are quantiles of at most 50,000 evenly spaced rows;
 * counts, range and moments are of every row. A column has up to 253 bins or levels, fewer from 26 columns on (128 of
 * 50 columns, 32 at least). Infinite values are counted below and above the range. Error `value-invalid` where a
 * column is not of the kind that its input says.
 */
export function buildReference(
  inputs: readonly ModelInput[],
  batches: readonly SourceBatch[],
): DriftReference {
  const bins = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.floor(ALL_BINS / inputs.length)));
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
  const moments = parts.map(finiteOnly).reduce(addMoments, createMoments());
  if (moments.count === 0) {
    const none = { kind: 'numeric', name, rows, range: null, edges: [], atoms: true } as const;
    const missing = parts.reduce((sum, part) => sum + part.filter(Number.isNaN).length, 0);
    const above = parts.reduce((sum, part) => sum + part.filter((x) => x > 0).length, 0);
    return { ...none, missing, counts: [rows - missing - above, above] };
  }
  const { min, max, mean } = moments;
  const { edges, atoms } = numericEdges(sortAscending(finiteOnly(spacedSample(parts, rows))), max, bins);
  const binner = createNumberBins({ min, edges });
  const counts = new Float64Array(256);
  for (const part of parts) addNumbers(binner, part, counts);
  const std = moments.count > 1 ? deviationOf(moments, 1) : 0;
  return {
    kind: 'numeric',
    name,
    rows,
    missing: counts[255] as number,
    range: { min, max, mean, std },
    edges,
    counts: [...counts.subarray(0, edges.length + 2)],
    atoms,
  };
}

/** The finite values; the array itself where there are no others. */
function finiteOnly(values: Float64Array): Float64Array {
  let first = 0;
  while (first < values.length && Number.isFinite(values[first])) first++;
  return first === values.length ? values : values.filter(Number.isFinite);
}

/** Every so-manieth value, counted through all parts. */
function spacedSample(parts: readonly Float64Array[], rows: number): Float64Array {
  const stride = Math.max(1, Math.ceil(rows / EDGE_SAMPLE));
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
