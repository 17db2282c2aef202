/** `tidewatch deploy`: put the trained model into production. */
import { formatScore } from '../../report/text/format.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Copies trainedmodel.json, latestscore.txt and ingestedfiles.txt to prod_deployment_path, all three at once: a
reader sees the old deployment or the new one, never a mixture, even if the machine stops half-way. A model
without a score on the test data is refused. A running server takes the new model up by itself.

"tidewatch run" compares the models before it deploys; this command deploys what you tell it to.

Examples:
  tidewatch deploy
  tidewatch deploy --reason "checked by hand"
`;

interface DeployOptions extends SharedOptions {
  readonly reason: string;
}

export const deployCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'deploy', summary: 'put the trained and scored model into production', help: HELP })
    .option('--reason <text>', 'why, for the history of deployments', 'deployed by hand')
    .action(async (options: DeployOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.deploy(options.reason);
        const text = `Model ${summary.modelVersion} is live (F1 ${formatScore(summary.f1)}), deployment ${summary.id}.`;
        return { value: summary, text };
      });
      finish(options, answer);
    });
