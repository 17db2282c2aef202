/** `tidewatch train`: fit a model on the snapshot. */
import { formatCount, formatNumber } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { TrainSummary } from '../../steps/train/train.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Fits the model on the latest snapshot (made by "tidewatch ingest") and writes trainedmodel.json to
output_model_path. Nothing is deployed: score it, then deploy it, or let "tidewatch run" decide.

Examples:
  tidewatch train
  tidewatch train --json | jq .fit
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

function renderTrain(summary: TrainSummary, terminal: Parameters<CommandMaker>[0]): string {
  const table = renderTable(
    [{ header: 'input' }, { header: 'coefficient', align: 'right' }],
    [
      ...summary.coefficients.map(({ name, value }) => [name, formatNumber(value, 6)]),
      ['intercept', formatNumber(summary.intercept, 6)],
    ],
    { width: terminal.width, colour: terminal.colour },
  );
  return [
    `Trained model ${summary.version} on ${formatCount(summary.rows)} rows (${formatCount(summary.positives)} left).`,
    '',
    table,
    '',
    ...summary.notes.map((note) => `note   ${note}`),
    `model  ${summary.path}`,
    'Next: tidewatch score',
  ].join('\n');
}
