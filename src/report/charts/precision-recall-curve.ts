/** The precision-recall curve as a chart: how many warnings are right against how many leavers are caught. */
import type { Estimate } from '../../core/models/document.ts';
import { formatEstimate, formatPercent } from '../text/format.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { label, namedPoint, referenceLine, shareAxis } from './marks.ts';

export interface PrecisionRecallPoint {
  /** Share (0 to 1) of those who left that is above the threshold. */
  readonly recall: number;
  /** Share (0 to 1) of those above the threshold that left. */
  readonly precision: number;
}

export interface PrecisionRecallValues {
  /** In order of rising recall. */
  readonly points: readonly PrecisionRecallPoint[];
  /** Area under the curve, as average precision. */
  readonly averagePrecision: Estimate;
  /** Share (0 to 1) of clients that left: the precision of a guess. */
  readonly baseRate: number;
  /** The threshold in use, or null where it is not to be marked. */
  readonly current: PrecisionRecallPoint | null;
  readonly modelVersion: string;
  readonly datasetName: string;
}

/** The curve as steps, since precision does not fall in a straight line between thresholds (Davis, Goadrich 2006). */
export function precisionRecallCurve(values: PrecisionRecallValues): ChartSpec {
  const { current, baseRate } = values;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Precision-recall curve, average precision ${formatEstimate(values.averagePrecision)}.`,
    width: 420,
    height: 340,
    title: {
      text: 'Precision and recall',
      subtitle: [
        `Model ${values.modelVersion} on the ${values.datasetName}`,
        `Average precision ${formatEstimate(values.averagePrecision)}`,
      ],
    },
    layer: [
      referenceLine([0, baseRate], [1, baseRate]),
      ...label([0, baseRate], `by chance: ${formatPercent(baseRate)}`, {
        align: 'left',
        dx: 6,
        dy: baseRate < 0.08 ? -10 : 11,
      }),
      {
        data: { values: values.points.map((point, order) => ({ ...point, order })) },
        mark: { type: 'line', interpolate: 'step-before' },
        encoding: {
          x: shareAxis('recall', 'Recall: share of those who left that is caught'),
          y: shareAxis('precision', 'Precision: share of warnings that are right'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...(current === null ? [] : namedPoint([current.recall, current.precision], 'threshold in use')),
    ],
  };
}
