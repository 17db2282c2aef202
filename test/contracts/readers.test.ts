/** Promise of every reader of a model document: the same rows, the same answer. */
import { describe, expect, it } from 'vitest';
import type { ModelDocument } from '../../src/core/models/document.ts';
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
    const got = answer[i] ?? {};
    if (model.id !== null) expect(got[model.id]).toBe(`c${i}`);
    const off = Math.abs(Number(got['probability']) - probability);
    if (!(off <= tolerance))
      throw new Error(`row ${i} ${JSON.stringify(row)}: got ${got['probability']}, expected ${probability}`);
    if (Math.abs(probability - model.threshold) > tolerance) expect(Number(got['class'])).toBe(label);
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
