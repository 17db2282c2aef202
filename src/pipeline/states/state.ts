/** What is said of the system: one state, how urgent it is, and the sentence that stands above them all. */

/**
 * act: somebody must do something. look: worth a look. unknown: too little is known to say that all is well.
 * none: nothing is wrong.
 */
export type Severity = 'act' | 'look' | 'unknown' | 'none';

/** The most urgent first. */
export const SEVERITIES: readonly Severity[] = Object.freeze(['act', 'look', 'unknown', 'none']);

/** What a state speaks of. */
export type Subject = 'run' | 'model' | 'inputs' | 'data';

export interface State {
  readonly id: string;
  readonly severity: Severity;
  readonly about: Subject;
  /** Two or three words: "Input broken". */
  readonly title: string;
  /** What is so, with its numbers: full sentences. */
  readonly sentence: string;
  /** What to do, as a sentence; null: nothing. */
  readonly action: string | null;
  /** Since when it is known, ISO 8601; null: it has no beginning. */
  readonly since: string | null;
  /** Where to look: "runs", "runs/ID", "data", "quarantine", "model", "drift"; null: nowhere. */
  readonly link: string | null;
}

/** All states that hold, the most urgent first, and what follows from the first. */
export interface Standing {
  readonly severity: Severity;
  readonly headline: string;
  readonly states: readonly State[];
}

/** The standing of states in their order; there is always one. */
export function standingOf(states: readonly [State, ...State[]]): Standing {
  const [first] = states;
  return { severity: first.severity, headline: first.sentence, states };
}
