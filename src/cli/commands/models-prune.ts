/** `tidewatch models prune`: forget models that nothing needs any more. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatCount } from '../../report/text/format.ts';
import type { Terminal } from '../terminal.ts';
import { createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';

const HELP = `
Every model that was ever trained is kept, so that any can be looked at and promoted. Where that gets too much, this
forgets those that were never live. It keeps every model that was ever live, the challenger, the trained one, those
with a note, and the newest of the others. Scores, checks and the history of deployments stay.

Examples:
  tidewatch models prune
  tidewatch models prune --keep 100 --json
`;

/** About half a megabyte each for boosted trees. */
const KEEP = 50;

interface PruneOptions extends SharedOptions {
  readonly keep: number;
}

export function pruneCommand(terminal: Terminal, finish: Finish): Command {
  return createVerb({ name: 'prune', summary: 'forget models that were never live', help: HELP })
    .option('--keep <n>', 'how many of them to keep, the newest', keepNumber, KEEP)
    .action(async (options: PruneOptions) => {
      const answer = await withApp(terminal, options, async (app) => {
        const summary = await app.pruneModels(options.keep);
        const text = `Forgot ${formatCount(summary.removed.length)} models, kept ${formatCount(summary.kept)}.`;
        return { value: summary, text };
      });
      finish(options, answer);
    });
}

function keepNumber(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0) return value;
  throw new InvalidArgumentError('Expected a whole number from 0.');
}
