/**
 * The names of what is measured over time: a closed list, each with its unit, its meaning and which way is better.
 * The store keeps no other name, and the command line, the API and the charts take their words from here. To measure
 * something new, add its line.
 */

/** `score`: 0 to 1. `share`: 0 to 1, shown in per cent. `value`: a statistic without a unit. */
export type MeasureUnit = 'score' | 'share' | 'rows' | 'columns' | 'seconds' | 'value';

export interface Measure {
  /** Short, for the head of a column or a chart. */
  readonly title: string;
  readonly unit: MeasureUnit;
  /** null: neither way is better. */
  readonly better: 'higher' | 'lower' | null;
  /** What a label beside the name says; null where there is only the whole. */
  readonly label: 'column' | 'segment' | null;
  /** How it is drawn: statistics that multiply from run to run need a logarithm. */
  readonly scale: 'linear' | 'log';
  readonly description: string;
}

function measure(
  title: string,
  unit: MeasureUnit,
  better: Measure['better'],
  description: string,
  more: Partial<Pick<Measure, 'label' | 'scale'>> = {},
): Measure {
  return Object.freeze({ label: null, scale: 'linear', ...more, title, unit, better, description });
}

const seconds = (title: string, of: string): Measure =>
  measure(title, 'seconds', 'lower', `How long ${of} took.`);

const bySegment = { label: 'segment' } as const;
const byColumn = { label: 'column' } as const;
const growing = { scale: 'log' } as const;

/** Every measure by its name, in the order in which they are shown. */
export const MEASURES = Object.freeze({
  f1: measure('F1', 'score', 'higher', 'F1 on the test data of a model that went live, when it did.'),
  'f1-challenger': measure(
    'F1, newly trained',
    'score',
    'higher',
    'F1 on the test data of each newly trained model, deployed or not.',
  ),
  'f1-new': measure(
    'F1, new rows',
    'score',
    'higher',
    'F1 of the live model on new labelled rows, by segment where there are any.',
    bySegment,
  ),
  'f1-estimated': measure(
    'F1, estimated',
    'score',
    'higher',
    'F1 of the live model on new rows, estimated without their labels from calibrated probabilities (CBPE).',
    bySegment,
  ),
  'f1-adapted': measure(
    'F1, estimated, adapted',
    'score',
    'higher',
    'The same estimate with the calibration adapted to where the new rows lie (PAPE).',
    bySegment,
  ),
  'roc-auc': measure('ROC AUC', 'score', 'higher', 'ROC AUC on the test data of a model that went live.'),
  'roc-auc-new': measure(
    'ROC AUC, new rows',
    'score',
    'higher',
    'ROC AUC of the live model on new labelled rows.',
    bySegment,
  ),
  'log-loss': measure('Log loss', 'value', 'lower', 'Log loss on the test data of a model that went live.'),
  'log-loss-new': measure(
    'Log loss, new rows',
    'value',
    'lower',
    'Log loss of the live model on new labelled rows.',
    bySegment,
  ),
  coverage: measure(
    'Coverage',
    'share',
    'higher',
    'Share of the new rows that lie where the reference sample has rows, so that an estimate can speak of them.',
  ),
  rows: measure('Rows', 'rows', null, 'Rows of the snapshot that was ingested.'),
  'rows-new': measure('New rows', 'rows', null, 'Labelled rows that the live model was not trained on.'),
  'missing-share': measure(
    'Missing values',
    'share',
    'lower',
    'Share of the values of the snapshot that are missing, in all and by column.',
    byColumn,
  ),
  'duplicate-share': measure('Duplicates', 'share', null, 'Share of the rows read that were duplicates.'),
  'quarantined-share': measure(
    'Quarantined',
    'share',
    'lower',
    'Share of the rows read that were quarantined.',
  ),
  'unlabelled-share': measure(
    'Unlabelled',
    'share',
    null,
    'Share of the rows of the snapshot whose label is not known yet.',
  ),
  'positive-share': measure(
    'Left',
    'share',
    null,
    'Share of the new labelled rows that are of the class to predict.',
    bySegment,
  ),
  'flagged-share': measure(
    'Flagged',
    'share',
    null,
    'Share of the new rows that the live model predicts to leave.',
    bySegment,
  ),
  'psi-max': measure('PSI, largest', 'value', 'lower', 'Largest population stability index of any column.'),
  psi: measure(
    'PSI',
    'value',
    'lower',
    'Population stability index of a column, corrected for bias.',
    byColumn,
  ),
  'jensen-shannon': measure(
    'Jensen-Shannon',
    'value',
    'lower',
    'Jensen-Shannon distance of a column from the reference, 0 to 1.',
    byColumn,
  ),
  'drift-columns': measure('Drifted columns', 'columns', 'lower', 'Columns whose distribution has drifted.'),
  'unseen-share': measure(
    'Unseen',
    'share',
    'lower',
    'Share of the new rows with a category that the model has not seen.',
    byColumn,
  ),
  'domain-auc': measure(
    'Domain AUC',
    'score',
    'lower',
    'ROC AUC of a classifier that tells new rows from the reference; 0.5 where it cannot.',
  ),
  'p-value': measure(
    'p-value',
    'value',
    'higher',
    'How likely a fall of F1 as large as this is where nothing has changed.',
    bySegment,
  ),
  'e-value': measure(
    'e-value',
    'value',
    'lower',
    'Evidence, over all rows so far, that F1 was ever lower than promised (e-process).',
    { ...bySegment, ...growing },
  ),
  sr: measure(
    'Evidence of a change',
    'value',
    'lower',
    'Evidence that outcomes stopped following the risks at some time since the deployment (e-detector): an alarm from the days (or rows) on that go by to a false alarm, 1,826 for 5 years.',
    { ...bySegment, ...growing },
  ),
  'drift-alarm': measure('Alarm', 'value', 'lower', '1 where the rule that decides found drift, else 0.'),
  'seconds-run': seconds('Seconds, run', 'the whole run'),
  'seconds-detect': seconds('Seconds, detect', 'looking for new files'),
  'seconds-ingest': seconds('Seconds, ingest', 'ingestion'),
  'seconds-watch': seconds('Seconds, watch', 'the check for drift'),
  'seconds-train': seconds('Seconds, train', 'training'),
  'seconds-score': seconds('Seconds, score', 'scoring on the test data'),
  'seconds-gate': seconds('Seconds, gate', 'the comparison of champion and challenger'),
  'seconds-deploy': seconds('Seconds, deploy', 'deployment'),
  'seconds-diagnose': seconds('Seconds, diagnose', 'the diagnoses'),
  'seconds-report': seconds('Seconds, report', 'the report'),
  'seconds-call': seconds('Seconds, call', 'calling the API'),
});

export type MeasureName = keyof typeof MEASURES;

export const MEASURE_NAMES: readonly MeasureName[] = Object.freeze(Object.keys(MEASURES) as MeasureName[]);

/** Whether the text is a name of the list. */
export function isMeasureName(text: string): text is MeasureName {
  return Object.hasOwn(MEASURES, text);
}
