/** Takes a text apart that may be a number: its digits with their marks, and what stands before or behind them. */
import { isCurrency, isUnit } from './units.ts';

export interface ValueShape {
  /** From the first digit or mark before one to the last digit, without sign and parentheses; empty: no number. */
  readonly body: string;
  /** What stands before or behind; null: nothing. */
  readonly unit: string | null;
}

const NONE: ValueShape = Object.freeze({ body: '', unit: null });
/** What may stand between the start, a currency and the number; a parenthesis opens at the start alone. */
const OPENING = /[+\-\u2212(\s]/;
const SIGN = /[+\-\u2212\s]/;
/** What may stand between the number, a unit and the end. */
const CLOSING = /[-\u2212)\s]/;
const BODY = /^[\d.,'\u2019\s]+(?:[eE][+-]?\d+)?$/;
/** Longest text that is taken apart. */
const LONGEST = 100;

/** The text without the characters at its start and at its end that fit. */
function withoutEnds(text: string, first: RegExp, last: RegExp): string {
  let [start, end] = [0, text.length];
  while (start < end && first.test(text.charAt(start))) start++;
  while (end > start && last.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** @param text trimmed. Before a number stands a currency alone, behind it any unit. Linear in the text. */
export function shapeOf(text: string): ValueShape {
  if (text.length > LONGEST) return NONE;
  const first = text.search(/\d/);
  if (first < 0) return NONE;
  let last = text.length - 1;
  while (!isDigit(text.charCodeAt(last))) last--;
  // A mark before the first digit belongs to it (".5"), as one behind the last does ("5.").
  const begin =
    first > 0 && /[.,]/.test(text[first - 1] as string) && !/[\p{L}]/u.test(text[first - 2] ?? '')
      ? first - 1
      : first;
  const before = withoutEnds(text.slice(0, begin), OPENING, SIGN);
  const behind = withoutEnds(text.slice(last + 1), CLOSING, CLOSING);
  const body = text.slice(begin, last + 1);
  if (!BODY.test(body)) return NONE;
  if (before === '' && behind === '') return { body, unit: null };
  if (before !== '' && behind !== '') return NONE;
  if (before !== '') return isCurrency(before) ? { body, unit: before } : NONE;
  if (/^[.,]$/.test(behind)) return { body: `${body}${behind}`, unit: null };
  return isUnit(behind) ? { body, unit: behind } : NONE;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}
