/** Derived inputs of a model as stages of SQL over their raw columns. */

import type { ModelInput } from '../../columns/source-column.ts';
import { type DerivedColumn, isMadeOfDates } from '../../derived/derived-column.ts';
import type { Stage } from './calibration-sql.ts';
import { dateText, daySql, minutesSql, monthSql } from './date-sql.ts';
import { type DialectRules, dialectRules, type SqlDialect } from './dialect.ts';

/** A column that the table must have for a model; `date`: dates, times, or texts in ISO 8601. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ModelInput['kind'] | 'date';
}

/** The columns that inputs are read from: those that are derived by their raw ones. */
export function tableColumnsOf(inputs: readonly ModelInput[]): TableColumn[] {
  const columns = new Map<string, TableColumn>();
  for (const { name, kind, derived } of inputs) {
    if (derived === undefined) columns.set(name, { name, kind });
  }
  for (const { derived } of inputs) {
    for (const name of derived?.from ?? []) {
      if (columns.has(name) || derived === undefined) continue;
      columns.set(name, { name, kind: isMadeOfDates(derived.kind) ? 'date' : 'numeric' });
    }
  }
  return [...columns.values()];
}

export interface DerivedStages {
  /** Names and texts of what the first stage reads for them. */
  readonly raw: readonly (readonly [string, string])[];
  readonly stages: readonly Stage[];
}

/**
 * What is derived, as the scorer has it, with NULL for NaN.
 * @param used the inputs in their order; `columnOf` names the column of each. @param keeps columns that are handed through.
 * @param inTable a column as the first stage reads it.
 */
export function derivedStages(
  used: readonly ModelInput[],
  columnOf: (name: string) => string,
  inTable: (name: string) => string,
  keeps: readonly string[],
  dialect: SqlDialect,
): DerivedStages {
  const made = used.filter(({ derived }) => derived !== undefined);
  if (made.length === 0) return { raw: [], stages: [] };
  const rules = dialectRules(dialect);
  const dates = rawOf(made, true);
  const numbers = rawOf(made, false);
  const each = (list: readonly string[], prefix: string) => list.map((_, k) => `${prefix}${k + 1}`);
  const [texts, minutes, days, doubles] = [
    each(dates, 'd'),
    each(dates, 'm'),
    each(dates, 'n'),
    each(numbers, 'r'),
  ];
  const zipped = (names: readonly string[], text: (k: number) => string) =>
    Object.fromEntries(names.map((name, k) => [name, text(k)]));
  const rawColumn = (name: string) =>
    dates.includes(name) ? `n${dates.indexOf(name) + 1}` : `r${numbers.indexOf(name) + 1}`;
  const dayStages: Stage[] =
    dates.length === 0
      ? []
      : [
          {
            name: 'minutes',
            keeps: [...keeps, ...doubles, ...texts],
            columns: zipped(minutes, (k) => minutesSql(texts[k] as string, dialect)),
          },
          {
            name: 'days',
            keeps: [...keeps, ...doubles],
            columns: zipped(days, (k) => daySql(texts[k] as string, minutes[k] as string, dialect)),
          },
        ];
  return {
    raw: [
      ...dates.map((name, k) => [texts[k] as string, dateText(inTable(name), dialect)] as const),
      ...numbers.map((name, k) => [doubles[k] as string, rules.double(inTable(name))] as const),
    ],
    stages: [
      ...dayStages,
      {
        name: 'derived',
        keeps,
        columns: Object.fromEntries(
          made.flatMap(({ name, derived }) =>
            derived === undefined ? [] : [[columnOf(name), valueSql(derived, rawColumn, rules, dialect)]],
          ),
        ),
      },
    ],
  };
}

function rawOf(made: readonly ModelInput[], areDates: boolean): string[] {
  const names = made.flatMap(({ derived }) =>
    derived !== undefined && isMadeOfDates(derived.kind) === areDates ? derived.from : [],
  );
  return [...new Set(names)];
}

function valueSql(
  { kind, from }: DerivedColumn,
  rawColumn: (name: string) => string,
  rules: DialectRules,
  dialect: SqlDialect,
): string {
  const [first = '', second = ''] = from.map(rawColumn);
  switch (kind) {
    case 'days_since':
      return rules.double(`(${second} - ${first})`);
    case 'days_until':
      return rules.double(`(${first} - ${second})`);
    case 'month':
      return rules.double(monthSql(first, dialect));
    case 'ratio':
      return `${first} / NULLIF(${second}, ${rules.number(0)})`;
    case 'difference':
      return `${first} - ${second}`;
  }
}
