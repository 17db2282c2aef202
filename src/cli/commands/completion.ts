/** `tidewatch completion`: a script that lets a shell complete commands, options, files and models. */
import { Argument, Command, Option } from 'commander';
import { commandWords } from '../completion/command-words.ts';
import { dynamicWords } from '../completion/dynamic-words.ts';
import { renderCompletion, SHELLS, type Shell } from '../completion/shell-script.ts';
import { type CommandMaker, EXIT_HINT } from '../verb.ts';

const HELP = `
Prints a script that lets the shell complete commands, options, choices, files and the names of models.

Install it:
  bash   tidewatch completion bash > ~/.local/share/bash-completion/completions/tidewatch
         (or, for this shell only: source <(tidewatch completion bash))
  zsh    tidewatch completion zsh > ~/.zfunc/_tidewatch
         (with "fpath+=~/.zfunc; autoload -Uz compinit; compinit" in ~/.zshrc)
  fish   tidewatch completion fish > ~/.config/fish/completions/tidewatch.fish
Make it again after an upgrade.
`;

export const completionCommand: CommandMaker = (terminal) =>
  new Command('completion')
    .summary('let the shell complete commands, files and models')
    .description('let the shell complete commands, files and models')
    .addArgument(new Argument('[shell]', 'which shell').choices(SHELLS))
    .addOption(new Option('--words <kind>', 'what scripts ask for').choices(['models']).hideHelp())
    .addOption(new Option('-w, --workspace <dir>', 'where the models are').default('.').hideHelp())
    .addHelpText('after', `${HELP}\n${EXIT_HINT}\n`)
    .action(async (shell: Shell | undefined, options: CompletionOptions, command: Command) => {
      if (options.words !== undefined) {
        terminal.out.write(await dynamicWords(['-w', options.workspace]));
        return;
      }
      if (shell === undefined) command.error(`error: say which shell: ${SHELLS.join(', ')}`, { exitCode: 2 });
      terminal.out.write(renderCompletion(commandWords(rootOf(command)), shell));
    });

interface CompletionOptions {
  readonly words?: string;
  readonly workspace: string;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
