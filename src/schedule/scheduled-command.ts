/** The command that the clock of the operating system starts, where it works and where its output goes. */
import { dirname, isAbsolute } from 'node:path';
import { TidewatchError } from '../base/errors.ts';

/** All paths are absolute: a clock starts commands in another folder and with another PATH than a person has. */
export interface ScheduledCommand {
  readonly nodePath: string;
  readonly scriptPath: string;
  /** What follows the script, without the workspace: `['run']`. */
  readonly args: readonly string[];
  readonly workspace: string;
  /** File that the output is appended to. */
  readonly logPath: string;
  /** Variables that the command needs beside PATH; no secrets, since others may read the schedule. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The words of the command: Node, the script, its arguments and the workspace. */
export function commandWords(command: ScheduledCommand): readonly string[] {
  return [command.nodePath, command.scriptPath, ...command.args, '--workspace', command.workspace];
}

/** The variables of the command, with a PATH that finds the same Node and the system's programs. */
export function commandEnvironment(command: ScheduledCommand): Readonly<Record<string, string>> {
  const path = [...new Set([dirname(command.nodePath), '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
  return { PATH: path, ...command.environment };
}

/**
 * Throws `usage` for a path that is not absolute, for a character that a line of a schedule cannot hold (a line
 * break, another control character, or one of `refused`), and for a name that is no variable's.
 */
export function checkCommand(command: ScheduledCommand, refused: string): void {
  for (const key of ['nodePath', 'scriptPath', 'workspace', 'logPath'] as const) {
    if (!isAbsolute(command[key])) throw unusable(key, command[key], 'an absolute path');
  }
  const environment = commandEnvironment(command);
  for (const name of Object.keys(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw unusable('environment', name, 'the name of a variable');
  }
  for (const text of [...commandWords(command), command.logPath, ...Object.values(environment)]) {
    const bad = [...text].find((character) => /\p{Cc}/u.test(character) || refused.includes(character));
    if (bad !== undefined) throw unusable('command', text, `a text without ${JSON.stringify(bad)}`);
  }
}

function unusable(key: string, value: string, expected: string): TidewatchError {
  return new TidewatchError(
    'usage',
    `The schedule cannot hold ${JSON.stringify(value)} (${key}); expected ${expected}. Move or rename it, then ` +
      'install the schedule again.',
    { details: { key, value } },
  );
}
