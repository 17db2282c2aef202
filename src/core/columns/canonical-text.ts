/** The one spelling of a category, whatever file, database or program it comes from. */
import { composedText } from './composed-text.ts';

const BOOLEAN = /^(?:true|false)$/i;
const WHOLE = /^(-?(?:0|[1-9]\d*))\.0+$/;

/**
 * White space around it (as String.trim has it, all of Unicode) is taken off and its characters are composed (Unicode
 * NFC, `composedText`); true and false in any case are "1" and "0"; a whole number written with a fraction of zeros
 * loses it: "415.0" is "415". Nothing else: "007", "1e3" and capitals stay. Empty means missing. Idempotent.
 */
export function canonicalText(text: string): string {
  const trimmed = composedText(text.trim());
  if (BOOLEAN.test(trimmed)) return trimmed.length === 4 ? '1' : '0';
  const whole = WHOLE.exec(trimmed)?.[1] ?? trimmed;
  return whole === '-0' && whole !== trimmed ? '0' : whole;
}

/** A number where a column holds texts: a whole one with all its digits, another as the shortest text of its double. */
export function numberAsText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}
