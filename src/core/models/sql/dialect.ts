/** What differs between the databases that a model is written for: names, literals, casts, and fences. */
import { TidewatchError } from '../../../base/errors.ts';
import { decimalText, exactText } from './double-literal.ts';

export const SQL_DIALECTS = ['duckdb', 'postgres', 'mysql', 'sqlite', 'spark'] as const;
export type SqlDialect = (typeof SQL_DIALECTS)[number];

export interface DialectRules {
  identifier(name: string): string;
  /** Equal for two names of columns that the database takes for one, quoted or not. */
  nameKey(name: string): string;
  /** A finite double, exactly. */
  number(value: number): string;
  /** A column of numbers as doubles; NULL where it is NULL or NaN. */
  double(column: string): string;
  /** A column of texts in the form in which levels are compared, byte by byte whatever its collation. */
  text(column: string): string;
  /** A level in that form. */
  level(text: string): string;
  /** Whether a whole number is one of some, at least one; not true for NULL. */
  oneOf(column: string, codes: readonly number[]): string;
  /**
   * Ends a sub-select that must not be merged into the one around it, where each use of a column would be another
   * copy of its expression. Empty where the database does not merge so.
   */
  readonly fence: string;
}

const quoteBy = (quote: string) => (name: string) =>
  `${quote}${checked(name).replaceAll(quote, quote + quote)}${quote}`;

/** Without regard to the case of A to Z alone. */
const latinCaseKey = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Without regard to the case of any letter. */
const caseKey = (name: string): string => name.toLowerCase();

/** A text literal of standard SQL. Error `value-invalid` for a text that no database can hold. */
export function standardText(text: string): string {
  return `'${checked(text).replaceAll("'", "''")}'`;
}

/** A text in quotes where that is plain ASCII without anything that could be an escape, else its bytes. */
const plainOrBytes = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) && !/['\\]/.test(text) ? `'${text}'` : `X'${hexOf(checked(text))}'`;

const inList = (column: string, codes: readonly number[]): string => `${column} IN (${codes.join(', ')})`;

const RULES: Readonly<Record<SqlDialect, DialectRules>> = {
  duckdb: {
    identifier: quoteBy('"'),
    nameKey: latinCaseKey,
    number: decimalText,
    double: (column) =>
      `CASE WHEN isnan(CAST(${column} AS DOUBLE)) THEN NULL ELSE CAST(${column} AS DOUBLE) END`,
    text: (column) => `encode(CAST(${column} AS VARCHAR))`,
    level: (text) => `encode(${standardText(text)})`,
    // DuckDB makes a join of a long IN, and planning hundreds of joins takes minutes.
    oneOf: (column, codes) => `(${codes.map((code) => `${column} = ${code}`).join(' OR ')})`,
    fence: '',
  },
  // DuckDB reads this dialect as well.
  postgres: {
    identifier: quoteBy('"'),
    nameKey: (name) => name,
    number: (value) => `float8 '${decimalText(value)}'`,
    double: (column) => `NULLIF(CAST(${column} AS float8), float8 'NaN')`,
    text: (column) => `CAST(${column} AS text) COLLATE "C"`,
    level: (text) =>
      checked(text).includes('\\')
        ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
        : standardText(text),
    oneOf: inList,
    fence: 'OFFSET 0',
  },
  mysql: {
    identifier: quoteBy('`'),
    nameKey: caseKey,
    number: decimalText,
    double: (column) => `CAST(${column} AS DOUBLE)`,
    text: (column) => `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)`,
    level: plainOrBytes,
    oneOf: inList,
    fence: 'LIMIT 18446744073709551615',
  },
  sqlite: {
    identifier: quoteBy('"'),
    nameKey: latinCaseKey,
    number: exactText,
    // Tools that read CSV files into SQLite leave '' where a number is missing, and its cast would be 0.
    double: (column) => `CAST(NULLIF(${column}, '') AS REAL)`,
    // What is put together is no column any more, and so has no collation of its own.
    text: (column) => `CAST(${column} AS TEXT) || ''`,
    level: standardText,
    oneOf: inList,
    fence: 'LIMIT -1',
  },
  spark: {
    identifier: quoteBy('`'),
    nameKey: caseKey,
    number: (value) => `${decimalText(value)}D`,
    double: (column) => `NULLIF(CAST(${column} AS DOUBLE), CAST('NaN' AS DOUBLE))`,
    text: (column) => `CAST(CAST(${column} AS STRING) AS BINARY)`,
    level: (text) => {
      const literal = plainOrBytes(text);
      return literal.startsWith('X') ? literal : `CAST(${literal} AS BINARY)`;
    },
    oneOf: inList,
    fence: '',
  },
};

export function dialectRules(dialect: SqlDialect): DialectRules {
  return RULES[dialect];
}

/** A table by its name, `schema.table` in parts; a part that has a dot stands in double quotes. */
export function tableText(rules: DialectRules, table: string): string {
  const parts = table.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  if (parts.length === 0 || parts.join('.') !== table) {
    throw new TidewatchError(
      'value-invalid',
      `The table is named ${JSON.stringify(table)}: expected a name such as clients, crm.clients or "my.clients".`,
    );
  }
  return parts
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
    .map(rules.identifier)
    .join('.');
}

/** The text itself, if a database can hold it. */
function checked(text: string): string {
  if (!text.includes('\0') && !/\p{Cs}/u.test(text)) return text;
  throw new TidewatchError(
    'value-invalid',
    `${JSON.stringify(text)} has a NUL character or half of a character, which no SQL text can hold. ` +
      'Give the column or the level another name in the data and train again.',
  );
}

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
