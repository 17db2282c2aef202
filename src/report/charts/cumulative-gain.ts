/** The cumulative gain as a chart: how many leavers are reached by contacting the riskiest clients first. */
import { formatNumber, formatPercent } from '../text/format.ts';
import { type ChartSpec, VEGA_LITE_SCHEMA } from './chart.ts';
import { label, namedPoint, referenceLine, shareAxis } from './marks.ts';

export interface GainPoint {
  /** Share (0 to 1) of all clients that is contacted, riskiest first. */
  readonly contacted: number;
  /** Share (0 to 1) of those who left that is among them. */
  readonly caught: number;
}

export interface CumulativeGainValues {
  /** In order from (0, 0) to (1, 1). */
  readonly points: readonly GainPoint[];
  /** Share (0 to 1) of clients that left. */
  readonly baseRate: number;
  /** Rows scored. */
  readonly rows: number;
  /** The point of the contact budget or the threshold in use, or null where it is not to be marked. */
  readonly current: GainPoint | null;
  readonly modelVersion: string;
  readonly datasetName: string;
}

/** The curve between calling at random (the diagonal) and knowing everything (the upper line). */
export function cumulativeGain(values: CumulativeGainValues): ChartSpec {
  const { current, baseRate } = values;
  const reached =
    current && `${formatPercent(current.contacted)} contacted, ${formatPercent(current.caught)} caught`;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Cumulative gain. ${reached ?? ''}`.trim(),
    width: 420,
    height: 340,
    title: {
      text: 'Leavers reached by calling the riskiest first',
      subtitle: [
        `Model ${values.modelVersion} on the ${values.datasetName}`,
        `${formatPercent(baseRate)} of ${formatNumber(values.rows)} clients left`,
      ],
    },
    layer: [
      referenceLine([0, 0], [1, 1]),
      ...label([0.7, 0.7], 'in any order', { align: 'left', dx: 10, dy: 8 }),
      ...(baseRate > 0 ? [referenceLine([0, 0], [baseRate, 1], [1, 1])] : []),
      {
        data: { values: values.points.map((point, order) => ({ ...point, order })) },
        mark: { type: 'line' },
        encoding: {
          x: shareAxis('contacted', 'Share of clients contacted'),
          y: shareAxis('caught', 'Share of those who left that is reached'),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      ...(current === null || reached === null
        ? []
        : namedPoint([current.contacted, current.caught], reached)),
    ],
  };
}
