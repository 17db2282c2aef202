/** The score histogram as a chart: the risks of those who left above the line, of those who stayed below it. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatCount, formatNumber } from '../text/format.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';
import { emptyChart } from './empty-chart.ts';
import { type Evaluated, evaluatedText } from './evaluated.ts';
import { label, type Place } from './marks.ts';

const TITLE = 'Do the risks tell the two groups apart?';

/**
 * Bars are shares of their own class, so that a rare class shows; place and shade tell the classes apart, not
 * colour alone. A class without rows has no bars. Scores stored before there was a histogram give an empty chart.
 */
export function scoreHistogram(evaluation: Evaluation, evaluated: Evaluated): ChartSpec {
  const { histogram } = evaluation.curves;
  if (histogram === undefined) return emptyChart(TITLE, 'The stored score holds no histogram; score again.');
  const [left, stayed] = [sharesOf(histogram.left), sharesOf(histogram.stayed)];
  const top = Math.max(0.1, ...left, ...stayed) * 1.15;
  const negatives = evaluation.rows - evaluation.positives;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Histogram of risks: ${formatCount(evaluation.positives)} left, ${formatCount(negatives)} stayed.`,
    width: 420,
    height: 340,
    title: {
      text: TITLE,
      subtitle: [evaluatedText(evaluation, evaluated), 'Bars: share of their own group'],
    },
    layer: [
      bars(left, top, COLOURS.vermilion),
      bars(stayed, -top, COLOURS.sky),
      zeroLine(),
      ...threshold(evaluation.threshold, top),
      ...label([0.99, top * 0.9], `left (${formatCount(evaluation.positives)})`, TO_THE_LEFT),
      ...label([0.99, -top * 0.9], `stayed (${formatCount(negatives)})`, TO_THE_LEFT),
    ],
  };
}

const TO_THE_LEFT = { align: 'right', color: COLOURS.ink } as const;

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

/** Bars of one class, upwards where `top` is above 0, else downwards; the axis is the same for both. */
function bars(shares: readonly number[], top: number, color: string) {
  const width = 1 / shares.length;
  const direction = Math.sign(top);
  const size = Math.abs(top);
  const values = shares.map((share, k) => {
    return { from: k * width, to: (k + 1) * width, share: share * direction };
  });
  return {
    data: { values },
    mark: { type: 'bar' as const, color, stroke: COLOURS.paper, strokeWidth: 1 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative' as const,
        title: 'Risk that the model gave',
        scale: { domain: [0, 1], nice: false },
        axis: { grid: false, values: [0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr: PERCENT },
      },
      x2: { field: 'to' },
      y: {
        field: 'share',
        type: 'quantitative' as const,
        title: 'Share of the group',
        scale: { domain: [-size, size] },
        axis: { tickCount: 5, labelExpr: PERCENT },
      },
      y2: { datum: 0 },
    },
  };
}

/** Both directions of the axis count upwards. */
const PERCENT = "format(abs(datum.value) * 100, '.0f') + ' %'";

function zeroLine() {
  return {
    data: { values: [{ y: 0 }] },
    mark: { type: 'rule' as const, color: COLOURS.ink, strokeWidth: 1 },
    encoding: { y: { field: 'y', type: 'quantitative' as const } },
  };
}

function threshold(at: number, top: number) {
  const place: Place = [at, -top * 0.72];
  const right = at < 0.6;
  return [
    {
      data: { values: [{ x: at }] },
      mark: { type: 'rule' as const, color: COLOURS.ink, strokeDash: [5, 4], strokeWidth: 1.5 },
      encoding: { x: { field: 'x', type: 'quantitative' as const } },
    },
    ...label(place, `threshold ${formatNumber(at)}`, {
      align: right ? 'left' : 'right',
      dx: right ? 6 : -6,
      color: COLOURS.ink,
    }),
  ];
}
