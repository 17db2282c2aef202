/** Plain words for what a watch says of a metric. */
import { groupThousands } from '../../../base/thousands.ts';
import type { MetricView } from './metric-reading.ts';

const NAMES = { f1: 'F1', brier: 'Brier score', profit: 'Profit a client' } as const;

/** A metric in words: what new outcomes show, and what the held-out rows let expect. It raises no alarm. */
export function sentenceOf(view: Omit<MetricView, 'sentence'>): string {
  const { promise, rows, metric } = view;
  if (promise.line === null) return nothingExpected(view);
  const was = `${say(promise.value)} on ${count(promise.rows)} held-out rows`;
  const limit =
    `${metric === 'brier' ? 'at most' : 'at least'} ${say(promise.line)}, allowing for chance and a tolerance of ` +
    `${say(promise.tolerance)}`;
  if (rows === 0) return `${NAMES[metric]} is ${was}: expected is ${limit}. No new outcome has come yet.`;
  return `${seenOf(view)}; it was ${was}. ${verdictOf(view, limit)}`;
}

function nothingExpected({ promise, metric }: Omit<MetricView, 'sentence'>): string {
  const name = NAMES[metric];
  if (promise.value === null)
    return `${name} is not defined on the held-out rows, so there is nothing to compare with.`;
  if (promise.rowsNeeded === null) {
    return (
      `${name} is ${say(promise.value)} on ${count(promise.rows)} held-out rows: allowing for chance and a tolerance of ` +
      `${say(promise.tolerance)}, any value is within it.`
    );
  }
  return (
    `${count(promise.rows)} held-out rows are too few to say what ${name} to expect; ` +
    `about ${count(promise.rowsNeeded)} would do.`
  );
}

function seenOf({ metric, rows, observed, low, high }: Omit<MetricView, 'sentence'>): string {
  const name = NAMES[metric];
  return observed === null
    ? `${count(rows)} new outcomes do not define ${name}`
    : `${name} is ${say(observed)} (${say(low)} to ${say(high)}) on ${count(rows)} new outcomes`;
}

function verdictOf({ worseThanPromised, worseAt }: Omit<MetricView, 'sentence'>, limit: string): string {
  return worseThanPromised
    ? `Worse than the held-out rows allow (${limit}): sure since row ${count(worseAt ?? 0)}.`
    : `Not shown to be worse than the held-out rows allow (${limit}).`;
}

function say(value: number | null): string {
  if (value === null) return 'nothing';
  return String(Number(value.toPrecision(3)));
}

function count(rows: number): string {
  return groupThousands(String(rows));
}
