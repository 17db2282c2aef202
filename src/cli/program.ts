/** The command line as a whole: its commands, its help, and how an error becomes text and an exit code. */
import { Command, CommanderError, Help, type Option } from 'commander';
import { asTidewatchError, EXIT, TidewatchError } from '../base/errors.ts';
import { packageVersion } from '../base/package-info.ts';
import { callCommand } from './commands/call.ts';
import { columnsCommand } from './commands/columns.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { dbCommand } from './commands/db.ts';
import { demoCommand } from './commands/demo.ts';
import { deployCommand } from './commands/deploy.ts';
import { diagnoseCommand } from './commands/diagnose.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { ingestCommand } from './commands/ingest.ts';
import { initCommand } from './commands/init.ts';
import { modelsCommand } from './commands/models.ts';
import { predictCommand } from './commands/predict.ts';
import { publishCommand } from './commands/publish.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { reportCommand } from './commands/report.ts';
import { risksCommand } from './commands/risks.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { scoreCommand } from './commands/score.ts';
import { serveCommand } from './commands/serve.ts';
import { sourcesCommand } from './commands/sources.ts';
import { trainCommand } from './commands/train.ts';
import { trendsCommand } from './commands/trends.ts';
import { watchCommand } from './commands/watch.ts';
import { safeTerminal } from './safe-terminal.ts';
import type { Terminal } from './terminal.ts';
import { type CommandMaker, type Finish, printAnswer } from './verb.ts';

/** By what people come for, and in the order of a first day with the system; the help lists them so. */
const GROUPS: Readonly<Record<string, readonly CommandMaker[]>> = {
  'Begin:': [demoCommand, initCommand, columnsCommand, sourcesCommand],
  'For who cares for clients:': [risksCommand, explainCommand, predictCommand, publishCommand],
  'For who watches the model:': [
    trendsCommand,
    watchCommand,
    modelsCommand,
    quarantineCommand,
    diagnoseCommand,
    reportCommand,
    exportCommand,
  ],
  'For who keeps it running:': [
    runCommand,
    runsCommand,
    serveCommand,
    scheduleCommand,
    doctorCommand,
    configCommand,
    dbCommand,
    callCommand,
    completionCommand,
  ],
  'Single steps of a run:': [ingestCommand, trainCommand, scoreCommand, deployCommand],
};

const EPILOGUE = `
First steps:
  tidewatch demo              see the whole process on data made for the purpose
  tidewatch init              make a workspace in this folder
  tidewatch run               do the whole process: new data, drift, retraining, deployment, report
  tidewatch risks             whom to call today, and why
  tidewatch serve --schedule  do it every ten minutes, and answer over HTTP
  tidewatch doctor            what is wrong with a workspace, and how to mend it

Exit codes:
  0  done (also when there was nothing to do)
  1  something that should not happen      2  usage or configuration      3  the data was refused
  4  another run holds the lock            5  what was asked for is not there yet
  6  a server or a request failed          7  state store or disk
  8  the doctor found problems             9  done, and somebody must act: the first line says why
  130  interrupted
`;

/** Runs the command line on `args` and gives the exit code. Nothing is thrown. */
export async function runProgram(args: readonly string[], given: Terminal): Promise<number> {
  const terminal = safeTerminal(given);
  let exit: number = EXIT.ok;
  const program = createProgram(terminal, (options, answer) => {
    exit = printAnswer(terminal, options, answer);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportFailure(terminal, args, asTidewatchError(thrown));
    if (thrown.exitCode === 0) return EXIT.ok;
    // Its text is on standard error already.
    printFailure(terminal, args, new TidewatchError('usage', thrown.message.replace(/^error: /, '')));
    return EXIT.usage;
  }
}

function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('tidewatch')
    .description(
      'Know which clients are about to leave, why, and when the model that says so has stopped being right.',
    )
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', EPILOGUE);
  for (const [group, makers] of Object.entries(GROUPS)) {
    for (const make of makers) program.addCommand(make(terminal, finish).helpGroup(group));
  }
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((each) => each.commands),
  ]) {
    command
      .exitOverride()
      .showHelpAfterError('(add --help for what it takes)')
      .configureHelp({ minWidthToWrap: 20, optionDescription: describeOption })
      .configureOutput({
        writeOut: (text) => terminal.out.write(text),
        writeErr: (text) => terminal.err.write(text),
        getOutHelpWidth: () => Math.min(terminal.width, 110),
      });
  }
  return program;
}

/** As commander has it, without saying of a switch that it is off. */
function describeOption(option: Option): string {
  return new Help().optionDescription(option).replace(/,? ?\(?default: false\)?/, '');
}

/** Tells a failure: text on standard error, and the documented object on standard output with --json. */
function reportFailure(terminal: Terminal, args: readonly string[], error: TidewatchError): number {
  terminal.err.write(`tidewatch: ${error.message}\n`);
  if (error.code === 'internal' && error.cause instanceof Error) terminal.err.write(`${error.cause.stack}\n`);
  printFailure(terminal, args, error);
  return error.exit;
}

function printFailure(terminal: Terminal, args: readonly string[], error: TidewatchError): void {
  if (!args.includes('--json')) return;
  const { code, message, details } = error;
  terminal.out.write(`${JSON.stringify({ error: { code, message, details } }, null, 2)}\n`);
}
