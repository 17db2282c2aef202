/** The one form in which ids of clients are kept and compared, and which texts are no ids any more. */
import { composedText } from '../columns/composed-text.ts';

/** One digit, perhaps a fraction after a point or a comma, and an exponent with its sign: how spreadsheets shorten. */
const SHORTENED = /^[+-]?\d(?:[.,]\d+)?E\+\d{2,3}$/i;

/**
 * White space around an id (as String.trim has it, all of Unicode) is taken off, and its characters are composed
 * (Unicode NFC, `composedText`). Nothing else, as nothing may make one of two clients: capitals, leading zeros and "12345.0" stay.
 * Empty where nothing is left. Idempotent.
 */
export function normalizeId(text: string): string {
  return composedText(text.trim());
}

/**
 * Whether a normalized id is what a spreadsheet makes of a long number, such as "1.00006E+11": the digits that it cut
 * off told clients apart.
 */
export function isShortenedId(id: string): boolean {
  return SHORTENED.test(id);
}
