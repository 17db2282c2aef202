/** How the command line says how things stand: the headline, what is to be done, and the exit code that tells it. */
import { EXIT } from '../base/errors.ts';
import type { Severity, Standing, State } from '../pipeline/states/state.ts';
import { dayText } from '../report/content/time-text.ts';

const WORDS: Readonly<Record<Severity, string>> = {
  act: 'ACT',
  look: 'LOOK',
  unknown: 'NOT KNOWN',
  none: 'WELL',
};
const WIDTH = 'NOT KNOWN'.length + 1;

/** A line for each state: how urgent it is, since when, what it is, and what to do; nothing where all is well. */
export function renderStates({ states }: Pick<Standing, 'states'>): string[] {
  return states
    .filter(({ severity }) => severity !== 'none')
    .map((state, place) => renderState(state, place > 0));
}

/** The sentence of the first is the headline, and stands there. */
function renderState({ severity, title, sentence, action, since }: State, withSentence: boolean): string {
  const from = since === null ? '' : ` (since ${dayText(since)})`;
  const parts = [withSentence ? sentence : '', action ?? ''].filter((part) => part !== '');
  return `${WORDS[severity].padEnd(WIDTH)}${title}${from}: ${parts.join(' ')}`;
}

/** The exit code of work that was done: not 0 where somebody must act. */
export function exitOfStanding({ severity }: Pick<Standing, 'severity'>): number {
  return severity === 'act' ? EXIT.attention : EXIT.ok;
}
