/** The words of the API in the words of people. */
import type { RunEntry } from '../../../src/server/contract.ts';

const RESULTS: Readonly<Record<NonNullable<RunEntry['result']>, string>> = {
  'no-new-data': 'No new data, nothing to do',
  'no-drift': 'The model was checked, and stays',
  redeployed: 'A new model went live',
  'challenger-refused': 'A new model was trained but is not better; the old one stays',
  'challenger-shadowing': 'A new model was trained and is compared beside the live one',
  'input-broken': 'An input is broken, so no model was trained',
  'first-deployment': 'The first model went live',
};

const TRIGGERS: Readonly<Record<RunEntry['trigger'], string>> = {
  command: 'command line',
  schedule: 'clock',
  api: 'this page or the API',
};

const LEARNERS: Readonly<Record<string, string>> = {
  'logistic-regression': 'logistic regression',
  'boosted-trees': 'boosted trees',
  ensemble: 'ensemble',
  'base-rate': 'base rate',
};

const METRICS: Readonly<Record<string, { readonly title: string; readonly meaning: string }>> = {
  f1: { title: 'F1', meaning: 'precision and recall in one number' },
  precision: { title: 'Precision', meaning: 'of those flagged, how many left' },
  recall: { title: 'Recall', meaning: 'of those who left, how many were flagged' },
  accuracy: { title: 'Accuracy', meaning: 'share of right answers' },
  rocAuc: { title: 'ROC AUC', meaning: 'chance that a leaver ranks above a stayer' },
  averagePrecision: { title: 'Average precision', meaning: 'precision over all list lengths' },
  logLoss: { title: 'Log loss', meaning: 'error of the probabilities; lower is better' },
  brier: { title: 'Brier score', meaning: 'squared error of the probabilities; lower is better' },
  calibrationError: { title: 'Calibration error', meaning: 'how far probabilities are from frequencies' },
  baseRate: { title: 'Left', meaning: 'share of the test clients that left' },
  profit: { title: 'Profit', meaning: 'expected profit a client of the campaign' },
};

/** What came of a run, in a few words. */
export function describeRun(run: RunEntry): string {
  if (run.status === 'running') return 'Under way';
  if (run.status === 'failed') return 'Failed';
  if (run.status === 'abandoned') return 'Was cut off before its end';
  return run.result === null ? 'Done' : RESULTS[run.result];
}

export function triggerName(trigger: RunEntry['trigger']): string {
  return TRIGGERS[trigger];
}

export function learnerName(learner: string): string {
  return LEARNERS[learner] ?? learner.replaceAll('-', ' ');
}

export function metricName(name: string): { readonly title: string; readonly meaning: string } {
  return METRICS[name] ?? { title: name, meaning: '' };
}

/** A sentence with long decimals shortened to four digits, as those of the checks have all of them. */
export function shortenNumbers(sentence: string): string {
  return sentence.replace(/\d+(?:\.\d+)?/g, (digits) =>
    /\.\d{5,}$/.test(digits) ? String(Number(Number(digits).toPrecision(4))) : digits,
  );
}

/** "1 row", "2 rows". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
