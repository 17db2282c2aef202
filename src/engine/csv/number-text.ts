/** Which texts are numbers, and the one text that each number is written as. */
import { numberAsText } from '../../core/features/canonical-text.ts';

/** There is one way to read a text by it, so a long one that is no number is known in one pass. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Characters of a number: twice what the longest double takes that is written out in full. */
const MOST_CHARACTERS = 2048;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/**
 * The number that `text` stands for, or NaN. Decimal notation with an optional exponent, and nothing else: no
 * thousands separators, no hexadecimal, no `inf`, and at most 2,048 characters. Beyond the largest double the answer is
 * an infinity.
 */
export function parseNumberText(text: string): number {
  return text.length <= MOST_CHARACTERS && NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** The number that a column of numbers reads in a text: as `parseNumberText`, and true and false in any case are 1 and 0. */
export function readNumberText(text: string): number {
  const value = parseNumberText(text);
  if (!Number.isNaN(value) || text.length < 4 || text.length > 5) return value;
  const word = text.toLowerCase();
  return word === 'true' ? 1 : word === 'false' ? 0 : Number.NaN;
}

/** A number of JSON where a column holds texts: a whole one keeps every digit, another is the text of its double. */
export function typedNumberText(text: string): string {
  const value = Number(text);
  return (INTEGER.test(text) && text !== '-0') || !Number.isFinite(value) ? text : numberAsText(value);
}

/** The shortest text that reads back as the same double; -0 is written 0. */
export function renderNumber(value: number): string {
  return String(value === 0 ? 0 : value);
}

/** Whether a double holds this whole number and both its neighbours exactly, or is 2^53 itself. */
export function isExactInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 9007199254740992;
}

/** Whether a label is written as a whole number, so that its column can be one of integers. */
export function isIntegerText(text: string): boolean {
  return INTEGER.test(text) && text !== '-0' && isExactInteger(Number(text));
}
