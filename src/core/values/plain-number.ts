/** Which texts are numbers without a style: a point, no marks of thousands, no unit. */

/** There is one way to read a text by it, so a long one that is no number is known in one pass. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Characters of a number: twice what the longest double takes that is written out in full. */
export const MAX_CHARACTERS = 2048;

/**
 * The number that `text` stands for, or NaN. Decimal notation with an optional exponent, and nothing else: no
 * thousands separators, no hexadecimal, no `inf`, and at most 2,048 characters. Beyond the largest double the answer is
 * an infinity.
 */
export function parseNumberText(text: string): number {
  return text.length <= MAX_CHARACTERS && NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** The number that a column of numbers reads in a text: as `parseNumberText`, and true and false in any case are 1 and 0. */
export function readNumberText(text: string): number {
  const value = parseNumberText(text);
  return Number.isNaN(value) ? readWord(text) : value;
}

/** 1 and 0 for true and false in any case, NaN for any other text. */
export function readWord(text: string): number {
  if (text.length < 4 || text.length > 5) return Number.NaN;
  const word = text.toLowerCase();
  return word === 'true' ? 1 : word === 'false' ? 0 : Number.NaN;
}
