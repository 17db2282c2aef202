/** How things stand: what a report says first, and what is to be done about it. */
import { cleanText } from './blocks.ts';
import type { Block, Callout } from './document.ts';
import { dayText } from './time-text.ts';

/** What holds, as the table of states says it. */
export interface ReportState {
  readonly severity: 'act' | 'look' | 'unknown' | 'none';
  readonly about: string;
  readonly title: string;
  readonly sentence: string;
  readonly action: string | null;
  /** ISO 8601; null: it has no beginning. */
  readonly since: string | null;
}

const TONES: Readonly<Record<ReportState['severity'], Callout['tone']>> = {
  act: 'attention',
  look: 'attention',
  unknown: 'plain',
  none: 'good',
};
const WORDS: Readonly<Record<ReportState['severity'], string>> = {
  act: 'Act: ',
  look: 'Look: ',
  unknown: 'Not known: ',
  none: '',
};
/** Letters of a state at most: it may hold texts of data. */
const MAX_LETTERS = 900;

/** A callout for each state, in the order given. */
export function standingBlocks(states: readonly ReportState[]): Block[] {
  return states.map(({ severity, title, sentence, action, since }) => ({
    kind: 'callout',
    tone: TONES[severity],
    title: `${WORDS[severity]}${title}${since === null ? '' : `, since ${dayText(since)}`}`,
    text: cleanText([sentence, action ?? ''].join(' ').trim(), MAX_LETTERS),
  }));
}

/** What the states say of the model and of what it is given, in a word. */
export function modelWord(states: readonly ReportState[]): string {
  const [worst] = states.filter(({ about }) => about === 'model' || about === 'inputs');
  if (worst === undefined) return 'no alarm';
  return worst.severity === 'unknown' ? 'not known' : worst.title.toLowerCase();
}
