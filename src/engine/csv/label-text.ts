/** Which texts are one label, and how a label is written that the contract leaves open. */
import { canonicalText } from '../../core/features/canonical-text.ts';
import { flagOf } from '../../core/values/flags.ts';
import { numberReader, PLAIN_STYLE } from '../../core/values/number-style.ts';
import { parseNumberText } from '../../core/values/plain-number.ts';
import type { TableContract } from '../port.ts';

/**
 * Labels are equal in their canonical form ("True" is "1"), as numbers where both are numbers ("1e0" is "1"), or as words
 * for yes and no in any case and language ("yes" and "ja" are "Yes") where the two labels of the contract are such words.
 * @param other the other label of the contract; null: it is open.
 */
export function sameLabelAs(
  expected: string,
  other: string | null,
  { reading }: Pick<TableContract, 'reading'>,
): (label: string) => boolean {
  const spelled = canonicalText(expected);
  const { decimal, thousands } = reading ?? PLAIN_STYLE;
  const readNumber = numberReader({ decimal, thousands, unit: null });
  const number = parseNumberText(expected);
  const flag = flagOf(expected);
  const isPair = flag !== null && other !== null && flagOf(other) === 1 - flag;
  return (label) =>
    label === expected ||
    canonicalText(label) === spelled ||
    readNumber(label) === number ||
    (isPair && flagOf(label) === flag);
}

/** How a label that the contract leaves open is written: in canonical form, as a word where the positive one is a word. */
export function otherLabel(label: string, positive: string): string {
  const spelled = canonicalText(label);
  const isWord = /^(?:true|false)$/i.test(positive);
  if (!isWord || (spelled !== '1' && spelled !== '0')) return spelled;
  const word = spelled === '1' ? 'true' : 'false';
  if (positive === positive.toUpperCase()) return word.toUpperCase();
  return positive.startsWith('T') || positive.startsWith('F')
    ? `${word[0]?.toUpperCase()}${word.slice(1)}`
    : word;
}
