import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelOf } from '../../../../test/contracts/random-models.ts';
import type { ModelDocument } from '../../document/document.ts';
import { SQL_DIALECTS } from './dialect.ts';
import { renderSql } from './render-sql.ts';
import { sameNames, withPlainNames } from './same-names.ts';

function withColumns(id: string | null, ...names: string[]): ModelDocument {
  return modelOf(
    names.map((source) => ({ kind: 'number', source, missing: 0 })),
    {
      kind: 'logistic-regression',
      coefficients: names.map((_, k) => k + 1),
      intercept: 0,
      means: names.map(() => 0),
    },
    { kind: 'none' },
    { id, inputs: names.map((name) => ({ name, kind: 'numeric' })) },
  );
}

const CASELESS = SQL_DIALECTS.filter((dialect) => dialect !== 'postgres');

describe('columns whose names differ by upper and lower case only', () => {
  it.each(CASELESS)('are refused for %s, both by their names', (dialect) => {
    for (const model of [withColumns('id', 'tenure', 'Score', 'score'), withColumns('SCORE', 'score')]) {
      expect(() => renderSql(model, { dialect, table: 't' })).toThrow(
        expect.objectContaining({
          code: 'value-invalid',
          message: expect.stringMatching(/Columns "Score" and "score"|Columns "SCORE" and "score"/),
        }),
      );
    }
  });

  it('are two columns to PostgreSQL', () => {
    const sql = renderSql(withColumns('SCORE', 'Score', 'score'), { dialect: 'postgres', table: 't' });
    for (const name of ['t."SCORE"', 't."Score"', 't."score"']) expect(sql).toContain(name);
  });

  it('are told apart beyond A to Z by the databases that do so', () => {
    const model = withColumns(null, 'Änderung', 'änderung');
    expect(SQL_DIALECTS.filter((dialect) => sameNames(model, dialect) === null)).toEqual([
      'duckdb',
      'postgres',
      'sqlite',
    ]);
  });

  it('are found wherever they stand, and only they', () => {
    const names = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'A', 'b', '_') }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(names, ([id = '', ...inputs]) => {
        const model = withColumns(id, ...inputs);
        const all = [id, ...inputs].map((name) => name.toLowerCase());
        for (const dialect of CASELESS) {
          expect(sameNames(model, dialect) === null).toBe(new Set(all).size === all.length);
        }
        expect(sameNames(model, 'postgres')).toBeNull();
        expect(sameNames(withPlainNames(model), 'mysql')).toBeNull();
      }),
    );
  });
});
