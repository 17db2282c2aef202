/** What the charts of an evaluation share: what was evaluated, and its metrics in words. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { formatCount, formatInterval } from '../text/format.ts';

/** What was evaluated, as titles name it. */
export interface Evaluated {
  readonly modelVersion: string;
  /** In words: "test data". */
  readonly datasetName: string;
}

/** A metric with its interval, or why there is none. */
export function metricText(
  evaluation: Pick<Evaluation, 'metrics' | 'undefinedBecause'>,
  name: keyof Evaluation['metrics'],
): string {
  const estimate = evaluation.metrics[name];
  if (estimate !== null) return formatInterval(estimate);
  return `not defined (${(evaluation.undefinedBecause[name] ?? 'not computed').replace(/\.$/, '')})`;
}

/** "Model 3f2a9c01b7de on the test data, 26 rows". */
export function evaluatedText({ rows }: Pick<Evaluation, 'rows'>, evaluated: Evaluated): string {
  const count = `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  return `Model ${evaluated.modelVersion} on the ${evaluated.datasetName}, ${count}`;
}
