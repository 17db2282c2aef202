/** How good the model is: every metric with its interval, and the pictures of it. */

import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import { CHARTS } from '../charts/catalogue.ts';
import type { ChartName } from '../charts/chart-names.ts';
import { metricText } from '../charts/evaluated.ts';
import type { ReportValues } from '../report-values.ts';
import { formatCount, formatNumber, formatPercent } from '../text/format.ts';
import { boundedTable, figure, paragraph } from './blocks.ts';
import type { Block, Section } from './document.ts';
import { timeText } from './time-text.ts';

const METRICS: readonly (readonly [keyof Evaluation['metrics'], string, string])[] = [
  ['f1', 'F1', 'balance of precision and recall; the score that the model is judged by'],
  ['precision', 'Precision', 'share of the warnings that are right'],
  ['recall', 'Recall', 'share of those who left that are warned of'],
  ['accuracy', 'Accuracy', 'share of all clients that are placed right'],
  ['rocAuc', 'ROC AUC', 'chance that one who left has a higher risk than one who stayed'],
  ['averagePrecision', 'Average precision', 'precision over all thresholds'],
  ['brier', 'Brier score', 'mean squared error of the risks; lower is better'],
  ['logLoss', 'Log loss', 'lower is better'],
  ['calibrationError', 'Calibration error', 'how far risks are from what happens; lower is better'],
  ['baseRate', 'Share that left', 'what a guess would have to go by'],
  ['profit', 'Profit a client', 'of the campaign that the configuration describes'],
];

const PICTURES: readonly ChartName[] = [
  'confusion-matrix',
  'score-histogram',
  'roc-curve',
  'precision-recall-curve',
  'reliability',
  'cumulative-gain',
];

export function qualitySection(values: ReportValues): Section {
  const head = { id: 'quality', heading: 'How good the model is' };
  const { evaluation, score } = values;
  if (evaluation === null || score === null) {
    return {
      ...head,
      blocks: [
        paragraph(
          `Model ${values.modelVersion} has not been scored on the test data yet, so nothing can be said of how ` +
            'good it is. "tidewatch score" scores it.',
        ),
      ],
    };
  }
  return {
    ...head,
    blocks: [paragraph(scoredText(evaluation, score.createdAt)), ...blocksOf(values, evaluation)],
  };
}

function scoredText(
  { rows, positives, unlabelled, level, threshold, window }: Evaluation,
  at: string,
): string {
  const oneClass =
    rows === 0 || (positives > 0 && positives < rows)
      ? ''
      : ` ${positives === 0 ? 'No client' : 'Every client'} in the test data left, so what needs both groups is not defined.`;
  const without = unlabelled === 0 ? '' : ` ${formatCount(unlabelled)} rows without a label were left out.`;
  const overlap = describeOverlap(window);
  return (
    `Scored on ${describeTestRows(rows, window)}, ${formatCount(positives)} of which left, on ${timeText(at)}. A ` +
    `client counts as leaving above a risk of ${formatNumber(threshold)}. Intervals are at ` +
    `${formatPercent(level)}: the fewer rows, the wider.${oneClass}${without}${overlap === null ? '' : ` ${overlap}`}`
  );
}

function blocksOf(values: ReportValues, evaluation: Evaluation): Block[] {
  const known = METRICS.filter(([name]) => name !== 'profit' || evaluation.metrics.profit !== null);
  return [
    boundedTable({
      caption: 'Metrics on the test data',
      columns: [{ header: 'Metric' }, { header: 'Value' }, { header: 'What it says', wide: true }],
      items: known,
      row: ([name, title, meaning]) => [title, metricText(evaluation, name), meaning],
      most: known.length,
    }),
    confusionTable(evaluation),
    { kind: 'figures', items: PICTURES.map((name) => figure(name, CHARTS[name].draw(values))) },
  ];
}

/** The numbers of the picture as a table, for those who do not see it. */
function confusionTable({ confusion: [stayed, left] }: Evaluation): Block {
  return boundedTable({
    caption: 'Confusion matrix in numbers',
    columns: [
      { header: 'What happened' },
      { header: 'Said to stay', align: 'right' },
      { header: 'Said to leave', align: 'right' },
    ],
    items: [
      ['stayed', ...stayed],
      ['left', ...left],
    ],
    row: (cells) => cells.map((cell) => (typeof cell === 'number' ? formatCount(cell) : cell)),
    most: 2,
  });
}
