/** Which texts are one label, and how a label is written that the contract leaves open. */
import { canonicalText } from '../../core/columns/canonical-text.ts';
import { flagOf } from '../../core/values/flags.ts';
import { numberReader, PLAIN_STYLE } from '../../core/values/number-style.ts';
import { parseNumberText } from '../../core/values/plain-number.ts';
import type { TableContract } from '../contract/table-contract.ts';

export interface LabelTests {
  readonly isPositive: (label: string) => boolean;
  readonly isNegative: (label: string) => boolean;
  /** Whether a label says that there is no outcome yet. */
  readonly isOpen: (label: string) => boolean;
}

/** What a label means by the contract, where `negative` is the label that means "stayed"; null: it is open. */
export function labelTests(contract: TableContract, negative: string | null): LabelTests {
  const { positive, synonyms } = contract;
  const positives = [positive, ...(synonyms?.positive ?? [])];
  const negatives = [negative ?? '', ...(synonyms?.negative ?? [])];
  return {
    isPositive: oneOfLabels(positives, negatives, contract),
    isNegative: oneOfLabels(negatives, positives, contract),
    isOpen: oneOfLabels(synonyms?.open ?? [], [], contract),
  };
}

/**
 * Whether a label is equal to one of some. Labels are equal in their canonical form ("True" is "1"), as numbers where
 * both are numbers ("1e0" is "1"), or as words for yes and no in any case and language ("yes" and "ja" are "Yes") where
 * all labels of one side are such words, and those of the other their opposite.
 * @param others labels of the other side; none, or an empty text: it is open.
 */
function oneOfLabels(
  expected: readonly string[],
  others: readonly string[],
  { reading }: Pick<TableContract, 'reading'>,
): (label: string) => boolean {
  const { decimal, thousands } = reading ?? PLAIN_STYLE;
  const readNumber = numberReader({ decimal, thousands, unit: null });
  const known = new Set(expected.flatMap((label) => [label, canonicalText(label)]));
  const numbers = new Set(expected.map(parseNumberText).filter((number) => !Number.isNaN(number)));
  const flag = flagOf(expected[0] ?? '');
  const isPair =
    flag !== null &&
    others.length > 0 &&
    expected.every((label) => flagOf(label) === flag) &&
    others.every((label) => flagOf(label) === 1 - flag);
  return (label) =>
    known.has(label) ||
    known.has(canonicalText(label)) ||
    numbers.has(readNumber(label)) ||
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
