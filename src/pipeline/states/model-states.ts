/** States of the deployed model: damaged, absent, worse, with probabilities that are off, or about to be replaced. */
import { dayText } from '../../report/content/time-text.ts';
import type { CheckFacts, Facts } from './facts.ts';
import { asSentence, countOf, type Finding, type StateRecord, shortDecimals } from './state-record.ts';

export const deploymentDamaged: StateRecord = {
  id: 'deployment-damaged',
  severity: 'act',
  about: 'model',
  title: 'Model damaged',
  when: 'The files of the deployed model cannot be read, or are not those that were deployed. Until they are put back.',
  holds: ({ damage }) =>
    damage === null
      ? null
      : {
          sentence: `The deployed model cannot be read. ${asSentence(damage)}`,
          action: 'Run "tidewatch doctor --fix": it puts back what is whole.',
          since: null,
          link: 'model',
        },
};

export const noModel: StateRecord = {
  id: 'no-model',
  severity: 'act',
  about: 'model',
  title: 'No model yet',
  when: 'Data has been read and no model is deployed. Until one is. Not told where the last run failed: that says why.',
  holds: ({ model, damage, data, running, lastRun }) => {
    if (model !== null || damage !== null || data === null) return null;
    const found = { sentence: 'No model is deployed yet.', since: data.since, link: 'runs' };
    if (running !== null)
      return { severity: 'unknown', ...found, action: 'A run is in progress: it may deploy one.' };
    if (lastRun?.status === 'failed') return null;
    return { ...found, action: 'Start a run: it trains and deploys one.' };
  },
};

export const modelWorse: StateRecord = {
  id: 'model-worse',
  severity: 'act',
  about: 'model',
  title: 'Model worse',
  when:
    'The newest check of the live model found that it tells leavers from stayers less well than it did, or the rule of ' +
    '`drift.rule` found drift. Until another model is live. Worth a look only, while a retrained model is compared.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    if (check === null) return null;
    const { risk, drift, rule, reason } = check;
    const isOwn = risk?.alarm === true && risk.change !== 'base-rate';
    const byRule = drift && !(rule === 'sequential' && risk?.alarm === true);
    if (!isOwn && !byRule) return null;
    const said = isOwn && risk.sentence !== '' ? risk.sentence : reason;
    return {
      ...answerTo(facts, byHand(check) ?? 'Start a run: it trains a new model.'),
      sentence: `The live model has become worse. ${shortDecimals(asSentence(said))}`,
      since: check.at,
      link: 'drift',
    };
  },
};

export const probabilitiesOff: StateRecord = {
  id: 'probabilities-off',
  severity: 'act',
  about: 'model',
  title: 'Probabilities off',
  when:
    'The newest check of the live model found that the share of clients who leave has changed, so that its probabilities ' +
    'are too high or too low. Until a recalibrated or retrained model is live.',
  holds: (facts) => {
    const check = checkOfLive(facts);
    if (check?.risk?.alarm !== true || check.risk.change !== 'base-rate') return null;
    return {
      ...answerTo(
        facts,
        `The order of the list is as good as before. ${byHand(check) ?? 'Start a run: it recalibrates the model.'}`,
      ),
      sentence: `The probabilities are off. ${shortDecimals(asSentence(check.risk.sentence || check.reason))}`,
      since: check.at,
      link: 'drift',
    };
  },
};

export const challengerWaiting: StateRecord = {
  id: 'challenger-waiting',
  severity: 'look',
  about: 'model',
  title: 'Challenger waiting',
  when: 'A retrained model scores beside the live one on new rows until a test decides. Until it has.',
  holds: ({ challenge }) =>
    challenge === null
      ? null
      : {
          sentence: `Model ${challenge.challenger} has been compared with the live one since ${dayText(challenge.openedAt)}, on ${countOf(challenge.rows, 'new outcome')} so far.`,
          action:
            'Nothing, unless it takes too long: "tidewatch models promote challenger" makes it live at once.',
          since: challenge.openedAt,
          link: 'model',
        },
};

/**
 * The newest check, where it is of the model that is live and was made since that went live. A model that went live
 * later than now did so by a clock that has been put back since: then the times tell nothing, and no alarm is hidden.
 */
export function checkOfLive({ check, model, at }: Pick<Facts, 'check' | 'model' | 'at'>): CheckFacts | null {
  if (check === null || model === null) return null;
  const isSince = check.at >= model.liveSince || model.liveSince > at;
  return check.modelVersion === model.version && isSince ? check : null;
}

/** What a run will not do, since the rule that decides has found nothing; null: it will. */
function byHand({ drift, rule }: CheckFacts): string | null {
  if (drift) return null;
  return (
    `By the rule "${rule}" this is no drift, so no run trains another model: "tidewatch train", "tidewatch score" and ` +
    '"tidewatch deploy" do, one after the other.'
  );
}

/** What to do about a model that is not right any more, by what has been done already. */
function answerTo(
  { challenge, refusal, running }: Facts,
  usual: string,
): Pick<Finding, 'action'> & Partial<Pick<Finding, 'severity'>> {
  if (running?.verb === 'run')
    return { severity: 'look', action: 'A run is in progress: it may put this right.' };
  if (challenge !== null) {
    const action = `A retrained model is being compared with it, on ${countOf(challenge.rows, 'new outcome')} so far. Use the list with care until that is decided.`;
    return { severity: 'look', action };
  }
  if (refusal === null) return { action: usual };
  return {
    action:
      `A retrained model was refused on ${dayText(refusal.at)}; another one is trained when there is more to learn from. ` +
      'Find out what has changed in the data, and use the list with care until then.',
  };
}
