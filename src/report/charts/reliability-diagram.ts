/** The reliability diagram as a chart: whether clients with a risk of 30 % leave in 30 of 100 cases. */
import { formatNumber } from '../text/format.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';
import { label, referenceLine, shareAxis } from './marks.ts';

export interface ReliabilityBin {
  /** Mean predicted probability of the bin. */
  readonly predicted: number;
  /** Share (0 to 1) of the bin that left, with its interval. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

export interface ReliabilityValues {
  /** Bins that hold rows. */
  readonly bins: readonly ReliabilityBin[];
  /** Confidence level of the intervals, such as 0.95. */
  readonly level: number;
  /** Mean squared error of the probabilities. */
  readonly brier: number;
  /** Expected calibration error: mean distance of the bins from the diagonal, weighted by rows. */
  readonly calibrationError: number;
  readonly modelVersion: string;
  readonly datasetName: string;
}

/** Points with intervals against the diagonal of a model that means what it says; larger dots hold more rows. */
export function reliabilityDiagram(values: ReliabilityValues): ChartSpec {
  const rows = values.bins.reduce((sum, bin) => sum + bin.rows, 0);
  const x = shareAxis('predicted', 'Risk that the model gave');
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `Reliability diagram, calibration error ${formatNumber(values.calibrationError, 3)}.`,
    width: 420,
    height: 340,
    title: {
      text: 'Is the risk what it says?',
      subtitle: [
        `Model ${values.modelVersion} on the ${values.datasetName}, ${formatNumber(rows)} rows`,
        `Calibration error ${formatNumber(values.calibrationError, 3)}, Brier score ${formatNumber(values.brier, 3)}`,
        `Dots: groups of clients, larger with more rows; bars: ${formatNumber(values.level * 100)} % intervals`,
      ],
    },
    layer: [
      referenceLine([0, 0], [1, 1]),
      ...label([0.72, 0.72], 'as it should be', { align: 'left', dx: 10, dy: 9 }),
      {
        data: { values: values.bins.map((bin) => ({ ...bin })) },
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
                scale: { type: 'sqrt', domainMin: 0, range: [25, 220] },
                legend: null,
              },
            },
          },
        ],
      },
    ],
  };
}
