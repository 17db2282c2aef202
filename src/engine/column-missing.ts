/** The error of a table that is asked for a column which it does not have. */
import { TidewatchError } from '../base/errors.ts';

export function columnMissing(name: string, names: readonly string[]): TidewatchError {
  return new TidewatchError(
    'column-missing',
    `The table has no column "${name}"; its columns are ${names.join(', ')}.`,
  );
}
