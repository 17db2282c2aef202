/** The trend of a score as a chart: F1 over time with its intervals, and when a model went live. */
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';

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
export function scoreTrend(values: ScoreTrendValues): ChartSpec {
  const empty = values.scores.length + values.deployments.length === 0;
  const x = {
    field: 'at',
    type: 'temporal' as const,
    title: 'Time (UTC)',
    // Vega warns of a domain without values, so an empty chart is given any.
    scale: { type: 'utc' as const, ...(empty ? { domain: [0, 1] } : {}) },
    axis: empty ? null : timeAxis(values),
  };
  const y = { type: 'quantitative' as const, title: 'F1', scale: { domain: [0, 1] } };
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `F1 on the ${values.datasetName}, ${values.scores.length} scores.`,
    width: 560,
    height: 240,
    title: {
      text: 'F1 over time',
      subtitle: empty
        ? `No score on the ${values.datasetName} yet`
        : `On the ${values.datasetName}; band: interval; dashed: a model went live`,
    },
    layer: [
      {
        data: { values: values.scores.filter(({ low, high }) => low !== null && high !== null) },
        mark: { type: 'area', color: COLOURS.blue, opacity: 0.18, interpolate: 'linear' },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values: values.deployments.map((deployment) => ({ ...deployment })) },
        mark: { type: 'rule', strokeDash: [5, 4], strokeWidth: 1.5, color: COLOURS.quiet },
        encoding: { x },
      },
      {
        data: { values: values.scores.map((score) => ({ ...score })) },
        mark: { type: 'line', point: { filled: true, size: 40, color: COLOURS.blue } },
        encoding: { x, y: { ...y, field: 'f1' } },
      },
    ],
  };
}

/** Days where the chart spans days, and the time of day where it spans less than three of them. */
function timeAxis({ scores, deployments }: ScoreTrendValues) {
  const times = [...scores, ...deployments].map(({ at }) => Date.parse(at));
  const spanMs = Math.max(...times) - Math.min(...times);
  return {
    grid: false,
    labelFlush: false,
    labelOverlap: 'greedy' as const,
    tickCount: 5,
    format: spanMs < 3 * 86_400_000 ? '%-d %b %H:%M' : '%-d %b %Y',
  };
}
