/** Promise of every reader of a model document: the same rows, the same answer. */
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import type { ModelDocument } from '../../src/core/models/document.ts';
import { renderOnnx } from '../../src/core/models/onnx/render-onnx.ts';
import { createScorer, type SourceRow } from '../../src/core/models/scorer.ts';
import type { SqlDialect } from '../../src/core/models/sql/dialect.ts';
import { renderSql } from '../../src/core/models/sql/render-sql.ts';
import {
  type ScratchAnswer,
  type ScratchColumn,
  type ScratchSelect,
  selectInDuckdb,
  selectInSqlite,
} from '../../src/engine/scratch-select.ts';
import { CALIBRATIONS, hardRows, linearModel, treesModel } from './random-models.ts';

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
  ['150 trees of 31 leaves', treesModel({ kind: 'none' }, { trees: 150, leaves: 31, seed: 7 })],
  ['trees 300 splits deep', treesModel({ kind: 'none' }, { trees: 3, leaves: 301, seed: 8, chain: true })],
  ['a tree of one leaf', treesModel({ kind: 'none' }, { trees: 1, leaves: 1, seed: 9 })],
  ['no tree', treesModel({ kind: 'none' }, { trees: 0, leaves: 1, seed: 9 })],
];

function scratchColumns(model: ModelDocument, rows: readonly SourceRow[]): ScratchColumn[] {
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
  rows: readonly SourceRow[],
  answer: ScratchAnswer,
  tolerance: number,
): void {
  const scorer = createScorer(model);
  expect(answer.length).toBe(rows.length);
  rows.forEach((row, i) => {
    const { probability, label } = scorer.scoreRow(row);
    const got = answer[i] ?? [];
    const [gotProbability, gotClass] = got.slice(-2).map(Number) as [number, number];
    if (model.id !== null) expect(got[0]).toBe(`c${i}`);
    const off = Math.abs(gotProbability - probability);
    if (!(off <= tolerance))
      throw new Error(`row ${i} ${JSON.stringify(row)}: got ${gotProbability}, expected ${probability}`);
    if (Math.abs(probability - model.threshold) > tolerance) expect(gotClass).toBe(label);
  });
}

const ENGINES: readonly { name: string; dialect: SqlDialect; select: ScratchSelect }[] = [
  { name: 'DuckDB', dialect: 'duckdb', select: selectInDuckdb },
  { name: 'DuckDB, by the text for PostgreSQL,', dialect: 'postgres', select: selectInDuckdb },
  { name: 'SQLite', dialect: 'sqlite', select: selectInSqlite },
];

describe.each(ENGINES)('$name scores as the scorer does', ({ dialect, select }) => {
  it.each(MODELS)('the model "%s"', async (_name, model) => {
    const rows = hardRows(model, 1000, 3);
    const table = 'my clients';
    const sql = renderSql(model, { dialect, table });
    expectSame(model, rows, await select(table, scratchColumns(model, rows), sql), 1e-9);
  });
});

/** Numbers as the single precision of the ONNX inputs has them, missing texts as the empty text that they are there. */
function singlePrecision(model: ModelDocument, rows: readonly SourceRow[]): SourceRow[] {
  const single = (value: SourceRow[string]) => {
    if (typeof value === 'number') return Math.fround(value);
    return value === '' ? null : value;
  };
  return rows.map((row) => Object.fromEntries(model.inputs.map(({ name }) => [name, single(row[name])])));
}

async function runOnnx(model: ModelDocument, rows: readonly SourceRow[]): Promise<ScratchAnswer> {
  const session = await ort.InferenceSession.create(renderOnnx(model));
  const feeds = model.inputs.map(({ name, kind }) => {
    const values = rows.map((row) => row[name] ?? null);
    const shape = [rows.length, 1];
    const tensor =
      kind === 'numeric'
        ? new ort.Tensor(
            'float32',
            Float32Array.from(values, (value) => Number(value ?? Number.NaN)),
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

describe('ONNX scores as the scorer does', () => {
  it.each(MODELS)('the model "%s"', async (_name, model) => {
    const rows = singlePrecision(model, hardRows(model, 500, 4));
    expectSame(model, rows, await runOnnx(model, rows), 1e-6);
  });
});
