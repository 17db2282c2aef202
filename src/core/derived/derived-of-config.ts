/** From what the configuration says of a derived column to how it is made. */
import type { DerivedConfig } from '../../config/input-schema.ts';
import type { DerivedColumn } from './derived-column.ts';

/**
 * How a column of `columns.derived` is made of its own row; null for one that is made of the client's history.
 * @param time the column with the time of the row. @param dates how columns write dates, as `input.dates`.
 */
export function derivedOfConfig(
  made: DerivedConfig,
  time: string | null,
  dates: Readonly<Record<string, string>> = {},
): DerivedColumn | null {
  const derived = plainOf(made, time ?? '');
  if (derived === null) return null;
  const formats = Object.fromEntries(
    derived.from.flatMap((name) => (dates[name] === undefined ? [] : [[name, dates[name]]])),
  );
  return Object.keys(formats).length === 0 ? derived : { ...derived, formats };
}

function plainOf(made: DerivedConfig, time: string): DerivedColumn | null {
  if ('days_since' in made) return { kind: 'days_since', from: [made.days_since, time] };
  if ('days_until' in made) return { kind: 'days_until', from: [made.days_until, time] };
  if ('month' in made) return { kind: 'month', from: [made.month] };
  if ('ratio' in made) return { kind: 'ratio', from: made.ratio };
  if ('difference' in made) return { kind: 'difference', from: made.difference };
  return null;
}
