/** What differs between databases that compute statistics, as texts of SQL; no logic. */
import type { SqlDialect } from '../../core/models/sql/dialect.ts';

export interface Dialect {
  /** Its name where models are written for it. */
  readonly name: SqlDialect;
  identifier(name: string): string;
  /** A text literal. */
  text(text: string): string;
  /** A finite double, exactly. */
  number(value: number): string;
  /** A column of numbers as doubles; NULL where it is NULL or NaN. */
  double(expression: string): string;
  /** A column of texts as texts. */
  string(expression: string): string;
  /** A whole number of 64 bits, of a double that is whole. */
  integer(expression: string): string;
  /** A sum of whole numbers that cannot overflow, read as text. */
  wideSum(expression: string): string;
}
