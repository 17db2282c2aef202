/** What to do, from what the report found: the most pressing first. */
import type { ReportValues } from '../report-values.ts';
import { formatCount, formatPercent, formatTooFew } from '../text/format.ts';
import { cleanText, sentence } from './blocks.ts';
import type { ReportClients } from './clients.ts';
import { outcomeOf } from './outcome.ts';

/** An interval of F1 as wide as this says little. */
const WIDE = 0.2;
/** Share of rows without a value, in percent, from which a column is worth a look. */
const MANY_MISSING = 20;

export function adviceOf(values: ReportValues, clients: ReportClients | string): string[] {
  return [
    ...deploymentAdvice(values),
    ...clientAdvice(clients),
    ...driftAdvice(values),
    ...dataAdvice(values),
    ...testAdvice(values),
  ];
}

function deploymentAdvice(values: ReportValues): string[] {
  const { deployment, modelVersion } = values;
  const outcome = outcomeOf(values);
  if (deployment === null)
    return [`Model ${modelVersion} is not live: "tidewatch deploy" deploys it once it is scored.`];
  if (outcome.kind === 'stopped')
    return [`Find out why the last run stopped. ${sentence(outcome.why ?? '')}`];
  if (outcome.kind === 'challenger-waits') {
    return ['The retrained model was not accepted: see how it compares before trusting either much longer.'];
  }
  return [];
}

function clientAdvice(clients: ReportClients | string): string[] {
  if (typeof clients === 'string' || clients.all.flagged === 0) return [];
  const { flagged, clients: all } = clients.all;
  return [
    `Call the clients at risk: ${formatCount(flagged)} of ${formatCount(all)} are above the threshold.`,
  ];
}

function driftAdvice({ drift }: ReportValues): string[] {
  const alarms = (drift?.details.columns ?? []).filter(({ alarm }) => alarm === true);
  const [first] = alarms;
  if (first === undefined) return [];
  const others = alarms.length - 1;
  const names = `"${cleanText(first.name)}"${others > 0 ? ` and ${formatCount(others)} more` : ''}`;
  return [`Ask where the data comes from whether ${names} changed on purpose: the inputs have moved.`];
}

function dataAdvice({ snapshot, files, diagnostics }: ReportValues): string[] {
  const rejected = files.filter(({ status }) => status === 'rejected').length;
  const quarantined = snapshot?.quarantined ?? 0;
  const lacking = (diagnostics?.statistics?.columns ?? []).filter(
    ({ missingPercent }) => missingPercent >= MANY_MISSING,
  );
  const [first] = lacking;
  return [
    ...(rejected === 0
      ? []
      : [`Mend the files that were refused (${formatCount(rejected)}): the table of files says why.`]),
    ...(quarantined === 0
      ? []
      : [`Look into the folder quarantine: ${formatCount(quarantined)} rows did not fit and were left out.`]),
    ...(first === undefined
      ? []
      : [
          `"${cleanText(first.name)}" lacks ${formatPercent(first.missingPercent / 100)} of its values` +
            `${lacking.length > 1 ? `, and ${formatCount(lacking.length - 1)} more columns lack many` : ''}.`,
        ]),
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
