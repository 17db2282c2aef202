/**
 * The entry of a workspace in a user's crontab, text to text. Runs need no lock here (flock is not on every
 * system): the run lock of the workspace also keeps apart what a person, a server or systemd starts.
 */
import { TidewatchError } from '../base/errors.ts';
import { parseCronExpression } from './cron-expression.ts';
import {
  checkCommand,
  commandEnvironment,
  commandWords,
  type ScheduledCommand,
} from './scheduled-command.ts';

/** Longest command that cron takes (MAX_COMMAND of Vixie's cron and its heirs, less the end). */
const LONGEST_COMMAND = 998;

/** What a crontab says about a workspace. */
export interface CrontabEntry {
  readonly expression: string;
  /** The whole line, as it stands in the crontab. */
  readonly line: string;
}

/**
 * The line for the crontab, without its line break. It ends in a shell comment that names the workspace, by which
 * it is found again. Throws `usage` for a bad expression, and for a command that no crontab can hold: with a
 * control character, a backslash (crons differ in how they read `\\`) or more than 998 characters.
 */
export function renderCrontabLine(expression: string, command: ScheduledCommand): string {
  const { text } = parseCronExpression(expression);
  checkCommand(command, '\\');
  const variables = Object.entries(commandEnvironment(command)).map(
    ([name, value]) => `${name}=${quoteForShell(value)}`,
  );
  const words = commandWords(command).map(quoteForShell);
  const shell = [...variables, ...words, '>>', quoteForShell(command.logPath), '2>&1'].join(' ');
  const escaped = escapePercent(`${shell} ${marker(command.workspace)}`);
  if (Buffer.byteLength(escaped) > LONGEST_COMMAND) throw tooLong(escaped);
  return `${text} ${escaped}`;
}

/** The crontab with `line` as the one entry of the workspace: in the place of the old one, or at the end. */
export function installInCrontab(crontab: string, line: string, workspace: string): string {
  const lines = linesOf(crontab);
  const place = lines.findIndex((old) => isEntry(old, workspace));
  if (place < 0) {
    const gap = crontab === '' || crontab.endsWith('\n') ? '' : '\n';
    return `${crontab}${gap}${line}\n`;
  }
  return lines
    .flatMap((old, index) => (index === place ? [`${line}\n`] : isEntry(old, workspace) ? [] : [old]))
    .join('');
}

/** The crontab without the entry of the workspace; all other lines stay byte for byte. */
export function removeFromCrontab(crontab: string, workspace: string): string {
  return linesOf(crontab)
    .filter((line) => !isEntry(line, workspace))
    .join('');
}

/** The entry of the workspace; null where there is none, or where it is commented out. */
export function findInCrontab(crontab: string, workspace: string): CrontabEntry | null {
  const found = linesOf(crontab).find(
    (line) => isEntry(line, workspace) && !line.trimStart().startsWith('#'),
  );
  if (found === undefined) return null;
  const line = found.trimEnd();
  return { expression: line.trimStart().split(/\s+/).slice(0, 5).join(' '), line };
}

/** Quotes a word for a POSIX shell; plain words stay as they are. */
function quoteForShell(word: string): string {
  return /^[A-Za-z0-9_/:=.,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A percent sign is a line break to cron, also within quotes. */
function escapePercent(text: string): string {
  return text.replaceAll('%', '\\%');
}

function marker(workspace: string): string {
  return `# tidewatch: ${workspace}`;
}

function isEntry(line: string, workspace: string): boolean {
  return line.trimEnd().endsWith(` ${escapePercent(marker(workspace))}`.trimEnd());
}

/** Lines with their line breaks. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function tooLong(command: string): TidewatchError {
  return new TidewatchError(
    'usage',
    `The crontab line would have a command of ${Buffer.byteLength(command)} bytes; cron takes ${LONGEST_COMMAND}. ` +
      'Use a workspace or an installation with a shorter path, or a systemd timer.',
  );
}
