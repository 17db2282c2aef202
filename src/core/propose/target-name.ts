/** What the name of a column says of the outcome. */
import { ABOUT_OUTCOME, nameWords } from './column-names.ts';
import { isStatusName, type Meaning, outcomeWords, readWords } from './outcome-words.ts';

/**
 * How a name speaks of the outcome: straight ("churned"), in a roundabout way ("is_active", "not_renewed"), or in
 * general ("status", "target").
 */
export type TargetName = 'direct' | 'indirect' | 'general';

const CHURN = new Set(['churn', 'churned', 'churner', 'churners', 'attrition', 'attrited', 'exited']);
/** Words beside "churn" with which yes may be the good news. */
const DOUBTFUL =
  /^(?:anti|stop|block|prevent|avoid|avert|save|safe|free|proof|immun|resist|protect|offer|campaign|less|against|rescue|recover|win|won|back|re|n$|contra|gegen|evit|prevenc)/;
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

/** Whether the name is straight the word for the outcome of all clients: "churn", "attrition". */
export function isNamedChurn(name: string): boolean {
  const all = outcomeWords(name);
  return targetName(name) === 'direct' && all.some((word) => CHURN.has(word)) && !all.some(turnsRound);
}

const AHEAD = new Set(
  'next upcoming future within will nächster nächsten nächstes nächste künftig prochain prochaine próximo próxima proximo proxima'.split(
    ' ',
  ),
);

/** Whether a name says that the outcome comes after the row: "churn_next_month", "will_leave", "churn_in_30_days". */
export function isAhead(name: string): boolean {
  const all = nameWords(name);
  return all.some((word, k) => AHEAD.has(word) || (word === 'in' && /^\d/.test(all[k + 1] ?? '')));
}

/** What a yes in a column of this name says of the client; null where that is not certain. */
export function nameMeaning(name: string): Meaning | null {
  return readWords(outcomeWords(name)).meaning;
}

/**
 * Whether a yes in a column of this name is usually that the client left, which is a guess: "target", or "churn" beside
 * words that are not known ("telco_churn"), unless these may turn it round ("churn_prevented", "anti_churn").
 */
export function isUsualTarget(name: string): boolean {
  const all = outcomeWords(name);
  if (USUAL.has(all.join(' '))) return true;
  const isChurn = targetName(name) === 'direct' && all.some((word) => CHURN.has(word));
  return isChurn && !all.some((word) => DOUBTFUL.test(word) || turnsRound(word));
}

/** Whether a word speaks of staying, or turns "churn" round. */
function turnsRound(word: string): boolean {
  return [[word], [word, 'churn']].some((all) => readWords(all).meaning === 'stayed');
}
