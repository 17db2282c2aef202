/** Statistics in the SQL of DuckDB. */
import { dialectRules, standardText } from '../../core/models/sql/dialect.ts';
import type { Dialect } from './dialect.ts';

const { identifier, number, double } = dialectRules('duckdb');

export const duckdb: Dialect = {
  name: 'duckdb',
  identifier,
  text: standardText,
  number,
  double,
  string: (expression) => `CAST(${expression} AS VARCHAR)`,
  integer: (expression) => `CAST(${expression} AS BIGINT)`,
  wideSum: (expression) => `CAST(SUM(CAST(${expression} AS HUGEINT)) AS VARCHAR)`,
};
