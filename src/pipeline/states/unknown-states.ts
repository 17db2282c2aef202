/** What is not known: whether a model that nothing has been held against, or can be, is still right. */
import { dayText } from '../../report/content/time-text.ts';
import { checkOfLive } from './model-states.ts';
import { asSentence, countOf, type StateRecord, shortDecimals } from './state-record.ts';

export const modelUnchecked: StateRecord = {
  id: 'model-unchecked',
  severity: 'unknown',
  about: 'model',
  title: 'New model, not checked yet',
  when: 'A model went live after the newest check. Until a check has been made of it.',
  holds: (facts) =>
    facts.model === null || checkOfLive(facts) !== null
      ? null
      : {
          sentence: `The live model is new, since ${dayText(facts.model.liveSince)}, and has not been checked on newer data yet.`,
          action: 'Nothing: the first check comes with new data.',
          since: facts.model.liveSince,
          link: 'model',
        },
};

export const noOutcomes: StateRecord = {
  id: 'no-outcomes',
  severity: 'unknown',
  about: 'model',
  title: 'No outcomes yet',
  when: 'The live model has been checked, and no outcome of a newer row is known. Until one is.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    if (check === null || check.rows > 0) return null;
    const of =
      check.unlabelled === 0
        ? ''
        : ` ${countOf(check.unlabelled, 'new row waits', 'new rows wait')} for one.`;
    return {
      sentence: `No outcome has come since the live model was trained, so whether it is still right is not known.${of}`,
      action: 'Send files with outcomes, or enter them on the pages of the clients.',
      since: check.at,
      link: 'drift',
    };
  },
};

export const tooFewHeldOut: StateRecord = {
  id: 'too-few-held-out',
  severity: 'unknown',
  about: 'model',
  title: 'Too few held-out rows',
  when: 'The held-out rows of the live model are too few to tell a change of it. Until a model with more is live.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    if (check?.risk?.tooFew == null || check.risk.alarm) return null;
    const { heldOut, tooFew } = check.risk;
    const left = heldOut.left === null ? '' : `, ${heldOut.left.toLocaleString('en')} of whom left`;
    const from =
      tooFew.rowsNeeded === null
        ? 'its score on held-out rows is not known.'
        : `${countOf(heldOut.rows, 'held-out row')}${left} ${heldOut.rows === 1 ? 'is' : 'are'} too few; about ${tooFew.rowsNeeded.toLocaleString('en')} would do.`;
    return {
      sentence: `Whether the live model is still right cannot be told: ${from}`,
      action:
        'Add labelled rows, or hold out more clients ("holdout"), and then train anew: "tidewatch train", ' +
        '"tidewatch score" and "tidewatch deploy", one after the other.',
      since: check.at,
      link: 'drift',
    };
  },
};

export const inputsUnjudged: StateRecord = {
  id: 'inputs-unjudged',
  severity: 'unknown',
  about: 'inputs',
  title: 'Too few rows to judge the inputs',
  when: 'The new rows, or those of the training, are too few to tell a shift of the inputs. Until there are enough.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    if (check?.inputs == null || check.inputs.judged || check.alarms.length > 0) return null;
    const why = shortDecimals(asSentence(check.inputs.reason));
    return {
      sentence:
        `Whether the inputs have moved is not known for ${countOf(check.inputs.rows, 'new row')}. ${why}`.trim(),
      action: 'Nothing: it is judged when more rows have come.',
      since: check.at,
      link: 'drift/inputs',
    };
  },
};
