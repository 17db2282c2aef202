/** `tidewatch schedule`: let the system's own clock run the process. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadWorkspace } from '../../config/load.ts';
import {
  findInCrontab,
  installInCrontab,
  removeFromCrontab,
  renderCrontabLine,
} from '../../schedule/crontab.ts';
import { readCrontab, writeCrontab } from '../../schedule/crontab-program.ts';
import type { ScheduledCommand } from '../../schedule/scheduled-command.ts';
import { renderService, renderTimer, unitName } from '../../schedule/systemd.ts';
import { type CommandMaker, createVerb, EXIT_HINT, type Finish, type SharedOptions } from '../verb.ts';

const HELP = `
Puts one line for this workspace into the crontab of the user, with absolute paths and a log file in the
workspace; all other lines stay as they are. The run's own lock keeps two runs apart. To run the process inside
the server instead, without cron: tidewatch serve --schedule.

Examples:
  tidewatch schedule install                        every ten minutes
  tidewatch schedule install --cron '0 6 * * 1-5'   at six on weekdays
  tidewatch schedule install --systemd              print a timer and a service instead, and change nothing
  tidewatch schedule show
  tidewatch schedule remove
`;

const EVERY_TEN_MINUTES = '*/10 * * * *';

interface InstallOptions extends SharedOptions {
  readonly cron: string;
  readonly systemd: boolean;
}

export const scheduleCommand: CommandMaker = (_terminal, finish) =>
  new Command('schedule')
    .summary("let the system's own clock run the process")
    .description("let the system's own clock run the process")
    .addHelpText('after', `${HELP}\n${EXIT_HINT}\n`)
    .addCommand(installCommand(finish))
    .addCommand(showCommand(finish))
    .addCommand(removeCommand(finish));

function installCommand(finish: Finish): Command {
  return createVerb({
    name: 'install',
    summary: 'add or change the line of this workspace',
    help: `Examples:\n  tidewatch schedule install\n  tidewatch schedule install --cron '0 6 * * 1-5'`,
  })
    .option('--cron <expression>', 'when to run', EVERY_TEN_MINUTES)
    .option('--systemd', 'print a systemd timer and service instead, and change nothing', false)
    .action(async (options: InstallOptions) => {
      const command = scheduledCommand(options.workspace);
      if (options.systemd) {
        const units = systemdUnits(options.cron, command);
        finish(options, { value: units, text: describeUnits(units) });
        return;
      }
      const line = renderCrontabLine(options.cron, command);
      await writeCrontab(installInCrontab(await readCrontab(), line, command.workspace));
      finish(options, {
        value: { line, log: command.logPath },
        text: `Installed:\n${line}\nIts log: ${command.logPath}`,
      });
    });
}

function showCommand(finish: Finish): Command {
  return createVerb({
    name: 'show',
    summary: 'show the line of this workspace',
    help: 'Example:\n  tidewatch schedule show',
  }).action(async (options: SharedOptions) => {
    const { workspace } = scheduledCommand(options.workspace);
    const entry = findInCrontab(await readCrontab(), workspace);
    const text =
      entry?.line ?? `${workspace} is not in the crontab. Add it with "tidewatch schedule install".`;
    finish(options, { value: { installed: entry !== null, entry }, text });
  });
}

function removeCommand(finish: Finish): Command {
  return createVerb({
    name: 'remove',
    summary: 'take the line of this workspace out',
    help: 'Example:\n  tidewatch schedule remove',
  }).action(async (options: SharedOptions) => {
    const { workspace } = scheduledCommand(options.workspace);
    const crontab = await readCrontab();
    const entry = findInCrontab(crontab, workspace);
    if (entry !== null) await writeCrontab(removeFromCrontab(crontab, workspace));
    const text = entry === null ? `${workspace} is not in the crontab.` : `Removed:\n${entry.line}`;
    finish(options, { value: { removed: entry !== null, entry }, text });
  });
}

/** What the clock is to start: this very program, on this workspace. */
function scheduledCommand(folder: string): ScheduledCommand {
  const { root } = loadWorkspace(folder);
  return {
    nodePath: process.execPath,
    scriptPath: realpathSync(process.argv[1] ?? ''),
    args: ['run'],
    workspace: root,
    logPath: join(root, 'tidewatch.log'),
    environment: {},
  };
}

/** File name to text of the timer and its service. */
function systemdUnits(cron: string, command: ScheduledCommand): Readonly<Record<string, string>> {
  const name = unitName(command.workspace);
  return {
    [`${name}.service`]: renderService(command),
    [`${name}.timer`]: renderTimer(cron, command.workspace),
  };
}

function describeUnits(units: Readonly<Record<string, string>>): string {
  const files = Object.entries(units).map(
    ([name, text]) => `# ~/.config/systemd/user/${name}\n${text.trimEnd()}`,
  );
  const [timer] = Object.keys(units).filter((name) => name.endsWith('.timer'));
  return [...files, `# then: systemctl --user daemon-reload && systemctl --user enable --now ${timer}`].join(
    '\n\n',
  );
}
