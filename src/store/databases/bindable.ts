/** Values as every database keeps them alike. */
import { TidewatchError } from '../../base/errors.ts';

/**
 * The value as a driver is given it: a boolean becomes 0 or 1, a number that is not finite null, since MySQL has none,
 * and -0 becomes 0. A null byte in text becomes the symbol for it (U+2400): PostgreSQL has none, and libsql cuts the
 * text off there and ends the process on a boolean.
 */
export function bindable(value: unknown): string | number | null {
  if (value === null) return null;
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\u2400') : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new TidewatchError('internal', `A value of type ${typeof value} cannot be kept in the state store.`);
}
