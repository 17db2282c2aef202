/** From what the configuration says of a derived column to how it is made. */
import type { DerivedConfig } from '../../config/input-schema.ts';
import type { DerivedColumn } from './derived-column.ts';

/**
 * How a column of `columns.derived` is made of its own row; null for one that is made of the client's history.
 * @param time the column with the time of the row, which the configuration has where days are counted to it.
 */
export function derivedOfConfig(made: DerivedConfig, time: string | null): DerivedColumn | null {
  if ('days_since' in made) return { kind: 'days_since', from: [made.days_since, time ?? ''] };
  if ('days_until' in made) return { kind: 'days_until', from: [made.days_until, time ?? ''] };
  if ('month' in made) return { kind: 'month', from: [made.month] };
  if ('ratio' in made) return { kind: 'ratio', from: made.ratio };
  if ('difference' in made) return { kind: 'difference', from: made.difference };
  return null;
}
