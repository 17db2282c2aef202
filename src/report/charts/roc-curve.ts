/** The ROC curve as a chart: leavers caught against false alarms, at every threshold. */
import type { Estimate } from '../../core/models/document.ts';
import { formatEstimate } from '../text/format.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { label, namedPoint, referenceLine, shareAxis } from './marks.ts';

export interface RocPoint {
  /** Share (0 to 1) of those who stayed that is above the threshold. */
  readonly falsePositiveRate: number;
  /** Share (0 to 1) of those who left that is above the threshold. */
  readonly truePositiveRate: number;
}

export interface RocCurveValues {
  /** In order from (0, 0) to (1, 1). */
  readonly points: readonly RocPoint[];
  readonly auc: Estimate;
  /** The threshold in use, or null where it is not to be marked. */
  readonly current: RocPoint | null;
  readonly modelVersion: string;
  readonly datasetName: string;
}

/** The curve, the diagonal of a model that knows nothing, and the point of the threshold in use. */
export function rocCurve(values: RocCurveValues): ChartSpec {
  const { current } = values;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `ROC curve, area under it ${formatEstimate(values.auc)}.`,
    width: 420,
    height: 340,
    title: {
      text: 'ROC curve',
      subtitle: [
        `Model ${values.modelVersion} on the ${values.datasetName}`,
        `Area under the curve ${formatEstimate(values.auc)}`,
      ],
    },
    layer: [
      referenceLine([0, 0], [1, 1]),
      ...label([0.7, 0.7], 'by chance', { align: 'left', dx: 10, dy: 8 }),
      {
        data: { values: values.points.map((point, order) => ({ ...point, order })) },
        mark: { type: 'line' },
        encoding: {
          x: shareAxis('falsePositiveRate', 'Share of those who stayed that is warned of'),
          y: shareAxis('truePositiveRate', 'Share of those who left that is caught'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...(current === null
        ? []
        : namedPoint([current.falsePositiveRate, current.truePositiveRate], 'threshold in use')),
    ],
  };
}
