import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { type Evaluation, evaluate } from '../../core/metrics/evaluate.ts';
import type { ChartSpec } from './chart.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { cumulativeGain } from './cumulative-gain.ts';
import { precisionRecallCurve } from './precision-recall-curve.ts';
import { reliabilityDiagram } from './reliability-diagram.ts';
import { renderChart } from './render-chart.ts';
import { rocCurve } from './roc-curve.ts';
import { scoreTrend } from './score-trend.ts';

const names = { modelVersion: '3f2a9c01b7de', datasetName: 'test data' };

/** 400 clients, a quarter of whom leave, scored by a model that knows something. */
function usual(): Evaluation {
  const random = createRandom(7);
  const labels = Float64Array.from({ length: 400 }, () => (random.uniform() < 0.25 ? 1 : 0));
  const scores = labels.map((label) => 1 / (1 + Math.exp(1.2 - 1.5 * label - random.normal())));
  return evaluate(labels, scores, 0.5);
}

const nobody = evaluate([], [], 0.5);

/** Each chart with usual values, the texts it must show, and the emptiest values it can be given. */
const CHARTS: readonly {
  readonly name: string;
  readonly chart: () => ChartSpec;
  readonly texts: readonly string[];
  readonly empty: () => ChartSpec;
}[] = [
  {
    name: 'confusion matrix',
    chart: () => confusionMatrix(usual(), names),
    texts: ['Confusion matrix', 'F1 0.', 'interval', 'caught'],
    empty: () => confusionMatrix(nobody, names),
  },
  {
    name: 'ROC curve',
    chart: () => rocCurve(usual(), names),
    texts: [
      'ROC curve',
      'Shaded: 95 % intervals',
      'Area under the curve 0.',
      'by chance',
      'threshold in use',
      '100 %',
    ],
    empty: () => rocCurve(nobody, names),
  },
  {
    name: 'precision-recall curve',
    chart: () => precisionRecallCurve(usual(), names),
    texts: [
      'Precision and recall',
      'Shaded: 95 % intervals',
      'Average precision 0.',
      'by chance: 2',
      'threshold in use',
    ],
    empty: () => precisionRecallCurve(nobody, names),
  },
  {
    name: 'cumulative gain',
    chart: () => cumulativeGain(usual(), names),
    texts: [
      'test data, 400 rows',
      'Shaded: 95 % intervals',
      'of them left',
      'Threshold in use: 2',
      'in any order',
    ],
    empty: () => cumulativeGain(nobody, names),
  },
  {
    name: 'reliability diagram',
    chart: () => reliabilityDiagram(usual(), names),
    texts: ['Calibration error 0.', 'Brier score 0.', '95 % intervals', 'as it should be'],
    empty: () => reliabilityDiagram(nobody, names),
  },
  {
    name: 'score trend',
    chart: () =>
      scoreTrend({
        scores: [1, 8, 15].map((day) => ({
          at: `2025-07-${String(day).padStart(2, '0')}T12:00:00Z`,
          f1: 0.7 - day / 100,
          low: day === 8 ? null : 0.5,
          high: day === 8 ? null : 0.8,
          modelVersion: names.modelVersion,
        })),
        deployments: [{ at: '2025-07-08T12:00:00Z', modelVersion: names.modelVersion }],
        datasetName: 'test data',
      }),
    texts: ['F1 over time', 'On the test data', 'Jul 2025', 'Time (UTC)'],
    empty: () => scoreTrend({ scores: [], deployments: [], datasetName: 'test data' }),
  },
];

describe.each(CHARTS)('the $name', ({ chart, texts, empty }) => {
  const warnings: unknown[] = [];
  beforeEach(() => {
    warnings.length = 0;
    vi.spyOn(console, 'warn').mockImplementation((...parts) => void warnings.push(parts));
  });
  afterEach(() => vi.restoreAllMocks());

  it('shows its texts in the font that the picture has, and warns of nothing', async () => {
    const svg = await renderChart(chart());
    for (const text of texts) expect(svg).toContain(text);
    const families = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map(([, family]) => family));
    expect([...families]).toEqual(['DejaVu Sans, Verdana, sans-serif']);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(warnings).toEqual([]);
  });

  it('is plain data, equal for equal values, and draws to equal bytes', async () => {
    expect(structuredClone(chart())).toEqual(chart());
    expect(await renderChart(chart())).toBe(await renderChart(structuredClone(chart())));
  });

  it('draws an empty frame where there is nothing to show, without a warning', async () => {
    const svg = await renderChart(empty());
    expect(warnings).toEqual([]);
    expect(svg).toContain('</svg>');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
