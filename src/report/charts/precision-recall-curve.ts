/** The precision-recall curve as a chart: how many warnings are right against how many leavers are caught. */
import { precisionRecallBand } from '../../core/metrics/curve-band.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatPercent } from '../text/format.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText, metricText } from './evaluated.ts';
import { bandArea, bandText, label, namedPoint, referenceLine, shareAxis } from './marks.ts';

/**
 * The curve as steps, since precision does not fall in a straight line between thresholds (Davis and Goadrich,
 * 2006), the share that left, which a guess would have, and the threshold in use where it warns of anyone.
 */
export function precisionRecallCurve(evaluation: Evaluation, evaluated: Evaluated): ChartSpec {
  const average = `Average precision ${metricText(evaluation, 'averagePrecision')}`;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Precision-recall curve. ${average}.`,
    width: 420,
    height: 340,
    title: {
      text: 'Precision and recall',
      subtitle: [evaluatedText(evaluation, evaluated), average, bandText(evaluation.level, 'threshold')],
    },
    layer: [
      bandArea(bandOf(evaluation)),
      ...byChance(evaluation),
      {
        data: { values: curvePoints(evaluation) },
        mark: { type: 'line', interpolate: 'step-before' },
        encoding: {
          x: shareAxis('recall', 'Recall: leavers caught'),
          y: shareAxis('precision', 'Precision: right warnings'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...inUse(evaluation),
    ],
  };
}

function bandOf({ curves: { precisionRecall }, positives, level }: Evaluation) {
  return precisionRecall === null ? [] : precisionRecallBand(precisionRecall, positives, level);
}

function curvePoints({ curves: { precisionRecall } }: Evaluation) {
  if (precisionRecall === null) return [];
  return precisionRecall.recall.map((recall, order) => {
    return { order, recall, precision: precisionRecall.precision[order] ?? null };
  });
}

function byChance({ positives, rows }: Evaluation) {
  if (rows === 0) return [];
  const share = positives / rows;
  const name = `by chance: ${formatPercent(share)}`;
  const line = referenceLine([0, share], [1, share]);
  return [line, ...label([0, share], name, { align: 'left', dx: 6, dy: share < 0.08 ? -10 : 11 })];
}

function inUse({ confusion: [[, fp], [fn, tp]], curves }: Evaluation) {
  if (curves.precisionRecall === null || tp + fp === 0) return [];
  return namedPoint([tp / (fn + tp), tp / (tp + fp)], 'threshold in use');
}
