/** The cumulative gain as a chart: how many leavers are reached by contacting the riskiest clients first. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatCount, formatPercent } from '../text/format.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText } from './evaluated.ts';
import { label, namedPoint, referenceLine, shareAxis } from './marks.ts';

/** The curve between calling in any order (the diagonal) and knowing who leaves (the upper line). */
export function cumulativeGain(evaluation: Evaluation, evaluated: Evaluated): ChartSpec {
  const { rows, positives } = evaluation;
  const left = `${formatCount(positives)} of them left`;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Cumulative gain. ${left}.`,
    width: 420,
    height: 340,
    title: {
      text: 'Leavers reached by calling the riskiest first',
      subtitle: [evaluatedText(evaluation, evaluated), left],
    },
    layer: [
      referenceLine([0, 0], [1, 1]),
      ...label([0.7, 0.7], 'in any order', { align: 'left', dx: 10, dy: 8 }),
      ...(positives > 0 ? [referenceLine([0, 0], [positives / rows, 1], [1, 1])] : []),
      {
        data: { values: curvePoints(evaluation) },
        mark: { type: 'line', point: { filled: true, size: 25 } },
        encoding: {
          x: shareAxis('share', 'Share of clients contacted'),
          y: shareAxis('gain', 'Share of those who left that is reached'),
          order: { field: 'share', type: 'quantitative' },
        },
      },
      ...inUse(evaluation),
    ],
  };
}

function curvePoints({ curves: { gain } }: Evaluation) {
  return gain === null ? [] : [{ share: 0, gain: 0 }, ...gain.map(({ share, gain }) => ({ share, gain }))];
}

/** Where the threshold in use stands: whom it warns of, and how many of the leavers are among them. */
function inUse({ confusion: [[, fp], [fn, tp]], rows, curves }: Evaluation) {
  if (curves.gain === null || tp + fp === 0) return [];
  const [contacted, caught] = [(tp + fp) / rows, tp / (fn + tp)];
  const name = `threshold in use: ${formatPercent(contacted)} called, ${formatPercent(caught)} reached`;
  return namedPoint([contacted, caught], name);
}
