/**
 * The rules of drift: what each asks of the deployed model, in words. `drift.rule` names the one that decides; the
 * others are shown beside it. The verdict of each is its line in `src/core/monitor/performance/rule-verdicts.ts`. It
 * imports nothing, so that a web page can have it.
 */

interface DriftRule {
  /** When it finds drift, in words that follow its name. */
  readonly meaning: string;
  /** The question that it answers. */
  readonly title: string;
  /** What it takes for an answer; null: each check says it, with numbers. */
  readonly about: string | null;
  /** What it found, in a word or two. */
  readonly found: string;
  readonly notFound: string;
  /** Whether it goes on from one check to the next, so that it can speak of drift without a new row. */
  readonly remembers: boolean;
}

const rule = (record: DriftRule): DriftRule => Object.freeze(record);

/** Every rule by its name, in the order in which they are shown. */
export const DRIFT_RULES = Object.freeze({
  raw: rule({
    meaning: 'the new F1 is lower than the deployed one',
    title: 'Is F1 lower than before?',
    about: 'Any fall counts, also one by chance.',
    found: 'lower',
    notFound: 'not lower',
    remembers: false,
  }),
  significant: rule({
    meaning: 'lower by more than chance explains at one look',
    title: 'Lower than chance explains?',
    about: 'A fall of F1 counts when it is larger than luck, at this one look.',
    found: 'lower',
    notFound: 'not lower',
    remembers: false,
  }),
  sequential: rule({
    meaning:
      'outcomes no longer follow the risks that the model gives, with a bound on false alarms however often it is looked at',
    title: 'Do outcomes follow the risks?',
    about: null,
    found: 'alarm',
    notFound: 'no alarm',
    remembers: true,
  }),
});

export type DriftRuleName = keyof typeof DRIFT_RULES;

export const DRIFT_RULE_NAMES = Object.freeze(Object.keys(DRIFT_RULES)) as readonly [
  DriftRuleName,
  ...DriftRuleName[],
];
