/** Which of two labels means that the client left. */
import { nameWords, type TargetName } from './column-names.ts';
import type { LabelCount } from './table-tally.ts';

const YES = new Set(['1', 'yes', 'true', 'y', 't', 'oui', 'si', 'ja', 'positive']);
const NO = new Set(['0', 'no', 'false', 'n', 'f', 'non', 'nein', 'nee', 'negative']);
const LEFT = new Set(
  'churn churned churner left leaver exit exited cancel cancelled canceled closed inactive lost attrited attrition terminated departed gone lapsed former expired unsubscribed deactivated dormant quit'.split(
    ' ',
  ),
);
const STAYED = new Set(
  'active stayed stay existing retained current open loyal kept subscribed remaining renewed'.split(' '),
);
const NOT = new Set(['not', 'no', 'non', 'never', 'un']);

export interface PositiveLabel {
  readonly positive: LabelCount;
  readonly negative: LabelCount;
  /** What the choice rests on; `rarer` is a guess that a person should look at. */
  readonly basis: 'meaning' | 'rarer';
}

/**
 * Chooses between two labels. With a name that is turned round ("is_active") a bare no means "left"; a word
 * such as "inactive" speaks for itself. Where neither label says anything, the rarer one is taken.
 */
export function positiveLabel(a: LabelCount, b: LabelCount, name: TargetName | null): PositiveLabel {
  const [first, second] = [meaningOf(a.text, name === 'inverted'), meaningOf(b.text, name === 'inverted')];
  if (first !== second && (first === 'left' || second === 'stayed'))
    return { positive: a, negative: b, basis: 'meaning' };
  if (first !== second && (second === 'left' || first === 'stayed'))
    return { positive: b, negative: a, basis: 'meaning' };
  const rarer = a.rows < b.rows || (a.rows === b.rows && a.text > b.text);
  return rarer ? { positive: a, negative: b, basis: 'rarer' } : { positive: b, negative: a, basis: 'rarer' };
}

/** What a label says; null where it says nothing known. */
function meaningOf(label: string, inverted: boolean): 'left' | 'stayed' | null {
  const number = /^-?\d+(?:\.0*)?$/.test(label) ? String(Number(label)) : null;
  const words = number === null ? nameWords(label) : [number];
  const whole = words.join(' ');
  if (YES.has(whole)) return inverted ? 'stayed' : 'left';
  if (NO.has(whole)) return inverted ? 'left' : 'stayed';
  const negated = words.some((word) => NOT.has(word));
  if (words.some((word) => LEFT.has(word))) return negated ? 'stayed' : 'left';
  if (words.some((word) => STAYED.has(word))) return negated ? 'left' : 'stayed';
  return null;
}
