/** What the command line knows of where it prints: standard output for results, standard error for the rest. */
import { asTidewatchError } from '../base/errors.ts';

export interface Terminal {
  readonly out: { write(text: string): void };
  readonly err: { write(text: string): void };
  /** Standard output for what goes into a file, such as CSV; absent: as `out`. */
  readonly data?: { write(text: string): void };
  /** Whether standard output is a terminal; absent: it is not. */
  readonly isTerminal?: boolean;
  /** Columns of standard output; 100 where it is not a terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether standard error is a terminal where a line may be redrawn. */
  readonly interactive: boolean;
  /** Columns of standard error now, which a person may change; absent: as standard output. */
  readonly errWidth?: () => number;
  /** Where a person at a terminal answers questions; absent where nobody can be asked. */
  readonly input?: NodeJS.ReadableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The terminal of this process. Colour only on a terminal, never with NO_COLOR. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error) => reportLost(error, stderr));
  stderr.on('error', (error) => reportLost(error, null));
  return {
    out: { write: (text) => void stdout.write(text) },
    err: { write: (text) => void stderr.write(text) },
    isTerminal: stdout.isTTY === true,
    width: stdout.columns ?? 100,
    colour: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    interactive: stderr.isTTY === true && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
    errWidth: () => stderr.columns ?? 100,
    ...(stdin.isTTY === true && stderr.isTTY === true ? { input: stdin } : {}),
    env,
  };
}

/**
 * Output that cannot be written stops no work. A reader that has seen enough, as in `tidewatch run | head -1`, is nothing
 * to tell; of all else, such as a full disk, the exit code tells at the end.
 */
function reportLost(error: NodeJS.ErrnoException, stderr: NodeJS.WriteStream | null): void {
  if (error.code === 'EPIPE') return;
  const { message, exit } = asTidewatchError(error);
  stderr?.write(`tidewatch: Not all of the output was written. ${message}\n`);
  process.once('exit', () => {
    process.exitCode = exit;
  });
}

/** Whether the locale is one of UTF-8; where none is set, it is taken to be. */
export function speaksUnicode(env: Terminal['env']): boolean {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}
