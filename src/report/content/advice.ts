/** What is worth doing beside what the states call for: the most pressing first. */
import type { ReportValues } from '../report-values.ts';
import { formatCount, formatPercent, formatTooFew } from '../text/format.ts';
import { cleanText } from './blocks.ts';
import type { ReportClients } from './clients.ts';

/** An interval of F1 as wide as this says little. */
const WIDE = 0.2;
/** Share of rows without a value, in percent, from which a column is worth a look. */
const MANY_MISSING = 20;

export function adviceOf(values: ReportValues, clients: ReportClients | string): string[] {
  return [...clientAdvice(clients), ...dataAdvice(values), ...testAdvice(values)];
}

function clientAdvice(clients: ReportClients | string): string[] {
  if (typeof clients === 'string' || clients.all.flagged === 0) return [];
  const { flagged, clients: all } = clients.all;
  return [
    `Call the clients at risk: ${formatCount(flagged)} of ${formatCount(all)} are above the threshold.`,
  ];
}

function dataAdvice({ diagnostics }: ReportValues): string[] {
  const lacking = (diagnostics?.statistics?.columns ?? []).filter(
    ({ missingPercent }) => missingPercent >= MANY_MISSING,
  );
  const [first] = lacking;
  if (first === undefined) return [];
  const more = lacking.length - 1;
  const others =
    more === 0
      ? ''
      : `, and ${more === 1 ? '1 more column lacks' : `${formatCount(more)} more columns lack`} many`;
  return [
    `"${cleanText(first.name)}" lacks ${formatPercent(first.missingPercent / 100)} of its values${others}.`,
  ];
}

function testAdvice({ evaluation }: ReportValues): string[] {
  if (evaluation === null) return ['Score the model on the test data: "tidewatch score".'];
  const { f1 } = evaluation.metrics;
  const interval = f1 === null || f1.low === null || f1.high === null ? null : f1.high - f1.low;
  if (interval !== null && interval < WIDE) return [];
  const lacking =
    interval !== null
      ? 'the interval of F1 is wide'
      : f1?.tooFew === undefined
        ? 'F1 has no interval'
        : `there are ${formatTooFew(f1.tooFew)}`;
  return [`Add labelled test rows: with ${formatCount(evaluation.rows)}, ${lacking}.`];
}
