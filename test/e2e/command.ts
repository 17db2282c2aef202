/** Starts the built command as a process of its own and gathers what it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Set to test a command that is installed elsewhere. */
export const OTHER_COMMAND = process.env['TIDEWATCH_TEST_COMMAND'] ?? null;
/** Absolute path of the script under test. */
export const COMMAND = resolve(OTHER_COMMAND ?? 'dist/main.js');

export interface Outcome {
  /** Null where a signal ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves with the text of standard output or error as soon as it fits; rejects when it ends before. */
  says(pattern: RegExp): Promise<string>;
}

/** Starts `tidewatch ...args` with an environment that has nothing of the caller's but its PATH. */
export function start(args: readonly string[], options: CommandOptions = {}): Running {
  const env = { PATH: process.env['PATH'] ?? '', ...options.env };
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const text = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Outcome>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exit, signal) => done({ exit, signal, ...text }));
  });
  const says = (pattern: RegExp): Promise<string> =>
    new Promise((done, failed) => {
      const look = (): void => {
        const found = pattern.exec(text.stdout) ?? pattern.exec(text.stderr);
        if (found === null) return;
        listeners.delete(look);
        done(found[0]);
      };
      listeners.add(look);
      look();
      ended.then(({ exit, stderr }) =>
        failed(new Error(`It ended (${exit}) before it said ${pattern}: ${stderr}`)),
      );
    });
  return { process: child, ended, says };
}

/** Runs `tidewatch ...args` to its end. */
export function tidewatch(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return start(args, options).ended;
}

/** The one JSON object on standard output; throws where there is anything else. */
export function parseAnswer<T = Record<string, unknown>>({ stdout, stderr }: Outcome): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (cause) {
    throw new Error(`Standard output is not one JSON object: ${stdout}\n${stderr}`, { cause });
  }
}
