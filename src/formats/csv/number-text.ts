/** The one text that each number is written as. */
import { numberAsText } from '../../core/columns/canonical-text.ts';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

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
