/** Every statistic over one shape of table, with what it is by definition. */
import type { ColumnReference, NumericReference } from '../../src/core/document/drift-reference.ts';
import { levelTexts } from '../../src/core/features/level-texts.ts';
import { storedGradient, storedHessian } from '../../src/core/learners/boosting/fixed-point.ts';
import { sigmoid, softplus } from '../../src/core/math/sigmoid.ts';
import { type RiskHistogram, riskCell } from '../../src/core/monitor/calibration/risk-histogram.ts';
import { hashText } from '../../src/core/values/hash-text.ts';
import { columnCounts } from '../../src/engine/statistics/column-counts.ts';
import { columnQuantiles } from '../../src/engine/statistics/column-quantiles.ts';
import { columnTally } from '../../src/engine/statistics/column-tally.ts';
import { confusionCounts } from '../../src/engine/statistics/confusion-counts.ts';
import { gradientHistograms } from '../../src/engine/statistics/gradient-histograms.ts';
import { gramSums } from '../../src/engine/statistics/gram-sums.ts';
import { levelCounts } from '../../src/engine/statistics/level-counts.ts';
import { momentSums } from '../../src/engine/statistics/moment-sums.ts';
import { profitSums } from '../../src/engine/statistics/profit-sums.ts';
import { riskCounts } from '../../src/engine/statistics/risk-counts.ts';
import type { Statistic } from '../../src/engine/statistics/statistic.ts';
import { wholeMoments } from '../../src/engine/statistics/whole-moments.ts';

/** A row of the table; missing is null, or NaN in a column of doubles. */
export interface Row {
  /** A double. */
  readonly amount: number | null;
  /** A whole number of 64 bits. */
  readonly whole: number | null;
  readonly level: string | null;
  readonly left: 0 | 1 | null;
  /** From 0 to 1. */
  readonly risk: number | null;
  /** Not negative. */
  readonly weight: number | null;
}

/** Names that must be quoted well. */
export const NAMES = {
  amount: `it's "so" much`,
  whole: 'größe',
  level: 'Größe 数 👍',
  left: 'left; DROP TABLE x --',
  risk: 'select',
  weight: '"',
} as const satisfies Record<keyof Row, string>;

/** A number of an answer by definition, and the size of the terms that it is the sum of; 0 where it is exact. */
export type Expected = readonly (readonly [value: number, size: number])[];

export interface Case {
  readonly name: string;
  readonly statistic: Statistic<unknown, unknown>;
  /** Numbers of an answer. */
  readonly numbersOf: (answer: unknown) => readonly number[];
  readonly expected: (rows: readonly Row[]) => Expected;
  /** Whether a state of a database may be merged. */
  readonly merges: boolean;
}

/** Keeps the types of a case together. */
function caseOf<State, Answer>(
  statistic: Statistic<State, Answer>,
  numbersOf: (answer: Answer) => readonly number[],
  expected: (rows: readonly Row[]) => Expected,
  merges = true,
): Case {
  return {
    name: statistic.name,
    statistic: statistic as Statistic<unknown, unknown>,
    numbersOf: (answer) => numbersOf(answer as Answer),
    expected,
    merges,
  };
}

const exact = (values: readonly number[]): Expected => values.map((value) => [value, 0]);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sumOf = (terms: readonly number[]): readonly [number, number] => [sum(terms), sum(terms.map(Math.abs))];
const count = (rows: readonly Row[], holds: (row: Row) => boolean): number => rows.filter(holds).length;
const isThere = (value: number | null): value is number => value !== null && !Number.isNaN(value);
const present = (rows: readonly Row[], key: 'amount' | 'whole'): number[] =>
  rows.map((row) => row[key]).filter(isThere);
const labelled = (rows: readonly Row[]): Row[] => rows.filter(({ left }) => left !== null);
const at = (values: ArrayLike<number>, place: number): number => values[place] ?? Number.NaN;

const THRESHOLD = 0.5;
const SCORES = { label: NAMES.left, score: NAMES.risk };
const isFlagged = ({ risk }: Row): boolean => isThere(risk) && risk > THRESHOLD;

function counts(key: 'amount' | 'level'): Case {
  const isMissing = (row: Row) => row[key] === null || Number.isNaN(row[key]);
  return caseOf(
    columnCounts(NAMES[key], key === 'amount' ? 'numeric' : 'categorical'),
    ({ rows, missing }) => [rows, missing],
    (rows) => exact([rows.length, count(rows, isMissing)]),
  );
}

/** Count, missing, mean, squares, min, max. */
function expectedMoments(rows: readonly Row[], key: 'amount' | 'whole'): Expected {
  const values = present(rows, key);
  const size = Math.max(0, ...values.map(Math.abs));
  const mean = sum(values.map((value) => value / values.length));
  return [
    [values.length, 0],
    [rows.length - values.length, 0],
    [mean, size],
    [sum(values.map((value) => (value - mean) ** 2)), values.length * size * size],
    [Math.min(...values), 0],
    [Math.max(...values), 0],
  ];
}

const moments = caseOf(
  momentSums(NAMES.amount),
  (found) => [found.count, found.missing, found.mean, found.squares, found.min, found.max],
  (rows) => expectedMoments(rows, 'amount'),
);

const wholes = caseOf(
  wholeMoments(NAMES.whole),
  (found) => {
    if (found === null) return [];
    const { std, min, max } = found;
    return [found.count, found.missing, found.mean, std, min, max];
  },
  (rows) => {
    const values = present(rows, 'whole').map(BigInt);
    if (values.some((value) => value > 2n ** 53n || value < -(2n ** 53n))) return [];
    const missing = rows.length - values.length;
    const [n, none] = [BigInt(values.length), Number.NaN];
    if (n === 0n) return exact([0, missing, none, none, none, none]);
    const total = values.reduce((all, value) => all + value, 0n);
    const squares = values.reduce((all, value) => all + (n * value - total) ** 2n, 0n);
    const std = Math.sqrt(Number(squares / n) / Number(n * (n - 1n)));
    const ordered = values.map(Number).toSorted((a, b) => a - b);
    return exact([
      values.length,
      missing,
      Number(total) / Number(n),
      std,
      at(ordered, 0),
      ordered.at(-1) ?? 0,
    ]);
  },
);

const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.99, 1];

const quantiles = caseOf(
  columnQuantiles(NAMES.amount, SHARES),
  (found) => found,
  (rows) => {
    const sorted = Float64Array.from(present(rows, 'amount')).sort();
    return exact(
      SHARES.map((share) => {
        const rank = share * (sorted.length - 1);
        const [low, high] = [at(sorted, Math.floor(rank)), at(sorted, Math.ceil(rank))];
        const weight = rank - Math.floor(rank);
        return weight === 0 ? low : low * (1 - weight) + high * weight;
      }),
    );
  },
  false,
);

const REFERENCE = { kind: 'numeric', name: NAMES.amount, rows: 0, missing: 0, atoms: false } as const;
const RANGE = { min: -3, max: 10, mean: 0, std: 1 };
const EDGES = [-2.5, -0, 0.1, 1, 5e-324 + 1.5, 7, 10];

function numberTally(reference: NumericReference): Case {
  const size = reference.counts.length;
  const { min, max } = reference.range ?? { min: 0, max: 0 };
  const edges = reference.range === null ? [] : reference.edges;
  return caseOf(
    columnTally(reference),
    (found) =>
      found.kind === 'numeric'
        ? [found.missing, ...found.counts, found.lowest ?? Number.NaN, found.highest ?? Number.NaN]
        : [],
    (rows) => {
      const values = present(rows, 'amount');
      const bins = values.map((value) => {
        if (reference.range === null) return value < 0 ? 0 : 1;
        return value < min ? 0 : 1 + edges.filter((edge) => edge < value).length;
      });
      const found = Array.from({ length: size }, (_, bin) => bins.filter((own) => own === bin).length);
      const finite = values.filter(Number.isFinite);
      const [low, high] = [finite.filter((value) => value < min), finite.filter((value) => value > max)];
      return exact([
        rows.length - values.length,
        ...found,
        low.length === 0 ? Number.NaN : Math.min(...low),
        high.length === 0 ? Number.NaN : Math.max(...high),
      ]);
    },
  );
}

const MOST_LEVELS = 3;
/** A number for a text, so that levels can be compared as numbers. */
const codeOf = (text: string): number =>
  [...new TextEncoder().encode(text)].reduce((all, byte) => (all * 257 + byte) % 2 ** 40, 7);

const levels = caseOf(
  levelCounts(NAMES.level, MOST_LEVELS),
  ({ missing, levels: found, other }) => [
    missing,
    other.levels,
    other.rows,
    ...found.flatMap(({ level, rows }) => [codeOf(level), rows]),
  ],
  (rows) => {
    const all = rows.flatMap(({ level }) => (level === null ? [] : [level]));
    const counted = [...new Set(all)].map((level) => ({
      level,
      rows: all.filter((own) => own === level).length,
    }));
    counted.sort((a, b) => b.rows - a.rows || Buffer.compare(Buffer.from(a.level), Buffer.from(b.level)));
    const rest = counted.slice(MOST_LEVELS);
    return exact([
      rows.length - all.length,
      rest.length,
      sum(rest.map((entry) => entry.rows)),
      ...counted.slice(0, MOST_LEVELS).flatMap(({ level, rows: some }) => [codeOf(level), some]),
    ]);
  },
  false,
);

/** Listed levels, of which one is not in the form that others of its meaning have. */
const LISTED = ['basic', "it's", 'Größe ', 'true', 'True'];

function levelTally(listed: readonly string[]): Case {
  const reference: ColumnReference = {
    kind: 'categorical',
    name: NAMES.level,
    rows: 0,
    missing: 0,
    levels: listed,
    counts: listed.map(() => 0),
    pooled: { levels: 0, rows: 0 },
    singletons: 0,
  };
  return caseOf(
    columnTally(reference),
    (found) =>
      found.kind === 'categorical'
        ? [
            found.missing,
            ...found.counts,
            found.unseen.rows,
            ...found.unseen.levels.flatMap(([level, rows]) => [codeOf(level), rows]),
          ]
        : [],
    (rows) => {
      const all = rows.flatMap(({ level }) => (level === null ? [] : [level]));
      const known = levelTexts(listed);
      const rest = all.filter((level) => !known.has(level));
      const unseen = [...new Set(rest)].sort((a, b) => hashText(a) - hashText(b));
      return exact([
        rows.length - all.length,
        ...listed.map((level) => all.filter((own) => known.get(own) === level).length),
        rest.length,
        ...unseen.flatMap((level) => [codeOf(level), rest.filter((own) => own === level).length]),
      ]);
    },
  );
}

const confusion = caseOf(
  confusionCounts(SCORES, THRESHOLD),
  ({ tn, fp, fn, tp }) => [tn, fp, fn, tp],
  (rows) =>
    exact(
      [0, 1].flatMap((label) => [
        count(rows, (row) => row.left === label && !isFlagged(row)),
        count(rows, (row) => row.left === label && isFlagged(row)),
      ]),
    ),
);

const risks = caseOf(
  riskCounts({ label: NAMES.left, score: NAMES.risk }),
  ({ cells, stayed, left }: RiskHistogram) => [...cells, ...stayed, ...left],
  (rows) => {
    const known = labelled(rows).map(({ left, risk }) => ({ left, cell: riskCell(risk ?? Number.NaN) }));
    const cells = [...new Set(known.map(({ cell }) => cell))].sort((a, b) => a - b);
    const of = (label: number) =>
      cells.map((cell) => known.filter((own) => own.cell === cell && own.left === label).length);
    return exact([...cells, ...of(0), ...of(1)]);
  },
);

const CAMPAIGN = { contactCost: 1.1, offerCost: 20.3, successRate: 0.3, clientValue: 500, contactShare: 0.1 };

/** Rows, mean, and the sums of squares and cubes of the distances from it. */
function profits(value: 'amount' | null): Case {
  return caseOf(
    profitSums({ ...SCORES, value: value === null ? null : NAMES[value] }, THRESHOLD, CAMPAIGN),
    ({ rows, mean, deviation, skewness }) => [
      rows,
      mean,
      rows < 2 ? 0 : deviation ** 2 * (rows - 1),
      rows < 3 ? 0 : (skewness * (rows - 1) * (rows - 2) * deviation ** 3) / rows,
    ],
    (rows) => {
      const { contactCost, offerCost, successRate, clientValue } = CAMPAIGN;
      const values = labelled(rows).map((row) => {
        const stake = value !== null && isThere(row[value]) ? row[value] : clientValue;
        if (!isFlagged(row)) return 0;
        return (row.left === 1 ? successRate * (stake - offerCost) : -offerCost) - contactCost;
      });
      const n = values.length;
      const mean = n === 0 ? Number.NaN : sum(values) / n;
      const size = Math.max(0, ...values.map(Math.abs));
      const third = sum(values.map((own) => (own - mean) ** 3));
      return [
        [n, 0],
        [mean, size],
        [n < 2 ? 0 : sum(values.map((own) => (own - mean) ** 2)), n * size ** 2],
        [n < 3 ? 0 : third, n * size ** 3],
      ];
    },
  );
}

/** By definition, with sizes. */
function gram(
  weight: 'weight' | null,
  features: readonly ('amount' | 'whole')[],
  gradientOnly = false,
): Case {
  const point = {
    coefficients: Float64Array.of(-0.3, 0.8, -0.4).slice(0, features.length + 1),
    means: Float64Array.of(-1.5, 2.5).slice(0, features.length),
    scales: Float64Array.of(0.5, 0.25).slice(0, features.length),
    gradientOnly,
  };
  const size = features.length + 1;
  const pairs = Array.from(
    { length: gradientOnly ? 0 : size * size },
    (_, k) => [Math.floor(k / size), k % size] as const,
  );
  const names = { features: features.map((key) => NAMES[key]), label: NAMES.left };
  return caseOf(
    gramSums({ ...names, weight: weight === null ? null : NAMES[weight] }, point),
    ({ rows, weight: total, loss, wrong, gradient, hessian }) => [
      rows,
      total,
      loss,
      wrong,
      ...gradient,
      ...(gradientOnly ? [] : hessian),
    ],
    (rows) => {
      const complete = labelled(rows).filter(
        (row) => features.every((key) => isThere(row[key])) && (weight === null || isThere(row.weight)),
      );
      const parts = complete.map((row) => {
        const z = [
          1,
          ...features.map((key, j) => ((row[key] ?? 0) - at(point.means, j)) * at(point.scales, j)),
        ];
        const m = sum(z.map((value, j) => value * at(point.coefficients, j)));
        const [y, w, p] = [
          row.left ?? 0,
          weight === null ? 1 : (row.weight ?? 0),
          sigmoid(Math.max(-40, Math.min(40, m))),
        ];
        return { z, m, y, w, r: w * (p - y), c: w * p * (1 - p) };
      });
      const losses = parts.map(({ m, y, w }) => w * softplus(y === 1 ? -m : m));
      return [
        [parts.length, 0],
        sumOf(parts.map(({ w }) => w)),
        [sum(losses), sum(parts.map(({ m, w }) => w * (1 + Math.abs(m))))],
        [parts.filter(({ m, y, w }) => (y - 0.5) * m <= 0 && w > 0).length, 0],
        // A residual is the difference of numbers up to 1, so the sizes are those of the whole terms.
        ...z0to(size).map((j) => {
          const value = sum(parts.map(({ r, z }) => r * at(z, j)));
          return [value, sum(parts.map(({ w, z }) => w * Math.abs(at(z, j))))] as const;
        }),
        ...pairs.map(([j, k]) => {
          if (k < j) return [0, 0] as const;
          const value = sum(parts.map(({ c, z }) => c * at(z, j) * at(z, k)));
          return [value, sum(parts.map(({ w, z }) => w * Math.abs(at(z, j) * at(z, k))))] as const;
        }),
      ];
    },
  );
}

const z0to = (size: number): number[] => Array.from({ length: size }, (_, j) => j);

const SCALES = { gradientScale: 2 ** 20, hessianScale: 2 ** 22 };
const CUTS = Float64Array.of(-1e100, -2.5, 0, 1, 4);
const KNOWN_LEVELS = ['basic', "it's", '👍', 'größe'];
const BIN_OF_LEVEL = Uint8Array.of(0, 1, 1, 2);

function gradients(weight: 'weight' | null): Case {
  const features = [
    { name: NAMES.amount, bins: { kind: 'numeric', bins: CUTS.length + 1, cuts: CUTS }, levels: [] },
    { name: NAMES.level, bins: { kind: 'categorical', bins: 3, binOf: BIN_OF_LEVEL }, levels: KNOWN_LEVELS },
  ] as const;
  const amountBin = ({ amount }: Row) => (isThere(amount) ? CUTS.filter((cut) => cut < amount).length : 255);
  const levelBin = ({ level }: Row) => {
    const code = level === null ? -1 : KNOWN_LEVELS.indexOf(level);
    return code < 0 ? 255 : at(BIN_OF_LEVEL, code);
  };
  return caseOf(
    gradientHistograms({ ...SCORES, weight: weight === null ? null : NAMES[weight], features }, SCALES),
    (found) => found.flatMap(({ rows, gradient, hessian }) => [...rows, ...gradient, ...hessian]),
    (rows) => {
      const known = labelled(rows).filter(
        ({ risk, weight: own }) => isThere(risk) && (weight === null || isThere(own)),
      );
      const weightOf = (row: Row) => (weight === null ? 1 : (row.weight ?? 0));
      const gradientOf = (row: Row) => storedGradient(row.risk ?? 0, row.left ?? 0, weightOf(row), SCALES);
      const hessianOf = (row: Row) => storedHessian(row.risk ?? 0, weightOf(row), SCALES);
      return exact(
        [amountBin, levelBin].flatMap((binOf) =>
          [() => 1, gradientOf, hessianOf].flatMap((term) =>
            z0to(256).map((bin) => sum(known.filter((row) => binOf(row) === bin).map(term))),
          ),
        ),
      );
    },
  );
}

export const CASES: readonly Case[] = [
  counts('amount'),
  counts('level'),
  moments,
  wholes,
  quantiles,
  numberTally({ ...REFERENCE, range: RANGE, edges: EDGES, counts: new Array(EDGES.length + 2).fill(0) }),
  numberTally({ ...REFERENCE, range: null, edges: [], counts: [0, 0] }),
  levelTally(LISTED),
  levelTally([]),
  levels,
  gram(null, ['amount']),
  gram('weight', ['amount', 'whole']),
  gram('weight', ['amount', 'whole'], true),
  gram(null, []),
  risks,
  confusion,
  profits('amount'),
  profits(null),
  gradients(null),
  gradients('weight'),
];
