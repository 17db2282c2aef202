/** Every chart of stored values by its name: the one list that the report, the API and the documents draw from. */
import type { ReportValues } from '../report-values.ts';
import type { ChartSpec } from './chart.ts';
import type { ChartName } from './chart-names.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { cumulativeGain } from './cumulative-gain.ts';
import { emptyChart } from './empty-chart.ts';
import type { Evaluated } from './evaluated.ts';
import { inputDrift } from './input-drift.ts';
import { missingData } from './missing-data.ts';
import { precisionRecallCurve } from './precision-recall-curve.ts';
import { reliabilityDiagram } from './reliability-diagram.ts';
import { rocCurve } from './roc-curve.ts';
import { scoreHistogram } from './score-histogram.ts';
import { scoreTrend } from './score-trend.ts';

/** What charts are drawn from. */
export type ChartValues = Pick<
  ReportValues,
  'modelVersion' | 'evaluation' | 'drift' | 'diagnostics' | 'scores' | 'deployments'
>;

export interface ChartEntry {
  /** The chart; where there is nothing to show yet, a picture that says so. */
  readonly draw: (values: ChartValues) => ChartSpec;
}

const TEST_DATA = 'test data';

export const CHARTS: Readonly<Record<ChartName, ChartEntry>> = Object.freeze({
  'confusion-matrix': {
    draw: evaluated('Confusion matrix', confusionMatrix),
  },
  'roc-curve': {
    draw: evaluated('ROC curve', rocCurve),
  },
  'precision-recall-curve': {
    draw: evaluated('Precision and recall', precisionRecallCurve),
  },
  reliability: {
    draw: evaluated('Is the risk what it says?', reliabilityDiagram),
  },
  'cumulative-gain': {
    draw: evaluated('Leavers reached by calling the riskiest first', cumulativeGain),
  },
  'score-histogram': {
    draw: evaluated('Do the risks tell the two groups apart?', scoreHistogram),
  },
  'input-drift': {
    draw: ({ drift }: ChartValues) => inputDrift(drift?.details ?? null),
  },
  'missing-data': {
    draw: ({ diagnostics }: ChartValues) =>
      diagnostics?.statistics == null
        ? emptyChart('Missing data', 'Nothing has been diagnosed yet.')
        : missingData(diagnostics.statistics.columns),
  },
  'score-trend': { draw: trend },
});

/** A chart of the model's test score, or why there is none. */
function evaluated(
  title: string,
  chart: (evaluation: NonNullable<ChartValues['evaluation']>, evaluated: Evaluated) => ChartSpec,
): ChartEntry['draw'] {
  return ({ evaluation, modelVersion }) =>
    evaluation === null
      ? emptyChart(title, `Model ${modelVersion} has not been scored on the test data yet.`)
      : chart(evaluation, { modelVersion, datasetName: TEST_DATA });
}

function trend({ scores, deployments }: ChartValues): ChartSpec {
  const tested = scores.filter(({ dataset }) => dataset === 'test');
  return scoreTrend({
    scores: tested.toReversed().map(({ createdAt, f1, metrics, modelVersion }) => {
      const { low = null, high = null } = metrics.metrics.f1 ?? {};
      return { at: createdAt, f1, low, high, modelVersion };
    }),
    deployments: deployments
      .toReversed()
      .map(({ deployedAt, modelVersion }) => ({ at: deployedAt, modelVersion })),
    datasetName: TEST_DATA,
  });
}
