/** The one ordered table of states: what every surface says of the system comes from here. */
import { dayText } from '../../report/content/time-text.ts';
import {
  dataOverdue,
  dataText,
  fileRefused,
  inputBroken,
  inputMoved,
  noData,
  rowsRefused,
  rowsSkipped,
} from './data-states.ts';
import type { Facts } from './facts.ts';
import {
  challengerWaiting,
  checkOfLive,
  deploymentDamaged,
  modelWorse,
  noModel,
  probabilitiesOff,
} from './model-states.ts';
import { commandFailed, runFailed, runInterrupted, sourceFailed } from './run-states.ts';
import { SEVERITIES, type Standing, type State, standingOf } from './state.ts';
import { countOf, type Finding, type StateRecord } from './state-record.ts';
import { inputsUnjudged, modelUnchecked, noOutcomes, tooFewHeldOut } from './unknown-states.ts';

/** In order of urgency. */
export const STATES: readonly StateRecord[] = Object.freeze([
  deploymentDamaged,
  runFailed,
  runInterrupted,
  noData,
  noModel,
  inputBroken,
  modelWorse,
  probabilitiesOff,
  fileRefused,
  rowsRefused,
  inputMoved,
  dataOverdue,
  challengerWaiting,
  rowsSkipped,
  sourceFailed,
  commandFailed,
  modelUnchecked,
  noOutcomes,
  tooFewHeldOut,
  inputsUnjudged,
]);

/** What holds where nothing of the table does. */
export const ALL_IS_WELL: StateRecord = {
  id: 'well',
  severity: 'none',
  about: 'run',
  title: 'All is well',
  when: 'None of the others holds.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    const checked =
      check === null
        ? ''
        : ` The check of ${dayText(check.at)}, on ${countOf(check.rows, 'new outcome')}, raised no alarm.`;
    return {
      sentence: `All is well.${checked} ${dataText(facts)}`.trim(),
      action: null,
      since: null,
      link: null,
    };
  },
};

/** The states that hold, the most urgent first; `well` alone where none of the table does. */
export function standOf(facts: Facts): Standing {
  const found = STATES.flatMap((record) => stateOf(record, facts) ?? []);
  const [first, ...others] = found.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  if (first !== undefined) return standingOf([first, ...others]);
  const { id, severity, about, title } = ALL_IS_WELL;
  return standingOf([{ id, severity, about, title, ...(ALL_IS_WELL.holds(facts) as Finding) }]);
}

function stateOf({ id, severity, about, title, holds }: StateRecord, facts: Facts): State | null {
  const finding = holds(facts);
  if (finding === null) return null;
  const { sentence, action, link } = finding;
  return {
    ...{ id, severity: finding.severity ?? severity, about, title, sentence, action, link },
    since: sinceOf(id, about, finding.since, facts),
  };
}

/** An alarm that was up when the run before ended has been up since then, unless another model has gone live since. */
function sinceOf(id: string, about: State['about'], since: string | null, facts: Facts): string | null {
  if (about !== 'model' && about !== 'inputs') return since;
  const before = facts.before.find((state) => state.id === id)?.since ?? null;
  if (before === null || since === null || before > since) return since;
  return facts.model !== null && before < facts.model.liveSince ? since : before;
}
