/** `tidewatch report`: draw the report from the stored values. */
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Writes confusionmatrix.png to output_model_path from the stored score of the deployed model (or of the trained
one, where none is deployed). It computes nothing anew: equal values give an equal picture, byte for byte.

Example:
  tidewatch report
`;

export const reportCommand: CommandMaker = (terminal, finish) =>
  createVerb({ name: 'report', summary: 'draw the report from the stored values', help: HELP }).action(
    async (options: SharedOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.report();
        return { value: summary, text: summary.files.map((path) => `wrote ${path}`).join('\n') };
      });
      finish(options, answer);
    },
  );
