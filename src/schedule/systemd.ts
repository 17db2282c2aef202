/** The units of a workspace for systemd: a service that runs once, and the timer that starts it. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { EXIT, TidewatchError } from '../base/errors.ts';
import { type CronExpression, parseCronExpression } from './cron-expression.ts';
import {
  checkCommand,
  commandEnvironment,
  commandWords,
  type ScheduledCommand,
} from './scheduled-command.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Name of the workspace's units, without `.service` or `.timer`: two workspaces never share one. */
export function unitName(workspace: string): string {
  const word = basename(workspace).replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  const hash = createHash('sha256').update(workspace).digest('hex').slice(0, 8);
  return `tidewatch-${word === '' ? 'workspace' : word}-${hash}`;
}

/**
 * The text of the `.service`. A run that finds the workspace locked counts as done: the other run does the work. So does
 * one after which somebody must act: it says so every time, and the unit has not failed.
 * Throws `usage` for a path that a unit cannot hold.
 */
export function renderService(command: ScheduledCommand): string {
  checkCommand(command, '');
  const [program = '', ...args] = commandWords(command);
  const environment = Object.entries(commandEnvironment(command)).map(
    ([name, value]) => `Environment=${quote(`${name}=${value}`)}`,
  );
  return [
    '[Unit]',
    `Description=${escapeSpecifiers(`Tidewatch run in ${command.workspace}`)}`,
    'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    `WorkingDirectory=${escapeSpecifiers(command.workspace)}`,
    ...environment,
    `ExecStart=${[quote(program), ...args.map((word) => quote(word.replaceAll('$', '$$$$')))].join(' ')}`,
    `SuccessExitStatus=${EXIT.locked} ${EXIT.attention}`,
    `StandardOutput=append:${escapeSpecifiers(command.logPath)}`,
    `StandardError=append:${escapeSpecifiers(command.logPath)}`,
    '',
  ].join('\n');
}

/** The text of the `.timer` for a cron expression. Throws `usage` for one that systemd has no words for. */
export function renderTimer(expression: string, workspace: string): string {
  return [
    '[Unit]',
    `Description=${escapeSpecifiers(`Clock of the Tidewatch run in ${workspace}`)}`,
    '',
    '[Timer]',
    `OnCalendar=${renderOnCalendar(parseCronExpression(expression))}`,
    'AccuracySec=10s',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n');
}

/** The expression as systemd writes it: `Mon..Fri *-*-* 06:00:00`, each field a star or its values. */
export function renderOnCalendar(cron: CronExpression): string {
  if (!cron.anyDay && !cron.anyWeekday) {
    throw new TidewatchError(
      'usage',
      `systemd cannot say "${cron.text}": cron runs when the day of the month or the weekday fits, a timer only ` +
        'when both do. Restrict one of the two fields, or install it in the crontab.',
    );
  }
  const weekdays =
    cron.weekdays.length === 7 ? '' : `${cron.weekdays.map((day) => WEEKDAYS[day]).join(',')} `;
  const date = `*-${renderValues(cron.months, 12)}-${renderValues(cron.days, 31)}`;
  return `${weekdays}${date} ${renderValues(cron.hours, 24)}:${renderValues(cron.minutes, 60)}:00`;
}

function renderValues(values: readonly number[], all: number): string {
  return values.length === all ? '*' : values.map((value) => String(value).padStart(2, '0')).join(',');
}

/** Quotes a word for a unit file (systemd.syntax(7)): within double quotes, with C's escapes. */
function quote(word: string): string {
  return `"${escapeSpecifiers(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** systemd puts something in the place of `%h` and its like everywhere. */
function escapeSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
