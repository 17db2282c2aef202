/** What the name of a column says of the outcome. */
import { ABOUT_OUTCOME } from './column-names.ts';
import { isStatusName, type Meaning, outcomeWords, readWords } from './outcome-words.ts';

/**
 * How a name speaks of the outcome: straight ("churned"), in a roundabout way ("is_active", "not_renewed"), or in
 * general ("status", "target").
 */
export type TargetName = 'direct' | 'indirect' | 'general';

const CHURN = new Set(['churn', 'churned', 'churner', 'churners', 'attrition', 'attrited', 'exited']);
/** Words beside "churn" with which yes may be the good news. */
const DOUBTFUL = new Set(
  'prevented prevention avoided averted saved safe free proof immune offer campaign protected n model'.split(
    ' ',
  ),
);
const GENERAL = new Set(['target', 'label', 'y', 'class', 'outcome', 'response']);
const USUAL = new Set(['target', 'label', 'y', 'class']);

/** Whether a name may be that of the outcome itself, and how it speaks of it; or null. */
export function targetName(name: string): TargetName | null {
  const all = outcomeWords(name);
  const { meaning, isStraight } = readWords(all);
  if (isStraight) return 'direct';
  if (meaning !== null) return 'indirect';
  if (all.some((word) => CHURN.has(word)) && !all.some((word) => ABOUT_OUTCOME.has(word))) return 'direct';
  return isStatusName(all) || GENERAL.has(all.join(' ')) ? 'general' : null;
}

/**
 * What a yes in a column of this name says of the client; null where that is not certain. Words that are not known may
 * stand beside "churn" alone ("telco_churn"), unless yes may be the good news with them ("churn_prevented").
 */
export function nameMeaning(name: string): Meaning | null {
  const all = outcomeWords(name);
  const { meaning } = readWords(all);
  if (meaning !== null || !all.some((word) => CHURN.has(word))) return meaning;
  const rest = all.filter((word) => !CHURN.has(word));
  const isPlain = rest.every(
    (word) => readWords([word, 'churn']).meaning !== 'stayed' && !DOUBTFUL.has(word),
  );
  const speaksOfStaying = rest.some((word) => readWords([word]).meaning === 'stayed');
  return isPlain && !speaksOfStaying && !all.some((word) => ABOUT_OUTCOME.has(word)) ? 'left' : null;
}

/** Whether a yes in a column of this name is usually the event that is to be predicted: a guess, not knowledge. */
export function isUsualTarget(name: string): boolean {
  return USUAL.has(outcomeWords(name).join(' '));
}
