/** `tidewatch train`: fit a model on the snapshot. */
import { formatCount, formatInterval, formatNumber } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Selection, TrainSummary } from '../../steps/train/train-options.ts';
import { leftOutLines } from '../left-out-text.ts';
import type { Terminal } from '../terminal.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Fits the model on the latest snapshot (made by "tidewatch ingest") and writes trainedmodel.json to
output_model_path. Nothing is deployed: score it, then deploy it, or let "tidewatch run" decide.

"model" in config.json says what is trained: logistic (the original system's), boosted, or auto, which compares
both by cross-validated log loss and takes the simpler one unless another is better by more than one standard
error. "calibration" and "threshold" are decided on the rows that the folds held out.

Examples:
  tidewatch train
  tidewatch train --json | jq .selection.candidates
`;

export const trainCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'train', summary: 'fit a model on the latest snapshot', help: HELP }).action(
    async (options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.train();
        return { value: summary, text: renderTrain(summary, terminal) };
      });
      finish(options, answer);
    },
  );

function renderTrain(summary: TrainSummary, terminal: Terminal): string {
  const { selection, calibration, threshold } = summary;
  return [
    `Trained model ${summary.version} on ${formatCount(summary.rows)} rows (${formatCount(summary.positives)} left).`,
    ...leftOutLines(summary),
    '',
    ...(selection === null ? [] : [renderSelection(selection, terminal), '']),
    ...(summary.coefficients.length === 0 ? [] : [renderCoefficients(summary, terminal), '']),
    `calibration  ${calibration.kind}. ${calibration.reason}`,
    `threshold    ${formatNumber(threshold.value)} (${threshold.rule}). ${threshold.reason}`,
    ...summary.notes.map((note) => `note         ${note}`),
    `model        ${summary.path}`,
    'Next: tidewatch score',
  ].join('\n');
}

/** Every candidate with its cross-validated scores, and why one was chosen. */
function renderSelection(selection: Selection, terminal: Terminal): string {
  const table = renderTable(
    [
      { header: 'candidate' },
      { header: 'log loss', align: 'right' },
      { header: 'behind the best', align: 'right' },
      { header: 'ROC AUC' },
      { header: '' },
    ],
    selection.candidates.map(({ name, logLoss, behind, standardError, outOfFold }) => [
      name,
      formatNumber(logLoss, 4),
      behind === 0 ? '' : `${formatNumber(behind, 4)} ± ${formatNumber(standardError, 4)}`,
      outOfFold.rocAuc === null ? '' : formatInterval(outOfFold.rocAuc),
      name === selection.chosen ? 'chosen' : '',
    ]),
    terminal,
  );
  const kind = selection.kind === 'time-forward' ? 'forward in time' : 'stratified';
  const repeats = selection.repeats > 1 ? `, ${selection.repeats} times` : '';
  const { folds, rows, clients, reason } = selection;
  const on =
    clients === undefined
      ? `on ${formatCount(rows)} rows`
      : `by client on ${formatCount(clients)} clients with ${formatCount(rows)} rows, each client in one fold`;
  return `Cross-validation in ${folds} folds (${kind}${repeats}) ${on}:\n\n${table}\n\n${reason}`;
}

function renderCoefficients(summary: TrainSummary, terminal: Terminal): string {
  return renderTable(
    [{ header: 'input' }, { header: 'coefficient', align: 'right' }],
    [
      ...summary.coefficients.map(({ name, value }) => [name, formatNumber(value, 6)]),
      ['intercept', formatNumber(summary.intercept, 6)],
    ],
    terminal,
  );
}
