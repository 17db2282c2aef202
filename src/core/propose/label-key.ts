/** When two texts are one label. */
import type { TextRules } from './column-tally.ts';

/** Labels are equal as texts without the spaces around them, or as numbers. */
export function labelKey(text: string, rules: TextRules): string {
  const trimmed = text.trim();
  const number = rules.parseNumber(trimmed);
  return Number.isNaN(number) ? trimmed : String(number);
}
