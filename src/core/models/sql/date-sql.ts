/** The day of a date, in UTC, as each database reckons it from the text of a column. */
import type { SqlDialect } from './dialect.ts';

/** What differs between databases; texts are those of `text`, days whole numbers since 1970. */
interface DateRules {
  /** A column of dates, of times or of texts in ISO 8601 as text; NULL where it is missing or blank. */
  text(column: string): string;
  /** Place of the first such character, from 1; 0 where there is none. */
  find(text: string, character: string): string;
  joined(first: string, second: string): string;
  integer(text: string): string;
  /** Day of a text such as 2024-01-31. */
  day(text: string): string;
  month(day: string): string;
}

/** DuckDB reads what is written for PostgreSQL. */
const POSTGRES: DateRules = {
  text: (column) => `NULLIF(TRIM(CAST(${column} AS text)), '')`,
  find: (text, character) => `POSITION('${character}' IN ${text})`,
  joined: (first, second) => `(${first} || ${second})`,
  integer: (text) => `CAST(${text} AS integer)`,
  day: (text) => `CAST(CAST(${text} AS date) - DATE '1970-01-01' AS integer)`,
  month: (day) => `EXTRACT(month FROM DATE '1970-01-01' + ${day})`,
};

const RULES: Readonly<Record<SqlDialect, DateRules>> = {
  duckdb: POSTGRES,
  postgres: POSTGRES,
  mysql: {
    text: (column) => `NULLIF(TRIM(CONVERT(${column} USING utf8mb4)), '')`,
    find: (text, character) => `INSTR(${text}, '${character}')`,
    joined: (first, second) => `CONCAT(${first}, ${second})`,
    integer: (text) => `CAST(${text} AS SIGNED)`,
    day: (text) => `DATEDIFF(${text}, '1970-01-01')`,
    month: (day) => `MONTH(DATE_ADD('1970-01-01', INTERVAL ${day} DAY))`,
  },
  sqlite: {
    text: (column) => `NULLIF(TRIM(CAST(${column} AS TEXT)), '')`,
    find: (text, character) => `INSTR(${text}, '${character}')`,
    joined: (first, second) => `(${first} || ${second})`,
    integer: (text) => `CAST(${text} AS INTEGER)`,
    day: (text) => `CAST(JULIANDAY(${text}) - 2440587.5 AS INTEGER)`,
    month: (day) => `CAST(STRFTIME('%m', ${day} + 2440587.5) AS INTEGER)`,
  },
  spark: {
    text: (column) => `NULLIF(TRIM(CAST(${column} AS STRING)), '')`,
    find: (text, character) => `INSTR(${text}, '${character}')`,
    joined: (first, second) => `CONCAT(${first}, ${second})`,
    integer: (text) => `CAST(${text} AS INT)`,
    day: (text) => `DATEDIFF(CAST(${text} AS DATE), DATE '1970-01-01')`,
    month: (day) => `MONTH(DATE_ADD(DATE '1970-01-01', ${day}))`,
  },
};

/** A raw column of dates as text. */
export function dateText(column: string, dialect: SqlDialect): string {
  return RULES[dialect].text(column);
}

/**
 * Minutes in UTC since the midnight with which the text's own day begins; NULL where it has no time of day. They are below 0 or beyond
 * 1,440 where it is another day in UTC.
 * @param text a column with what `dateText` gives.
 */
export function minutesSql(text: string, dialect: SqlDialect): string {
  const { find, integer, joined } = RULES[dialect];
  const part = (from: number, length: number) => integer(`SUBSTR(${text}, ${from}, ${length})`);
  const rest = `SUBSTR(${text}, 17)`;
  // +05, +0530 and +05:30.
  const offset = (place: string) => {
    const digits = joined(`REPLACE(SUBSTR(${rest}, ${place} + 1), ':', '')`, `'00'`);
    return `(${integer(`SUBSTR(${digits}, 1, 2)`)} * 60 + ${integer(`SUBSTR(${digits}, 3, 2)`)})`;
  };
  const [east, west] = [find(rest, '+'), find(rest, '-')];
  return (
    `CASE WHEN LENGTH(${text}) > 10 THEN ${part(12, 2)} * 60 + ${part(15, 2)}` +
    ` + CASE WHEN SUBSTR(${text}, 18, 2) = '60' THEN 1 ELSE 0 END` +
    ` - CASE WHEN ${east} > 0 THEN ${offset(east)} WHEN ${west} > 0 THEN -${offset(west)} ELSE 0 END END`
  );
}

/** The day in UTC since 1970, as the scorer has it. @param minutes a column with what `minutesSql` gives. */
export function daySql(text: string, minutes: string, dialect: SqlDialect): string {
  // A month is its first day.
  const { day: dayOf, joined } = RULES[dialect];
  const day = dayOf(`SUBSTR(${joined(text, `'-01'`)}, 1, 10)`);
  return `${day} + CASE WHEN ${minutes} < 0 THEN -1 WHEN ${minutes} >= 1440 THEN 1 ELSE 0 END`;
}

/** Month, 1 to 12, of a column with a day. */
export function monthSql(day: string, dialect: SqlDialect): string {
  return RULES[dialect].month(day);
}
