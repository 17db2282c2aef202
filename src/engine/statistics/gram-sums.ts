/** Gram sums of logistic regression at a point, from columns of a table. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { takeValues } from '../../core/columns/take-rows.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import {
  addGramInto,
  createGram,
  type DesignBlock,
  type GramPoint,
  type GramStatistics,
} from '../../core/statistics/gram.ts';
import { gramKernel } from '../../core/statistics/gram-kernel.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { countAt } from './answer-values.ts';
import type { SqlRow, SqlTable, Statistic } from './statistic.ts';

export interface DesignColumns {
  readonly features: readonly string[];
  /** 1 (left), 0 (stayed), or missing. */
  readonly label: string;
  /** Not negative; null: all rows weigh 1. */
  readonly weight: string | null;
}

/** Margins are bounded here, as in the kernels. */
const BOUND = 40;

/** A row without a label, or with a value or its weight missing, counts nowhere; the others are finite. */
export function gramSums(
  columns: DesignColumns,
  point: GramPoint,
): Statistic<GramStatistics, GramStatistics> {
  const { features, label, weight } = columns;
  return {
    name: `Gram sums of "${label}"`,
    columns: weight === null ? [...features, label] : [...features, label, weight],
    init: () => createGram(features.length),
    add(state, vectors) {
      addGramInto(state, gramKernel(completeRows(columns, vectors), point));
      return state;
    },
    merge(a, b) {
      const total = createGram(features.length);
      addGramInto(total, a);
      addGramInto(total, b);
      return total;
    },
    sql(table, dialect) {
      const triangle = upperTriangle(features.length + 1).map(([j, k]) => `SUM(c * z${j} * z${k})`);
      const sums = [
        'COUNT(*)',
        'SUM(w)',
        'SUM(w * CASE WHEN y = 1 THEN l1 ELSE l0 END)',
        'SUM(CASE WHEN (y - 0.5) * m <= 0 AND w > 0 THEN 1 ELSE 0 END)',
        ...Array.from({ length: features.length + 1 }, (_, j) => `SUM(r * z${j})`),
        ...(point.gradientOnly === true ? [] : triangle),
      ];
      return `SELECT ${sums.join(', ')} FROM (${residualSql(table, dialect, columns, point)}) r`;
    },
    read: ([row]) => gramOf(row, features.length),
    answer: (state) => state,
  };
}

/** The batch itself where all of its rows are complete. */
function completeRows(
  { features, label, weight }: DesignColumns,
  vectors: readonly SourceColumn[],
): DesignBlock {
  const names = weight === null ? [...features, label] : [...features, label, weight];
  const all = names.map((name, k) => numericValues(name, vectors[k] as SourceColumn));
  const labels = all[features.length] as Float64Array;
  const complete = completePlaces(labels, all);
  const isWhole = complete.length === labels.length;
  const kept = isWhole ? all : all.map((values) => takeValues(values, complete));
  return {
    rows: complete.length,
    columns: kept.slice(0, features.length),
    labels: kept[features.length] as Float64Array,
    weights: kept[features.length + 1] ?? null,
  };
}

function completePlaces(labels: Float64Array, all: readonly Float64Array[]): Uint32Array {
  const isComplete = Uint8Array.from(labels, (label) => (label === 0 || label === 1 ? 1 : 0));
  for (const values of all) {
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) isComplete[row] = 0;
  }
  const places = new Uint32Array(labels.length);
  let count = 0;
  for (let row = 0; row < labels.length; row++) if (isComplete[row] === 1) places[count++] = row;
  return places.subarray(0, count);
}

/** The complete rows with the parts of their sums: label y, weight w, coordinates z, margin m, losses l0 and l1 by label, residual r, curvature c. */
function residualSql(
  table: SqlTable,
  { double, number }: Dialect,
  { features, label, weight }: DesignColumns,
  { coefficients, means, scales }: GramPoint,
): string {
  const at = (values: Float64Array, place: number): string => number(values[place] as number);
  const x = features.map((_, j) => `x${j + 1}`);
  const z = features.map((_, j) => `z${j + 1}`);
  const inputs = [
    ...features.map((name, j) => `${double(table.column(name))} AS ${x[j]}`),
    `${double(table.column(label))} AS y`,
    `${weight === null ? number(1) : double(table.column(weight))} AS w`,
  ];
  const isComplete = [...x, 'w'].map((name) => `${name} IS NOT NULL`).join(' AND ');
  const rows = `SELECT * FROM (SELECT ${inputs.join(', ')} FROM ${table.from}) i WHERE (y = 0 OR y = 1) AND ${isComplete}`;
  const coordinates = x.map((name, j) => `(${name} - ${at(means, j)}) * ${at(scales, j)} AS ${z[j]}`);
  const design = `SELECT ${['y', 'w', `${number(1)} AS z0`, ...coordinates].join(', ')} FROM (${rows}) d`;
  const terms = z.map((name, j) => `${at(coefficients, j + 1)} * ${name}`);
  const margins = `SELECT *, ${[at(coefficients, 0), ...terms].join(' + ')} AS m FROM (${design}) z`;
  const bounded = `SELECT *, GREATEST(${number(-BOUND)}, LEAST(${number(BOUND)}, m)) AS b FROM (${margins}) m`;
  // Of the bounded margin, as some databases take an exponential that is too small for an error; there it is 0 beside 1.
  const softplus = (margin: string) => `GREATEST(${margin}, ${number(0)}) + LN(${number(1)} + EXP(-ABS(b)))`;
  const exponentials = `SELECT *, EXP(-b) AS e, ${softplus('m')} AS l0, ${softplus('-m')} AS l1 FROM (${bounded}) b`;
  const probabilities = `SELECT *, 1 / (1 + e) AS p FROM (${exponentials}) e`;
  return `SELECT *, w * (p - y) AS r, w * e * p * p AS c FROM (${probabilities}) p`;
}

/** Places of a symmetric matrix on and above its diagonal, row by row. */
function upperTriangle(size: number): (readonly [number, number])[] {
  return Array.from({ length: size }, (_, j) => j).flatMap((j) =>
    Array.from({ length: size - j }, (_, k) => [j, j + k] as const),
  );
}

function gramOf(row: SqlRow | undefined, features: number): GramStatistics {
  const size = features + 1;
  const gram = createGram(features);
  gram.rows = countAt(row, 0);
  gram.weight = countAt(row, 1);
  gram.loss = countAt(row, 2);
  gram.wrong = countAt(row, 3);
  gram.gradient.forEach((_, j) => {
    gram.gradient[j] = countAt(row, 4 + j);
  });
  for (const [at, [j, k]] of upperTriangle(size).entries()) {
    gram.hessian[j * size + k] = countAt(row, 4 + size + at);
  }
  return gram;
}
