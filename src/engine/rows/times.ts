/** Times of rows as numbers. */

import type { SourceColumn } from '../../core/columns/source-column.ts';
import { parseTimeText } from '../../formats/csv/time-text.ts';

/**
 * Times of a column as milliseconds since 1970, NaN where missing; a column of numbers as it is. A text that many rows
 * share, as those of a monthly dump do, is parsed once.
 */
export function timesOf(vector: SourceColumn): Float64Array {
  if (vector.kind === 'numeric') return vector.values;
  if (vector.kind === 'categorical') {
    const times = vector.levels.map((text) => parseTimeText(text.trim()));
    return Float64Array.from(vector.codes, (code) => times[code] ?? Number.NaN);
  }
  const known = new Map<string | null, number>([[null, Number.NaN]]);
  return Float64Array.from(vector.values, (text) => {
    let time = known.get(text);
    if (time === undefined) {
      time = parseTimeText((text ?? '').trim());
      known.set(text, time);
    }
    return time;
  });
}
