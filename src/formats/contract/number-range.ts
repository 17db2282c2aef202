/** Whether a number is in the range that the configuration gives its column, and how the range is told. */
import type { NumberRange } from './table-contract.ts';

/** Not so for NaN, and where there is no range. */
export function isOutside(value: number, range: NumberRange | undefined): boolean {
  return value < (range?.min ?? Number.NEGATIVE_INFINITY) || value > (range?.max ?? Number.POSITIVE_INFINITY);
}

/** As it follows "a number". */
export function rangeText({ min, max }: NumberRange): string {
  if (min === null) return `of at most ${max}`;
  return max === null ? `of at least ${min}` : `from ${min} to ${max}`;
}
