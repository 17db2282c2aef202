/** What every command has in common: the shared options, one object with --json, and the app it works with. */
import { Command, Option } from 'commander';
import type { App } from '../app.ts';
import type { LogLevel } from '../base/log.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import { createStepLine } from './step-line.ts';
import type { Terminal } from './terminal.ts';
import { reportWaits } from './wait-line.ts';

/** Options that every command takes. */
export interface SharedOptions {
  readonly workspace: string;
  readonly json: boolean;
  readonly log: LogLevel;
}

/** What a command ends with: the object for --json, and the text for people. */
export interface Answer {
  readonly value: unknown;
  readonly text: string;
  /** True: the text is CSV, which may go into a file. */
  readonly isData?: boolean;
  /** Exit code where it is not 0 although nothing failed. */
  readonly exit?: number;
}

/** What a command's action hands its answer to. */
export type Finish = (options: { readonly json: boolean }, answer: Answer) => void;
export type CommandMaker = (terminal: Terminal, finish: Finish) => Command;

export interface VerbText {
  readonly name: string;
  /** One line, shown in the list of commands. */
  readonly summary: string;
  /** What it does and why one would want it, then examples. */
  readonly help: string;
}

/** Where the help of a command leads for what its exit code means. */
export const EXIT_HINT = 'Exit codes: 0 done, others as "tidewatch --help" lists them.';

/** A command with the shared options; the caller adds its own options and its action. */
export function createVerb(verb: VerbText): Command {
  return new Command(verb.name)
    .summary(verb.summary)
    .description(verb.summary)
    .option('-w, --workspace <dir>', 'folder with config.json', '.')
    .option('--json', 'print one JSON object on standard output, and nothing else there', false)
    .addOption(
      new Option('--log <level>', 'what to log on standard error, one JSON object a line')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('silent'),
    )
    .addHelpText('after', `\n${verb.help.trim()}\n\n${EXIT_HINT}\n`.replace(/\n{3,}/g, '\n\n'));
}

/** Prints an answer as asked for and gives the exit code. */
export function printAnswer(
  terminal: Terminal,
  options: Pick<SharedOptions, 'json'>,
  answer: Answer,
): number {
  const text = options.json ? JSON.stringify(answer.value, null, 2) : answer.text.trimEnd();
  const out = answer.isData === true && !options.json ? (terminal.data ?? terminal.out) : terminal.out;
  out.write(`${text}\n`);
  return answer.exit ?? 0;
}

/** Opens the app of the workspace, does `body` with it, and closes it, whatever happens. */
export async function withApp(
  terminal: Terminal,
  options: SharedOptions,
  body: (app: App) => Promise<Answer>,
): Promise<Answer> {
  const { openApp } = await import('../app.ts');
  const line = createStepLine(terminal);
  const isDrawn = options.log === 'silent' && !options.json;
  const progress: Progress = isDrawn ? line.show : silentProgress;
  const app = await openApp({
    workspace: options.workspace,
    logLevel: options.log,
    progress,
    // Otherwise the log says it.
    ...(options.log === 'silent' ? { waiting: reportWaits(terminal, line) } : {}),
    env: terminal.env,
  });
  try {
    return await body(app);
  } finally {
    line.clear();
    await app.close();
  }
}
