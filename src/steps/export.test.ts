import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linearModel, treesModel } from '../../test/contracts/random-models.ts';
import { SQL_DIALECTS } from '../core/models/sql/dialect.ts';
import { type ScratchSelect, selectInDuckdb, selectInSqlite } from '../engine/scratch-select.ts';
import { exportModel } from './export.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = treesModel({ kind: 'none' }, { trees: 5, leaves: 6, seed: 3 });
const databases = { duckdb: selectInDuckdb, sqlite: selectInSqlite };
const sqlFor = (dialect: (typeof SQL_DIALECTS)[number]) =>
  ({ kind: 'sql', dialect, table: 'crm.clients' }) as const;

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
      check: null,
    });
    expect(readFileSync(onnxPath).includes('tidewatch')).toBe(true);
    await expect(exportModel(databases, { ...options, path: null })).rejects.toThrow('name the file');
  });
});
