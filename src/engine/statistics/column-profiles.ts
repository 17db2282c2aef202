/** The profile of every column of a table, by statistics alone. */
import type { ColumnProfile, SnapshotColumn } from '../port.ts';
import { columnCounts } from './column-counts.ts';
import { columnQuantiles } from './column-quantiles.ts';
import { momentSums } from './moment-sums.ts';
import type { Statistic } from './statistic.ts';
import { wholeMoments } from './whole-moments.ts';

/** Takes one statistic of a table, by its rows or by SQL. */
export type AskStatistic = <State, Answer>(statistic: Statistic<State, Answer>) => Promise<Answer>;

/** Profiles in the order of the columns; exact for whole numbers, to some 1e-12 for others. */
export async function columnProfiles(
  columns: readonly SnapshotColumn[],
  ask: AskStatistic,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (const { name, role, type } of columns) {
    const isNumeric = type === 'integer' || type === 'double';
    const { rows, missing } = await ask(columnCounts(name, isNumeric ? 'numeric' : 'categorical'));
    const numeric = isNumeric ? await numericProfile(name, ask) : null;
    profiles.push({ name, role, rows, missing, numeric });
  }
  return profiles;
}

async function numericProfile(name: string, ask: AskStatistic): Promise<ColumnProfile['numeric']> {
  const [median = Number.NaN] = await ask(columnQuantiles(name, [0.5]));
  const whole = await ask(wholeMoments(name));
  if (whole !== null) return { mean: whole.mean, median, std: whole.std, min: whole.min, max: whole.max };
  const { count, mean, squares, min, max } = await ask(momentSums(name));
  return { mean, median, std: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)), min, max };
}
