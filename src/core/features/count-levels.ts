/** Counts the levels of a column of categories. */
import type { SourceColumn } from '../columns/source-column.ts';
import { notCategorical } from './source-fit.ts';

/** Calls `add` with each level that is there and its rows, null for missing. Error `value-invalid` for numbers. */
export function countLevels(
  name: string,
  column: SourceColumn,
  add: (level: string | null, rows: number) => void,
): void {
  if (column.kind === 'numeric') throw notCategorical(name);
  if (column.kind === 'text') {
    for (const level of column.values) add(level, 1);
    return;
  }
  const { codes, levels } = column;
  const counts = new Uint32Array(levels.length + 1);
  for (let i = 0; i < codes.length; i++) {
    const at = (codes[i] as number) + 1;
    counts[at] = (counts[at] as number) + 1;
  }
  for (let at = 0; at < counts.length; at++) {
    const rows = counts[at] as number;
    if (rows > 0) add(at === 0 ? null : (levels[at - 1] ?? null), rows);
  }
}
