/** The ROC curve as a chart: leavers caught against false alarms, at every threshold. */
import { rocBand } from '../../core/metrics/curve-band.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText, metricText } from './evaluated.ts';
import { bandArea, bandText, label, namedPoint, referenceLine, shareAxis } from './marks.ts';

/** The curve, the diagonal of a model that knows nothing, and the threshold in use; a bare frame where a class is absent. */
export function rocCurve(evaluation: Evaluation, evaluated: Evaluated): ChartSpec {
  const area = `Area under the curve ${metricText(evaluation, 'rocAuc')}`;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `ROC curve. ${area}.`,
    width: 420,
    height: 340,
    title: {
      text: 'ROC curve',
      subtitle: [evaluatedText(evaluation, evaluated), area, bandText(evaluation.level, 'threshold')],
    },
    layer: [
      bandArea(bandOf(evaluation)),
      referenceLine([0, 0], [1, 1]),
      ...label([0.7, 0.7], 'by chance', { align: 'left', dx: 10, dy: 8 }),
      {
        data: { values: curvePoints(evaluation) },
        mark: { type: 'line' },
        encoding: {
          x: shareAxis('falsePositiveRate', 'False alarms among those who stayed'),
          y: shareAxis('truePositiveRate', 'Leavers caught'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...inUse(evaluation),
    ],
  };
}

function bandOf({ curves: { roc }, positives, rows, level }: Evaluation) {
  return roc === null ? [] : rocBand(roc, positives, rows - positives, level);
}

function curvePoints({ curves: { roc } }: Evaluation) {
  if (roc === null) return [];
  return roc.falsePositiveRate.map((falsePositiveRate, order) => {
    return { order, falsePositiveRate, truePositiveRate: roc.truePositiveRate[order] ?? null };
  });
}

function inUse({ confusion: [[tn, fp], [fn, tp]], curves }: Evaluation) {
  return curves.roc === null ? [] : namedPoint([fp / (tn + fp), tp / (fn + tp)], 'threshold in use');
}
