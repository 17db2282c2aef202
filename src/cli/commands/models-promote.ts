/** `tidewatch models promote` and `rollback`: make a stored model live, by a name of it. */
import type { Command } from 'commander';
import type { PromotionSummary } from '../../pipeline/models/promote.ts';
import { formatCount, formatScore } from '../../report/text/format.ts';
import { confirm } from '../confirm.ts';
import type { Terminal } from '../terminal.ts';
import { type Answer, createVerb, type Finish, type SharedOptions, withApp } from '../verb.ts';

const PROMOTE_HELP = `
Makes any model that was ever trained live: it is scored on the test data of today, and its document, its score and the
list of files that it was trained on go live together or not at all. A running server takes it up by itself. The model
may be named by its version, by the beginning of it, or as challenger or previous.

An open challenge ends: as promoted where its challenger goes live, else as superseded.

Examples:
  tidewatch models promote 3f2a9c01b7de --reason "the newer one flags too many" --yes
  tidewatch models promote challenger
`;

const ROLLBACK_HELP = `
Makes the model live again that was live before the present one, as "tidewatch models promote previous" does; a second
rollback goes one further back. It is refused where no model was live before.

Examples:
  tidewatch models rollback --reason "complaints from the branch in Leeds"
`;

interface PromoteOptions extends SharedOptions {
  readonly reason: string;
  readonly yes: boolean;
}

export function promoteCommand(terminal: Terminal, finish: Finish): Command {
  return withReason(createVerb({ name: 'promote', summary: 'make a stored model live', help: PROMOTE_HELP }))
    .argument('<version>', 'the model: a version, the beginning of one, challenger or previous')
    .action(async (name: string, options: PromoteOptions) => {
      finish(options, await change(terminal, options, name));
    });
}

export function rollbackCommand(terminal: Terminal, finish: Finish): Command {
  const text = {
    name: 'rollback',
    summary: 'make the model live again that was live before',
    help: ROLLBACK_HELP,
  };
  return withReason(createVerb(text)).action(async (options: PromoteOptions) => {
    finish(options, await change(terminal, options, null));
  });
}

function withReason(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for the history of deployments', 'decided by hand')
    .option('-y, --yes', 'do not ask', false);
}

/** Asks, then makes live the model of a name, or the one before (null). */
function change(terminal: Terminal, options: PromoteOptions, name: string | null): Promise<Answer> {
  return withApp(terminal, options, async (app) => {
    if (terminal.input !== undefined && !options.yes && !options.json) {
      const { version, createdAt, f1, live } = await app.showModel(name ?? 'previous');
      const score = f1 === null ? 'not scored yet' : `last F1 ${formatScore(f1)}`;
      const question = `Make model ${version} (trained ${createdAt.slice(0, 10)}, ${score}) live?`;
      if (!live) await confirm(terminal.input, terminal.err, question);
    }
    const { reason } = options;
    const summary = name === null ? await app.rollback(reason) : await app.promote(name, reason);
    return { value: summary, text: renderPromotion(summary) };
  });
}

function renderPromotion({ kind, model, replaced, f1, rows, deployment }: PromotionSummary): string {
  if (kind === 'already-live') return `Model ${model} is live already. Nothing was done.`;
  const instead = replaced === null ? '' : ` instead of ${replaced}`;
  const how = kind === 'rolled-back' ? 'live again' : 'live';
  return (
    `Model ${model} is ${how}${instead}: F1 ${formatScore(f1)} on ${formatCount(rows)} test rows, deployment ` +
    `${deployment?.id ?? 'unknown'}.`
  );
}
