import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChartSpec } from './chart.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { cumulativeGain } from './cumulative-gain.ts';
import { precisionRecallCurve } from './precision-recall-curve.ts';
import { reliabilityDiagram } from './reliability-diagram.ts';
import { renderChart } from './render-chart.ts';
import { rocCurve } from './roc-curve.ts';
import { scoreTrend } from './score-trend.ts';

const names = { modelVersion: '3f2a9c01b7de', datasetName: 'test data' };
const estimate = { value: 0.714, low: 0.65, high: 0.77, level: 0.95, rows: 400 };
const noInterval = { value: Number.NaN, low: Number.NaN, high: Number.NaN, level: 0.95, rows: 0 };

/** Each chart with usual values, the texts it must show, and the emptiest values it can be given. */
const CHARTS: readonly {
  readonly name: string;
  readonly chart: () => ChartSpec;
  readonly texts: readonly string[];
  readonly empty: () => ChartSpec;
}[] = [
  {
    name: 'confusion matrix',
    chart: () =>
      confusionMatrix({
        confusion: [
          [3, 1],
          [1, 2],
        ],
        f1: estimate,
        threshold: 0.5,
        ...names,
      }),
    texts: ['Confusion matrix', 'F1 0.714', 'caught'],
    empty: () =>
      confusionMatrix({
        confusion: [
          [0, 0],
          [0, 0],
        ],
        f1: noInterval,
        threshold: 0.5,
        ...names,
      }),
  },
  {
    name: 'ROC curve',
    chart: () =>
      rocCurve({
        points: [0, 0.3, 1].map((x) => ({ falsePositiveRate: x, truePositiveRate: Math.sqrt(x) })),
        auc: estimate,
        current: { falsePositiveRate: 0.3, truePositiveRate: 0.55 },
        ...names,
      }),
    texts: ['ROC curve', 'Area under the curve 0.714', 'by chance', 'threshold in use', '100 %'],
    empty: () => rocCurve({ points: [], auc: noInterval, current: null, ...names }),
  },
  {
    name: 'precision-recall curve',
    chart: () =>
      precisionRecallCurve({
        points: [0, 0.5, 1].map((x) => ({ recall: x, precision: 1 - x / 2 })),
        averagePrecision: estimate,
        baseRate: 0.05,
        current: { recall: 0.9, precision: 0.05 },
        ...names,
      }),
    texts: ['Precision and recall', 'Average precision 0.714', 'by chance: 5 %', 'threshold in use'],
    empty: () =>
      precisionRecallCurve({
        points: [],
        averagePrecision: noInterval,
        baseRate: 0,
        current: null,
        ...names,
      }),
  },
  {
    name: 'cumulative gain',
    chart: () =>
      cumulativeGain({
        points: [0, 0.2, 1].map((x) => ({ contacted: x, caught: Math.sqrt(x) })),
        baseRate: 0.22,
        rows: 12345,
        current: { contacted: 0.2, caught: 0.447 },
        ...names,
      }),
    texts: ['22 % of 12,345 clients left', '20 % contacted, 44.7 % caught', 'in any order'],
    empty: () => cumulativeGain({ points: [], baseRate: 0, rows: 0, current: null, ...names }),
  },
  {
    name: 'reliability diagram',
    chart: () =>
      reliabilityDiagram({
        bins: [0.1, 0.5, 0.9].map((p) => ({
          predicted: p,
          observed: p,
          low: p - 0.1,
          high: p + 0.1,
          rows: 40,
        })),
        level: 0.95,
        brier: 0.131,
        calibrationError: 0.021,
        ...names,
      }),
    texts: ['120 rows', 'Calibration error 0.021, Brier score 0.131', '95 % intervals', 'as it should be'],
    empty: () => reliabilityDiagram({ bins: [], level: 0.95, brier: 0, calibrationError: 0, ...names }),
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

  it('draws an empty frame where there is nothing to show', async () => {
    const svg = await renderChart(empty());
    expect(svg).toContain('</svg>');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
