/** Promise of every reader of a model document: the same rows, the same answer. */
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { shiftCalibration } from '../../src/core/calibration/shift.ts';
import { canonicalText } from '../../src/core/columns/canonical-text.ts';
import { batchOfStored, type StoredRow } from '../../src/core/columns/stored-rows.ts';
import type { Feature, ModelDocument } from '../../src/core/document/document.ts';
import { evaluateOnnx } from '../../src/core/models/onnx/evaluate.ts';
import { renderOnnx } from '../../src/core/models/onnx/render-onnx.ts';
import { probeRows } from '../../src/core/models/probe-rows.ts';
import type { SqlDialect } from '../../src/core/models/sql/dialect.ts';
import { renderSql } from '../../src/core/models/sql/render-sql.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import {
  type ScratchAnswer,
  type ScratchColumn,
  type ScratchSelect,
  selectInDuckdb,
  selectInSqlite,
} from '../../src/store/external/scratch-select.ts';
import { hasPublicSets, titleOfPublicSets } from '../public-sets.ts';
import { fitPublicSet, PUBLIC_SETS, type PublicSet } from './public-models.ts';
import { CALIBRATIONS, ensembleModel, hardRows, linearModel, modelOf, treesModel } from './random-models.ts';
import { selectInMysql, selectInPostgres } from './server-select.ts';

const MODELS: readonly (readonly [string, ModelDocument])[] = [
  ...CALIBRATIONS.map(
    (calibration, k) => [`linear, ${calibration.kind} ${k}`, linearModel(calibration, k)] as const,
  ),
  ...CALIBRATIONS.map(
    (calibration, k) =>
      [
        `trees, ${calibration.kind} ${k}`,
        treesModel(calibration, { trees: 30, leaves: 12, seed: k }),
      ] as const,
  ),
  ...CALIBRATIONS.map(
    (calibration, k) =>
      [
        `linear, ${calibration.kind} ${k}, recalibrated`,
        linearModel(shiftCalibration(calibration, k % 2 === 0 ? 0.9 : -1.3), k),
      ] as const,
  ),
  ['150 trees of 31 leaves', treesModel({ kind: 'none' }, { trees: 150, leaves: 31, seed: 7 })],
  ['trees 300 splits deep', treesModel({ kind: 'none' }, { trees: 3, leaves: 301, seed: 8, chain: true })],
  ['a tree of one leaf', treesModel({ kind: 'none' }, { trees: 1, leaves: 1, seed: 9 })],
  ['an ensemble', ensembleModel({ kind: 'none' }, { trees: 10, leaves: 8, seed: 12 })],
  ['an ensemble of 300 trees', ensembleModel({ kind: 'none' }, { trees: 150, leaves: 8, seed: 13 })],
  [
    'a base rate',
    modelOf(
      [],
      { kind: 'logistic-regression', coefficients: [], intercept: -1, means: [] },
      { kind: 'none' },
    ),
  ],
  ['no tree', treesModel({ kind: 'none' }, { trees: 0, leaves: 1, seed: 9 })],
  ['linear, of an earlier version', padded(linearModel({ kind: 'none' }, 10))],
  ['trees, of an earlier version', padded(treesModel({ kind: 'none' }, { trees: 30, leaves: 12, seed: 11 }))],
];

/** Levels with a blank at the end, as models of earlier versions may have them: their canonical form means them too. */
function padded(model: ModelDocument): ModelDocument {
  const features = model.features.map((feature): Feature => {
    if (feature.kind === 'level') return { ...feature, level: `${feature.level} ` };
    if (feature.kind !== 'category') return feature;
    return { ...feature, levels: feature.levels.map((level) => `${level} `) };
  });
  return { ...model, features };
}

function scratchColumns(model: ModelDocument, rows: readonly StoredRow[]): ScratchColumn[] {
  const columns = model.inputs.map(({ name, kind }) => ({
    name,
    kind,
    values: rows.map((row) => row[name] ?? null),
  }));
  if (model.id === null) return columns;
  return [{ name: model.id, kind: 'categorical', values: rows.map((_, i) => `c${i}`) }, ...columns];
}

/** Fails on the first row whose probability is further off than `tolerance`, or whose class is another. */
function expectSame(
  model: ModelDocument,
  rows: readonly StoredRow[],
  answer: ScratchAnswer,
  tolerance: number,
): void {
  const scorer = createScorer(model);
  const probabilities = new Float64Array(rows.length);
  scorer.probabilityInto(batchOfStored(model.inputs, rows), probabilities);
  expect(answer.length).toBe(rows.length);
  rows.forEach((row, i) => {
    const probability = probabilities[i] as number;
    const label = scorer.classify(probability);
    const got = answer[i] ?? [];
    const [gotProbability, gotClass] = got.slice(-2).map(Number) as [number, number];
    if (model.id !== null) expect(got[0]).toBe(`c${i}`);
    const off = Math.abs(gotProbability - probability);
    if (!(off <= tolerance))
      throw new Error(`row ${i} ${JSON.stringify(row)}: got ${gotProbability}, expected ${probability}`);
    if (Math.abs(probability - model.threshold) > tolerance) expect(gotClass).toBe(label);
  });
}

interface DatabaseCase {
  readonly name: string;
  /** The least number but zero that it multiplies; PostgreSQL fails rather than round a product to zero. */
  readonly least?: number;
  readonly dialect: SqlDialect;
  readonly select: ScratchSelect;
}

/** Servers are asked where the environment names one, as postgres://user@host:port/database. */
const { TIDEWATCH_TEST_POSTGRES: postgresUrl, TIDEWATCH_TEST_MYSQL: mysqlUrl } = process.env;
const SERVERS: readonly DatabaseCase[] = [
  ...(postgresUrl === undefined
    ? []
    : [
        {
          name: 'PostgreSQL',
          least: 1e-300,
          dialect: 'postgres',
          select: selectInPostgres(postgresUrl),
        } as const,
      ]),
  ...(mysqlUrl === undefined
    ? []
    : [{ name: 'MySQL or MariaDB', dialect: 'mysql', select: selectInMysql(mysqlUrl) } as const]),
];

const ENGINES: readonly DatabaseCase[] = [
  { name: 'DuckDB', dialect: 'duckdb', select: selectInDuckdb },
  { name: 'DuckDB, by the text for PostgreSQL,', dialect: 'postgres', select: selectInDuckdb },
  { name: 'SQLite', dialect: 'sqlite', select: selectInSqlite },
  ...SERVERS,
];

describe('servers', () => {
  const absent = 'needs a server: set TIDEWATCH_TEST_POSTGRES or TIDEWATCH_TEST_MYSQL to its address';
  it.runIf(SERVERS.length === 0)('are not asked', ({ skip }) => skip(absent));
});

/** Models fitted to public sets, made when first asked for. */
const publicModels = new Map<string, ReturnType<typeof fitPublicSet>>();
function publicModel(set: PublicSet): ReturnType<typeof fitPublicSet> {
  const fitted = publicModels.get(set.file) ?? fitPublicSet(set);
  publicModels.set(set.file, fitted);
  return fitted;
}

describe.each(ENGINES)('$name scores as the scorer does', ({ dialect, select, least = 0 }) => {
  const isBig = (value: unknown) => typeof value !== 'number' || value === 0 || Math.abs(value) >= least;

  it.each(MODELS)('the model "%s"', async (_name, model) => {
    const rows = hardRows(model, 1000, 3).filter((row) => Object.values(row).every(isBig));
    const table = 'my clients';
    const sql = renderSql(model, { dialect, table });
    expectSame(model, rows, await select(table, scratchColumns(model, rows), sql), 1e-9);
  });

  it.skipIf(!hasPublicSets).each(PUBLIC_SETS)(titleOfPublicSets('a model fitted to $file'), async (set) => {
    const { model, rows: real } = await publicModel(set);
    const rows = [...real, ...probeRows(model, real[0] ?? {})];
    const sql = renderSql(model, { dialect, table: 'clients' });
    expectSame(model, rows, await select('clients', scratchColumns(model, rows), sql), 1e-9);
  });
});

/** Missing texts as the empty text that they are in ONNX. */
function withoutEmpty(rows: readonly StoredRow[]): StoredRow[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])),
  );
}

async function runOnnx(model: ModelDocument, rows: readonly StoredRow[]): Promise<ScratchAnswer> {
  const session = await ort.InferenceSession.create(renderOnnx(model));
  const feeds = model.inputs.map(({ name, kind }) => {
    const values = rows.map((row) => row[name] ?? null);
    const shape = [rows.length, 1];
    const tensor =
      kind === 'numeric'
        ? new ort.Tensor(
            'float64',
            Float64Array.from(values, (value) => Number(value ?? Number.NaN)),
            shape,
          )
        : new ort.Tensor(
            'string',
            values.map((value) => String(value ?? '')),
            shape,
          );
    return [name, tensor] as const;
  });
  const { label, probability } = await session.run(Object.fromEntries(feeds));
  const answer = rows.map((_, i) => [`c${i}`, probability?.data[i], label?.data[i]]);
  await session.release();
  return answer;
}

/** What the evaluator here makes of the same bytes. */
function evaluated(model: ModelDocument, rows: readonly StoredRow[]): ScratchAnswer {
  const { labels, probabilities } = evaluateOnnx(renderOnnx(model), rows);
  return rows.map((_, i) => [`c${i}`, probabilities[i], labels[i]]);
}

const ONNX_READERS = [
  { name: 'ONNX, by onnxruntime,', run: runOnnx },
  { name: 'ONNX, by the evaluator that checks it,', run: evaluated },
];

describe.each(ONNX_READERS)('$name scores as the scorer does', ({ run }) => {
  it.each(MODELS)('the model "%s"', async (_name, model) => {
    const rows = withoutEmpty([
      ...hardRows(model, 500, 4),
      ...probeRows(model, hardRows(model, 1, 5)[0] ?? {}),
    ]);
    expectSame(model, rows, await run(model, rows), 1e-9);
  });

  it.skipIf(!hasPublicSets).each(PUBLIC_SETS)(titleOfPublicSets('a model fitted to $file'), async (set) => {
    const { model, rows: real } = await publicModel(set);
    const rows = withoutEmpty([...real, ...probeRows(model, real[0] ?? {})]);
    expectSame(model, rows, await run(model, rows), 1e-9);
  });
});

/** Whole numbers that mean something to their last digit, beyond what single precision tells apart. */
const LONG_NUMBERS = [
  { name: 'dates as yyyymmdd', value: 20240612 },
  { name: 'times as yyyymmddhhmmss', value: 20240612123059 },
  { name: 'seconds since 1970', value: 1718193659 },
  { name: 'milliseconds since 1970', value: 1718193659123 },
  { name: 'amounts in cents', value: 1234567890 },
  { name: 'amounts in rupiah', value: 987654321000 },
  { name: 'numbers of accounts', value: 999999999999999 },
] as const;

/** Both learners over a column of such numbers, which change their mind at every whole number around the value. */
function longNumberModels(value: number): (readonly [string, ModelDocument])[] {
  const source = 'number';
  const inputs = [{ name: source, kind: 'numeric' }] as const;
  const leaf = (at: number) => ({ feature: -1, threshold: null, left: 0, right: 0, value: at });
  const split = (threshold: number) => ({ feature: 0, threshold, left: 1, right: 2, value: 0 });
  const trees = [-1.5, -0.5, 0, 0.5].map((off, k) => {
    const nodes = [split(value + off), leaf(-0.3 - k / 10), leaf(0.4 + k / 7)];
    return {
      feature: nodes.map(({ feature }) => feature),
      threshold: nodes.map(({ threshold }) => threshold),
      categories: nodes.map(() => null),
      missingLeft: nodes.map(() => false),
      left: nodes.map(({ left }) => left),
      right: nodes.map(({ right }) => right),
      value: nodes.map((node) => node.value),
      cover: nodes.map(() => 1),
    };
  });
  const number: Feature = { kind: 'number', source, missing: value };
  const hinge: Feature = { kind: 'hinge', source, knot: value, missing: value };
  return CALIBRATIONS.flatMap((calibration): (readonly [string, ModelDocument])[] => [
    [
      `trees, ${calibration.kind}`,
      modelOf([{ ...number, missing: null }], { kind: 'boosted-trees', base: 0.1, trees }, calibration, {
        inputs,
      }),
    ],
    [
      `linear, ${calibration.kind}`,
      modelOf(
        [number, hinge],
        { kind: 'logistic-regression', coefficients: [0.25, 0.5], intercept: -value / 4, means: [0, 0] },
        calibration,
        { inputs },
      ),
    ],
  ]);
}

describe.each(LONG_NUMBERS)('$name are read to their last digit', ({ value }) => {
  const offsets = [-1e5, -100, -2, -1, 0, 1, 2, 100, 1e5];
  const rows: StoredRow[] = [...offsets.map((off) => ({ number: value + off })), { number: null }];

  it.each(longNumberModels(value))('by every reader of the model of %s', async (_name, model) => {
    const scorer = createScorer(model);
    const scored = new Set(rows.map((row) => scorer.scoreRow({ number: row['number'] ?? null }).margin));
    expect(scored.size, 'neighbours that score otherwise').toBeGreaterThanOrEqual(4);
    for (const { run } of ONNX_READERS) expectSame(model, rows, await run(model, rows), 1e-9);
    for (const { dialect, select } of ENGINES) {
      const sql = renderSql(model, { dialect, table: 'clients' });
      expectSame(model, rows, await select('clients', scratchColumns(model, rows), sql), 1e-9);
    }
  });
});

describe('the scorer', () => {
  it.each(MODELS)('gives a row of the model "%s" the same bits alone and in a batch', (_name, model) => {
    const scorer = createScorer(model);
    const rows = hardRows(model, 300, 5).map((row): StoredRow => {
      const spelled = ([name, value]: [string, StoredRow[string]]) => [
        name,
        typeof value === 'string' ? canonicalText(value) || null : value,
      ];
      return Object.fromEntries(Object.entries(row).map(spelled));
    });
    const batch = new Float64Array(rows.length);
    scorer.probabilityInto(batchOfStored(model.inputs, rows), batch);
    expect(rows.map((row) => scorer.scoreRow(row).probability)).toEqual(Array.from(batch));
  });
});
