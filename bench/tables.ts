/** Tables of the benchmarks in Markdown, and shares with their intervals. */
import { wilsonEstimate } from '../src/core/metrics/interval.ts';

export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

/** "4.9 % (3.7 to 6.4)": a share with its 95 % interval. */
export function percent(part: number, whole: number): string {
  const estimate = wilsonEstimate(part, whole, 0.95);
  const say = (share: number): string => (100 * share).toFixed(1);
  return `${say(part / whole)} % (${say(estimate?.low ?? 0)} to ${say(estimate?.high ?? 1)})`;
}
