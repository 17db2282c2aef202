/** Times of rows as numbers. */
import { TidewatchError } from '../base/errors.ts';
import { parseTimeText } from './csv/time-text.ts';
import type { ColumnVector } from './port.ts';

/** Times of a column as milliseconds since 1970, NaN where missing; a column of numbers as it is. */
export function timesOf(vector: ColumnVector): Float64Array {
  if (vector.kind === 'numeric') return vector.values;
  if (vector.kind !== 'text')
    throw new TidewatchError('internal', `A column of times came as ${vector.kind}.`);
  return Float64Array.from(vector.values, (text) =>
    text === null ? Number.NaN : parseTimeText(text.trim()),
  );
}
