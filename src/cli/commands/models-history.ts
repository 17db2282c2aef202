/** `tidewatch models history`: what was live when, and why. */
import type { Command } from 'commander';
import type { DeploymentPage } from '../../pipeline/models/deployment-history.ts';
import { formatScore } from '../../report/text/format.ts';
import { renderTable } from '../../report/text/render-table.ts';
import type { Terminal } from '../terminal.ts';
import { timeText } from '../time-text.ts';
import { createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';
import { wholeNumber } from '../whole-number.ts';

const HELP = `
Lists every deployment, newest first: when, which model, its F1 then, what brought it about (run, deploy, promote or
rollback, by a command, the schedule or the API), and why. A model is live from its deployment to the next one.

Examples:
  tidewatch models history
  tidewatch models history --json | jq '.deployments[] | [.deployedAt, .modelVersion, .reason]'
`;

interface HistoryOptions extends SharedOptions {
  readonly limit: number;
  readonly before?: string;
}

export function historyCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'history', summary: 'what was live when, and why', help: HELP })
    .option('--limit <n>', 'deployments to list', wholeNumber, 20)
    .option('--before <cursor>', 'only older ones: the "next" of the list before, or a time')
    .action(async (options: HistoryOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const { limit, before } = options;
        const page = await app.listDeployments(before === undefined ? { limit } : { limit, before });
        return { value: page, text: renderHistory(page, terminal) };
      });
      finish(options, answer);
    });
}

function renderHistory({ deployments, next }: DeploymentPage, terminal: Terminal): string {
  if (deployments.length === 0) return 'Nothing was deployed yet. "tidewatch run" deploys a first model.';
  const table = renderTable(
    [
      { header: 'deployed' },
      { header: 'model' },
      { header: 'F1', align: 'right' },
      { header: 'by' },
      { header: 'why' },
      { header: '' },
    ],
    deployments.map(({ deployedAt, modelVersion, f1, verb, trigger, reason, live }) => [
      timeText(deployedAt),
      modelVersion,
      formatScore(f1),
      trigger === 'command' ? verb : `${verb} (${trigger})`,
      reason,
      live ? 'live' : '',
    ]),
    terminal,
  );
  return next === null ? table : `${table}\n\nOlder ones: tidewatch models history --before ${next}`;
}
