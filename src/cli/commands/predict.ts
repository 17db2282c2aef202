/** `tidewatch predict`: score a file of clients. */
import { resolve } from 'node:path';
import { insideWorkspace } from '../../config/load.ts';
import type { UnseenValues } from '../../core/features/unseen-values.ts';
import { DATA_ENDINGS_TEXT } from '../../formats/data-endings.ts';
import { formatCount, formatSeconds } from '../../report/text/format.ts';
import { renderMatched } from '../matched-text.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Scores every row of FILE, of any size, with the deployed model, and writes OUT (.csv or .parquet): the client's id, the
probability of leaving, and the prediction (1: leaves), one row for each, in order.
FILE needs the columns that the model reads and the id; others are passed over, and so is the target. A row that
cannot be read refuses the file with its line and column; OUT appears whole or not at all.

FILE and OUT are your own paths, inside the workspace or not; a relative one counts from the current folder. The
path of --model counts from the workspace and must be inside it.

Examples:
  tidewatch predict clients.csv -o predictions.csv
  tidewatch predict /data/all.parquet -o risks.parquet
  tidewatch predict clients.csv.gz -o p.csv --model practicemodels/trainedmodel.json
  tidewatch predict clients.csv -o p.csv --json | jq .leaving
`;

interface PredictOptions extends SharedOptions {
  readonly output: string;
  readonly model?: string;
}

export const predictCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'predict', summary: 'score a file of clients of any size', help: HELP })
    .argument('<file>', `clients: a file that ends in ${DATA_ENDINGS_TEXT}`)
    .requiredOption('-o, --output <file>', 'where the predictions go: a .csv or .parquet file')
    .option('--model <path>', 'model file inside the workspace (default: the deployed model)')
    .action(async (file: string, options: PredictOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const value = await app.predictFile({
          model:
            options.model === undefined
              ? null
              : insideWorkspace(app.workspace.root, '--model', options.model),
          path: resolve(file),
          out: resolve(options.output),
        });
        const text = [
          `Scored ${formatCount(value.rows)} rows with model ${value.model} in ${formatSeconds(value.seconds)}: ${formatCount(value.leaving)} count as leaving.`,
          ...(value.matched.length > 0 ? [`columns      ${renderMatched(value.matched)}`] : []),
          ...value.unseen.map(unseenText),
          `predictions  ${value.path}`,
        ].join('\n');
        return { value, text };
      });
      finish(options, answer);
    });

function unseenText({ column, rows, values }: UnseenValues): string {
  const which = rows === 1 ? '1 row has a value' : `${formatCount(rows)} rows have values`;
  const named = values.map(({ value, rows: count }) => `${JSON.stringify(value)} ${formatCount(count)}`);
  return `${column}: ${which} that the model does not know (${named.join(', ')})`;
}
