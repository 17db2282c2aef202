import { describe, expect, it } from 'vitest';
import { hardRows, linearModel, modelOf, treesModel } from '../../../../test/contracts/random-models.ts';
import { selectInDuckdb, selectInSqlite } from '../../../store/external/scratch-select.ts';
import { batchOfStored } from '../../columns/stored-rows.ts';
import { createScorer } from '../../scoring/scorer.ts';
import { SQL_DIALECTS } from './dialect.ts';
import { renderSql } from './render-sql.ts';

const model = linearModel({ kind: 'none' }, 1);

describe('a model as SQL', () => {
  it.each(SQL_DIALECTS)('is one statement in %s, without a line that begins anything else', (dialect) => {
    const sql = renderSql(treesModel({ kind: 'none' }, { trees: 5, leaves: 8, seed: 1 }), {
      dialect,
      table: 't',
    });
    expect(sql.trimEnd().indexOf(';')).toBe(sql.trimEnd().length - 1);
    expect(sql).not.toMatch(/NaN\b(?!')|Infinity|undefined/);
  });

  it('keeps what a name says inside the name', () => {
    const name = 'x"; DROP TABLE t; --\n`';
    const hostile = modelOf(
      [{ kind: 'level', source: name, level: "'; DROP TABLE t; --" }],
      { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
      { kind: 'none' },
      { inputs: [{ name, kind: 'categorical' }], id: null },
    );
    const columns = [{ name, kind: 'categorical', values: ["'; DROP TABLE t; --", 'other'] }] as const;
    return Promise.all(
      [
        { dialect: 'duckdb', select: selectInDuckdb } as const,
        { dialect: 'postgres', select: selectInDuckdb } as const,
        { dialect: 'sqlite', select: selectInSqlite } as const,
      ].map(async ({ dialect, select }) => {
        const rows = await select('t', columns, renderSql(hostile, { dialect, table: 't' }));
        expect(rows.map(([probability]) => probability)).toEqual([
          expect.closeTo(1 / (1 + Math.exp(-1)), 12),
          0.5,
        ]);
      }),
    );
  });

  it('names a table by its schema, and a part that has a dot in quotes', () => {
    const tableOf = (table: string) =>
      /FROM (.*) AS t/.exec(renderSql(model, { dialect: 'postgres', table }))?.[1];
    expect(tableOf('crm.clients')).toBe('"crm"."clients"');
    expect(tableOf('"my.clients"')).toBe('"my.clients"');
    expect(tableOf('a b; DROP')).toBe('"a b; DROP"');
    for (const table of ['', '.', 'a..b', '"a', 'a"b"']) {
      expect(() => renderSql(model, { dialect: 'postgres', table })).toThrow('expected a name such as');
    }
  });

  it('refuses a level that no SQL text can hold', () => {
    for (const level of ['a\0b', '\ud800']) {
      const broken = modelOf(
        [{ kind: 'level', source: 'plan', level }],
        { kind: 'logistic-regression', coefficients: [1], intercept: 0, means: [0] },
        { kind: 'none' },
      );
      expect(() => renderSql(broken, { dialect: 'duckdb', table: 't' })).toThrow('no SQL text can hold');
    }
  });

  it.each([
    { dialect: 'duckdb', select: selectInDuckdb, nocase: 'VARCHAR COLLATE NOCASE' } as const,
    { dialect: 'sqlite', select: selectInSqlite, nocase: 'TEXT COLLATE NOCASE' } as const,
  ])('compares levels byte by byte in $dialect, whatever the collation of the column', async (setting) => {
    const rows = hardRows(model, 200, 6);
    const columns = model.inputs.map(({ name, kind }) => ({
      name,
      kind,
      values: rows.map((row) => row[name] ?? null),
    }));
    const id = { name: 'client id', kind: 'categorical', values: rows.map((_, i) => String(i)) } as const;
    const sql = renderSql(model, { dialect: setting.dialect, table: 't' });
    const answer = await setting.select('t', [id, ...columns], sql, setting.nocase);
    const probabilities = new Float64Array(rows.length);
    createScorer(model).probabilityInto(batchOfStored(model.inputs, rows), probabilities);
    rows.forEach((_, i) => {
      expect(answer[i]?.[1]).toBeCloseTo(probabilities[i] as number, 9);
    });
  });
});
