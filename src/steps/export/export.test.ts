import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hardRows, linearModel, modelOf, treesModel } from '../../../test/contracts/random-models.ts';
import type { BoostedTreesParameters, ModelDocument } from '../../core/document/document.ts';
import { renderOnnx } from '../../core/models/onnx/render-onnx.ts';
import { SQL_DIALECTS } from '../../core/models/sql/dialect.ts';
import { type ScratchSelect, selectInDuckdb, selectInSqlite } from '../../store/external/scratch-select.ts';
import { checkOnnx } from './check.ts';
import { exportModel } from './export.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = treesModel({ kind: 'none' }, { trees: 5, leaves: 6, seed: 3 });
const learner = model.learner as BoostedTreesParameters;
const databases = { duckdb: selectInDuckdb, sqlite: selectInSqlite };
const sqlFor = (dialect: (typeof SQL_DIALECTS)[number]) =>
  ({ kind: 'sql', dialect, table: 'crm.clients' }) as const;

const nudged = (value: number): number => value + 1e-6;

/** One tree that splits a column at a threshold. */
function datesModel(threshold: number): ModelDocument {
  const tree = {
    feature: [0, -1, -1],
    threshold: [threshold, null, null],
    categories: [null, null, null],
    missingLeft: [false, false, false],
    left: [1, 0, 0],
    right: [2, 0, 0],
    value: [0, -1, 1],
    cover: [2, 1, 1],
  };
  return modelOf(
    [{ kind: 'number', source: 'day', missing: null }],
    { kind: 'boosted-trees', base: 0, trees: [tree] },
    { kind: 'none' },
    { inputs: [{ name: 'day', kind: 'numeric' }] },
  );
}

/** A model of two columns whose names differ by case only. */
const caseModel = modelOf(
  ['Score', 'score'].map((source) => ({ kind: 'number', source, missing: 0.5 })),
  { kind: 'logistic-regression', coefficients: [1, -2], intercept: 0.1, means: [0, 0] },
  { kind: 'none' },
  { inputs: ['Score', 'score'].map((name) => ({ name, kind: 'numeric' })) },
);

describe('exporting a model', () => {
  it.each(SQL_DIALECTS)('checks the SQL for %s and says at its head what was checked', async (dialect) => {
    const options = { model, format: sqlFor(dialect), table: null, path: null };
    const { sql, check } = await exportModel(databases, options);
    const ran = dialect !== 'mysql' && dialect !== 'spark';
    expect(check).toMatchObject({ database: dialect === 'sqlite' ? 'SQLite' : 'DuckDB', ranThisText: ran });
    expect(check?.rows).toBeGreaterThan(20);
    expect(check?.largestDifference).toBeLessThan(1e-12);
    expect(sql).toMatch(ran ? /^-- Checked in/ : /^-- Not run on/);
    expect(sql).toContain(`Tidewatch model ${model.version}`);
  });

  it('hands nothing out where a database scores otherwise', async () => {
    const path = join(folder, 'score.sql');
    const tampered: ScratchSelect = async (...given) => {
      const rows = await selectInDuckdb(...given);
      return rows.map((row, i) => (i === 7 ? [row[0], Number(row[1]) + 2e-9, row[2]] : row));
    };
    const options = { model, format: sqlFor('duckdb'), table: null, path };
    await expect(exportModel({ ...databases, duckdb: tampered }, options)).rejects.toMatchObject({
      code: 'export-differs',
    });
    const short: ScratchSelect = async (...given) => (await selectInDuckdb(...given)).slice(1);
    await expect(exportModel({ ...databases, duckdb: short }, options)).rejects.toThrow('rows came back for');
    expect(existsSync(path)).toBe(false);
  });

  it('hands no ONNX out where a leaf, the calibration or the threshold is another', () => {
    const rows = hardRows(model, 300, 4);
    expect(checkOnnx(model, renderOnnx(model), rows)).toMatchObject({ database: null, rows: 300 });
    const leaf = {
      ...learner,
      trees: learner.trees.map((tree) => ({ ...tree, value: tree.value.map(nudged) })),
    };
    const others = [
      { ...model, learner: leaf },
      { ...model, calibration: { kind: 'platt', slope: 1, intercept: 1e-7 } as const },
      { ...model, threshold: model.threshold + 0.1 },
    ];
    for (const other of others) {
      expect(() => checkOnnx(model, renderOnnx(other), rows)).toThrow(
        expect.objectContaining({
          code: 'export-differs',
          message: expect.stringContaining('The ONNX model of'),
        }),
      );
    }
  });

  it('hands no ONNX out whose thresholds are of single precision where numbers need more digits', () => {
    const rows = [20240610, 20240611, 20240612, 20240613].map((day) => ({ day }));
    const dates = datesModel(20240611.5);
    expect(checkOnnx(dates, renderOnnx(dates), rows).largestDifference).toBeLessThan(1e-12);
    const single = renderOnnx(datesModel(Math.fround(20240611.5)));
    expect(() => checkOnnx(dates, single, rows)).toThrow('{"day":20240612} has the probability');
  });

  it.each(SQL_DIALECTS)(
    'writes names that differ by case for PostgreSQL, not for others: %s',
    async (dialect) => {
      const options = { model: caseModel, format: sqlFor(dialect), table: null, path: null };
      if (dialect !== 'postgres') {
        await expect(exportModel(databases, options)).rejects.toMatchObject({
          code: 'value-invalid',
          details: { columns: ['Score', 'score'], dialect },
        });
        return;
      }
      const { sql, check } = await exportModel(databases, options);
      expect(check).toMatchObject({ database: 'DuckDB', ranThisText: false });
      expect(sql).toMatch(/^-- Not run on postgres here. The same SELECT with plain names/);
      expect(sql).toContain('t."Score"');
      expect(sql).toContain('t."score"');
    },
  );

  it('tells names that differ by case apart in ONNX', async () => {
    const path = join(folder, 'case.onnx');
    const options = { model: caseModel, format: { kind: 'onnx' }, table: null, path } as const;
    expect((await exportModel(databases, options)).check.largestDifference).toBeLessThan(1e-12);
  });

  it('writes the file that is named', async () => {
    const [sqlPath, onnxPath] = [join(folder, 'deep/score.sql'), join(folder, 'model.onnx')];
    const { sql } = await exportModel(databases, {
      model,
      format: sqlFor('sqlite'),
      table: null,
      path: sqlPath,
    });
    expect(readFileSync(sqlPath, 'utf8')).toBe(sql);
    const linear = linearModel({ kind: 'none' }, 0);
    const options = { model: linear, format: { kind: 'onnx' }, table: null, path: onnxPath } as const;
    expect(await exportModel(databases, options)).toMatchObject({
      format: 'onnx',
      path: onnxPath,
      check: { database: null, ranThisText: true },
    });
    expect(readFileSync(onnxPath).includes('tidewatch')).toBe(true);
    await expect(exportModel(databases, { ...options, path: null })).rejects.toThrow('name the file');
  });
});
