/** The reliability diagram as a chart: whether clients with a risk of 30 % leave in 30 of 100 cases. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatPercent } from '../text/format.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText, metricText } from './evaluated.ts';
import { label, referenceLine, shareAxis } from './marks.ts';

/** Points with intervals against the diagonal of a model that means what it says; larger dots hold more rows. */
export function reliabilityDiagram(evaluation: Evaluation, evaluated: Evaluated): ChartSpec {
  const error = `Calibration error ${metricText(evaluation, 'calibrationError')}`;
  const most = Math.max(1, ...evaluation.curves.reliability.map(({ rows }) => rows));
  const x = shareAxis('predicted', 'Risk that the model gave');
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Reliability diagram. ${error}.`,
    width: 420,
    height: 340,
    title: {
      text: 'Is the risk what it says?',
      subtitle: [
        evaluatedText(evaluation, evaluated),
        error,
        `Brier score ${metricText(evaluation, 'brier')}`,
        `Dots: groups of clients, larger with more rows; bars: ${formatPercent(evaluation.level)} intervals`,
      ],
    },
    layer: [
      referenceLine([0, 0], [1, 1]),
      {
        data: { values: dots(evaluation) },
        encoding: { x },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 2, color: COLOURS.blue, opacity: 0.55 },
            encoding: { y: shareAxis('low', 'Share that left'), y2: { field: 'high' } },
          },
          {
            mark: { type: 'point', filled: true, color: COLOURS.blue, opacity: 1 },
            encoding: {
              y: shareAxis('observed', 'Share that left'),
              size: {
                field: 'rows',
                type: 'quantitative',
                scale: { type: 'sqrt', domain: [0, most], range: [20, 130] },
                legend: null,
              },
            },
          },
        ],
      },
      ...label([0.98, 0.04], 'dashed: as it should be', { align: 'right' }),
    ],
  };
}

function dots({ curves: { reliability } }: Evaluation) {
  return reliability.map(({ predicted, rows, observed: { value, low, high } }) => {
    return { predicted, rows, observed: value, low, high };
  });
}
