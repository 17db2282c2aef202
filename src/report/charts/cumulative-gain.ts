/** The cumulative gain as a chart: how many leavers are reached by contacting the riskiest clients first. */
import { gainBand } from '../../core/metrics/curve-band.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatCount, formatPercent } from '../text/format.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';
import { type Evaluated, evaluatedText } from './evaluated.ts';
import { bandArea, bandText, label, namedPoint, type Place, referenceLine, shareAxis } from './marks.ts';

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
      subtitle: [
        evaluatedText(evaluation, evaluated),
        left,
        bandText(evaluation.level, 'share'),
        ...inUseText(evaluation),
      ],
    },
    layer: [
      bandArea(bandOf(evaluation)),
      referenceLine([0, 0], [1, 1]),
      ...label([0.7, 0.7], 'in any order', { align: 'left', dx: 10, dy: 8 }),
      ...(positives > 0 ? [referenceLine([0, 0], [positives / rows, 1], [1, 1])] : []),
      {
        data: { values: curvePoints(evaluation) },
        mark: { type: 'line', point: { filled: true, size: 25, color: COLOURS.blue } },
        encoding: {
          x: shareAxis('share', 'Clients contacted'),
          y: shareAxis('gain', 'Leavers reached'),
          order: { field: 'share', type: 'quantitative' },
        },
      },
      ...inUse(evaluation),
    ],
  };
}

function bandOf({ curves: { gain }, positives, level }: Evaluation) {
  return gain === null ? [] : gainBand(gain, positives, level);
}

function curvePoints({ curves: { gain } }: Evaluation) {
  return gain === null ? [] : [{ share: 0, gain: 0 }, ...gain.map(({ share, gain }) => ({ share, gain }))];
}

/** Where the threshold in use stands: the share it warns of, and the share of the leavers that is among them. */
function placeInUse({ confusion: [[, fp], [fn, tp]], rows, curves }: Evaluation): Place | null {
  return curves.gain === null || tp + fp === 0 ? null : [(tp + fp) / rows, tp / (fn + tp)];
}

function inUse(evaluation: Evaluation) {
  const place = placeInUse(evaluation);
  return place === null ? [] : namedPoint(place, 'threshold in use');
}

function inUseText(evaluation: Evaluation): string[] {
  const place = placeInUse(evaluation);
  if (place === null) return [];
  return [`Threshold in use: ${formatPercent(place[0])} called, ${formatPercent(place[1])} reached`];
}
