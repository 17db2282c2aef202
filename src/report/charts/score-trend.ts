/** The trend of a score as a chart: F1 over time with its intervals, and when a model went live. */
import type { ChartSpec } from './chart.ts';
import { trendPanels } from './trend-panels.ts';

interface ScorePoint {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly f1: number;
  /** Ends of the interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly modelVersion: string;
}

export interface ScoreTrendValues {
  /** In order of time. */
  readonly scores: readonly ScorePoint[];
  /** When a model went live, ISO 8601, UTC. */
  readonly deployments: readonly { readonly at: string; readonly modelVersion: string }[];
  /** What was scored, in words: "test data". */
  readonly datasetName: string;
}

/** Scores as a line with a band, deployments as upright lines with the model's version. Times are UTC. Without any it says so. */
export function scoreTrend({ scores, deployments, datasetName }: ScoreTrendValues): ChartSpec {
  const empty = scores.length + deployments.length === 0;
  const points = scores.map(({ at, f1, low, high }) => ({
    from: at,
    value: Number.isFinite(f1) ? f1 : null,
    low,
    high,
  }));
  return trendPanels({
    title: 'F1 over time',
    subtitle: empty
      ? `No score on the ${datasetName} yet`
      : `On the ${datasetName}; band: interval; dashed: a model went live`,
    panels: [{ title: 'F1', unit: 'score', scale: 'linear', points }],
    changes: deployments,
  });
}
