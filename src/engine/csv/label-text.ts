/** When a text of the target is a label, and how one is written. */
import { canonicalText } from '../../core/features/canonical-text.ts';
import { parseNumberText } from './number-text.ts';

/** Labels are equal in their canonical form ("True" is "1"), or as numbers where both are numbers ("1e0" is "1"). */
function sameLabelAs(expected: string): (label: string) => boolean {
  const spelled = canonicalText(expected);
  const number = parseNumberText(expected);
  return (label) =>
    label === expected || canonicalText(label) === spelled || parseNumberText(label) === number;
}

/** Whether a label is equal to one of some. */
export function oneOfLabels(expected: readonly string[]): (label: string) => boolean {
  const tests = expected.map(sameLabelAs);
  return (label) => tests.some((isSame) => isSame(label));
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
