/** Gradient histograms of boosted trees from columns of a table: what the choice of a split must know of the rows. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import {
  addToBin,
  emptyHistogram,
  type FeatureHistogram,
} from '../../core/learners/boosting/feature-histogram.ts';
import {
  type GradientScales,
  ROUNDER,
  storedGradient,
  storedHessian,
} from '../../core/learners/boosting/fixed-point.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { countAt, numberAt } from './answer-values.ts';
import { type BinnedColumn, binReader, binSql, valueSql } from './binned-column.ts';
import type { ScoreColumns } from './confusion-counts.ts';
import type { SqlRow, SqlTable, Statistic } from './statistic.ts';

export interface GradientColumns extends ScoreColumns {
  /** Not negative; null: all rows weigh 1. */
  readonly weight: string | null;
  /** At least one. */
  readonly features: readonly BinnedColumn[];
}

/**
 * Sums of stored gradients and hessians by bin, one histogram a feature. Scores are probabilities. A row without a
 * label, a probability or a weight counts nowhere. The sums are of whole numbers, so exact in any order of the rows.
 */
export function gradientHistograms(
  columns: GradientColumns,
  scales: GradientScales,
): Statistic<readonly FeatureHistogram[], readonly FeatureHistogram[]> {
  const { label, score, weight, features } = columns;
  const readers = features.map(binReader);
  const rowColumns = weight === null ? [label, score] : [label, score, weight];
  return {
    name: `gradient histograms of "${label}"`,
    columns: [...rowColumns, ...features.map(({ name }) => name)],
    init: () => features.map(emptyHistogram),
    add(state, vectors, rows) {
      const sides = rowColumns.map((name, k) => numericValues(name, vectors[k] as SourceColumn));
      const stored = storedRows(sides, scales, rows);
      for (const [k, histogram] of state.entries()) {
        const bins = readers[k]?.(vectors[rowColumns.length + k] as SourceColumn) ?? [];
        for (const [row, gradient, hessian] of stored) {
          addToBin(histogram, bins[row] as number, gradient, hessian);
        }
      }
      return state;
    },
    merge: (a, b) => a.map((histogram, k) => merged(histogram, b[k] as FeatureHistogram)),
    sql: (table, dialect) => histogramsSql(table, dialect, columns, scales),
    read: (rows) => histogramsOf(rows, features.length),
    answer: (state) => state,
  };
}

/** Place, gradient and hessian of each row that counts. */
function storedRows(
  [labels, probabilities, weights]: readonly Float64Array[],
  scales: GradientScales,
  rows: number,
): (readonly [number, number, number])[] {
  const stored: (readonly [number, number, number])[] = [];
  for (let row = 0; row < rows; row++) {
    const [y, p] = [labels?.[row] as number, probabilities?.[row] as number];
    const w = weights === undefined ? 1 : (weights[row] as number);
    if ((y !== 0 && y !== 1) || Number.isNaN(p) || Number.isNaN(w)) continue;
    stored.push([row, storedGradient(p, y, w, scales), storedHessian(p, w, scales)]);
  }
  return stored;
}

function merged(a: FeatureHistogram, b: FeatureHistogram): FeatureHistogram {
  const both = emptyHistogram();
  for (const { gradient, hessian, rows } of [a, b]) {
    for (let bin = 0; bin < rows.length; bin++) {
      addToBin(both, bin, gradient[bin] as number, hessian[bin] as number, rows[bin] as number);
    }
  }
  return both;
}

/** One scan for all features: each row of the answer has the bin of one of them, and NULL for the others. */
function histogramsSql(
  table: SqlTable,
  dialect: Dialect,
  { label, score, weight, features }: GradientColumns,
  { gradientScale, hessianScale }: GradientScales,
): string {
  const { double, number } = dialect;
  const sides = [
    `${double(table.column(label))} AS y`,
    `${double(table.column(score))} AS p`,
    `${weight === null ? number(1) : double(table.column(weight))} AS w`,
  ];
  const values = features.map((feature, k) => `${valueSql(feature, table, dialect)} AS x${k}`);
  const rows = `SELECT ${[...sides, ...values].join(', ')} FROM ${table.from}`;
  const bins = features.map((_, k) => `b${k}`);
  const binned = features.map((feature, k) => `${binSql(feature, `x${k}`, dialect)} AS ${bins[k]}`);
  const round = (value: string) => `((${value} + ${number(ROUNDER)}) - ${number(ROUNDER)})`;
  const gradient = round(`w * (p - y) * ${number(gradientScale)}`);
  const hessian = `GREATEST(${number(1)}, ${round(`w * (p * (1 - p)) * ${number(hessianScale)}`)})`;
  const stored =
    `SELECT ${[...binned, `${gradient} AS g`, `${hessian} AS h`].join(', ')} FROM (${rows}) r ` +
    'WHERE (y = 0 OR y = 1) AND p IS NOT NULL AND w IS NOT NULL';
  const sets = bins.map((bin) => `(${bin})`).join(', ');
  return `SELECT COUNT(*), SUM(g), SUM(h), ${bins.join(', ')} FROM (${stored}) s GROUP BY GROUPING SETS (${sets})`;
}

function histogramsOf(rows: readonly SqlRow[], features: number): FeatureHistogram[] {
  const histograms = Array.from({ length: features }, emptyHistogram);
  for (const row of rows) {
    for (const [k, histogram] of histograms.entries()) {
      const bin = numberAt(row, 3 + k);
      if (bin !== null) addToBin(histogram, bin, countAt(row, 1), countAt(row, 2), countAt(row, 0));
    }
  }
  return histograms;
}
