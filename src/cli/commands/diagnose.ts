/** `tidewatch diagnose`: the state of data, model, timings and dependencies. */
import type { DiagnoseSummary } from '../../app.ts';
import { formatCount, formatNumber, formatPercent, formatSeconds } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { CommandMaker } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Tells: the predictions of the deployed model for the test data (or for --data); mean, median and standard
deviation of every numeric column and the share of missing values of every column of the latest snapshot; how long
ingestion and training took when they last ran; and which dependencies are behind npm's latest.

The predictions are in the --json form, one a row in the order of the data.

Examples:
  tidewatch diagnose
  tidewatch diagnose --json --data sourcedata | jq .predictions
`;

interface DiagnoseOptions extends SharedOptions {
  readonly data?: string;
}

export const diagnoseCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'diagnose', summary: 'the state of data, model, timings and dependencies', help: HELP })
    .option('--data <path>', 'file or folder of the workspace to predict (default: test_data_path)')
    .action(async (options: DiagnoseOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.diagnose(options.data ?? null);
        return { value: summary, text: renderDiagnostics(summary, terminal) };
      });
      finish(options, answer);
    });
