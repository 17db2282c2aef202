/** `tidewatch publish`: the scores of all clients into a table of another database. */
import { formatCount } from '../../report/text/format.ts';
import { type CommandMaker, createVerb, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Writes every client of the latest data who has not left with its risk by the deployed model, its place, its reasons,
the model's version and the time into the table that "publish" in config.json names, in PostgreSQL, MySQL, MariaDB or SQLite, so that a CRM
or a dashboard can read it there. In one transaction: a reader sees the old rows or the new ones. Doing it again changes
nothing but the time. "tidewatch run" does it by itself whenever there is something new.

Examples:
  tidewatch publish
`;

export const publishCommand: CommandMaker = (terminal, finish) =>
  createVerb({
    name: 'publish',
    summary: 'write the scores of all clients into a database',
    help: HELP,
  }).action(async (options: SharedOptions) => {
    const answer = await withApp(terminal, options, async (app) => {
      const value = await app.publish();
      const { clients, table, place, mode } = value;
      return { value, text: `${formatCount(clients)} clients written to ${table} at ${place} (${mode}).` };
    });
    finish(options, answer);
  });
