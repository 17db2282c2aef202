/** Takes a text apart that may be a number: its digits with their marks, and what stands before or behind them. */
import { isCurrency, isUnit } from './units.ts';

export interface ValueShape {
  /** From the first digit or mark before one to the last digit, without sign and parentheses; empty: no number. */
  readonly body: string;
  /** What stands before or behind; null: nothing. */
  readonly unit: string | null;
}

const NONE: ValueShape = Object.freeze({ body: '', unit: null });
const SIGNS = /^[+\-\u2212(\s]+|[-\u2212)\s]+$/g;
const BODY = /^[\d.,'\u2019\s]+(?:[eE][+-]?\d+)?$/;
/** Longest text that is taken apart. */
const LONGEST = 100;

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
  const before = text.slice(0, begin).replace(SIGNS, '');
  const behind = text.slice(last + 1).replace(SIGNS, '');
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
