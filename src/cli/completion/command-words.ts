/** What may stand where on the command line, read from the commands themselves; the same for every shell. */
import type { Argument, Command, Option } from 'commander';

/** What a shell offers for a value: names from a list, a folder, a file, a model, or nothing. */
export type ValueKind =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'folder' | 'file' | 'model' | 'none' };

export interface OptionWords {
  /** `--workspace` and `-w`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** null: it takes no value. */
  readonly value: ValueKind | null;
}

export interface CommandWords {
  /** Words after `tidewatch`: `[]` of the program itself, `['models', 'list']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionWords[];
  /** What its arguments are; that of the first where they differ. */
  readonly value: ValueKind;
}

/** Every command of the tree, each before those below it; hidden ones are left out. */
export function commandWords(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command).filter((each) => each.name() !== 'help');
  const [argument] = command.registeredArguments;
  const own: CommandWords = {
    path,
    description: command.summary() || command.description(),
    subcommands: below.map((each) => ({ name: each.name(), description: each.summary() })),
    options: help.visibleOptions(command).map(optionWords),
    value: argument === undefined ? { kind: 'none' } : argumentKind(argument),
  };
  return [own, ...below.flatMap((each) => commandWords(each, [...path, each.name()]))];
}

function optionWords(option: Option): OptionWords {
  const flags = [option.long, option.short].filter((flag) => flag !== undefined && flag !== null);
  const takes = option.required || option.optional;
  return {
    flags,
    description: option.description,
    value: takes ? kindOf(placeholder(option.flags), option.argChoices) : null,
  };
}

function argumentKind(argument: Argument): ValueKind {
  return kindOf(argument.name(), argument.argChoices);
}

/** The name between the brackets of `--model <version>`. */
function placeholder(flags: string): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
}

function kindOf(name: string, choices: readonly string[] | undefined): ValueKind {
  if (choices !== undefined) return { kind: 'choices', choices };
  if (name === 'dir') return { kind: 'folder' };
  if (name === 'file' || name === 'files' || name === 'path') return { kind: 'file' };
  return { kind: name === 'version' || name === 'from' || name === 'to' ? 'model' : 'none' };
}
