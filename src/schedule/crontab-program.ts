/** Reads and writes the user's crontab through the program `crontab`. */
import { spawn } from 'node:child_process';
import { isErrno, TidewatchError } from '../base/errors.ts';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What crons say, by their makers, where the user has no crontab yet. */
const NO_CRONTAB = /no crontab|can't open/i;

/**
 * The text of the user's crontab; empty where there is none yet. Errors: `command-missing` where cron is not
 * installed, `command-failed` where it refuses.
 */
export async function readCrontab(program = 'crontab'): Promise<string> {
  const { code, output, errors } = await execute(program, ['-l'], '');
  if (code === 0) return output;
  if (NO_CRONTAB.test(errors)) return '';
  throw failed(program, 'read', errors);
}

/** Replaces the user's crontab; cron checks it and keeps the old one where it finds a fault. Errors as above. */
export async function writeCrontab(text: string, program = 'crontab'): Promise<void> {
  const { code, errors } = await execute(program, ['-'], text);
  if (code !== 0) throw failed(program, 'written', errors);
}

function execute(program: string, args: readonly string[], input: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, LC_ALL: 'C' } });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.once('error', (error) => reject(missing(program, error)));
    child.once('close', (code) =>
      resolve({
        code,
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8').trim(),
      }),
    );
    // A program that ends without reading breaks the pipe; its exit code says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function missing(program: string, cause: Error): TidewatchError {
  const why = isErrno(cause) && cause.code === 'ENOENT' ? 'is not installed' : `cannot be started`;
  return new TidewatchError(
    'command-missing',
    `The program "${program}" ${why} (${cause.message}). Install cron (the package is called cron, cronie or ` +
      'vixie-cron), use a systemd timer, or let the server keep the time with "tidewatch serve --schedule".',
    { cause, details: { program } },
  );
}

function failed(program: string, done: string, errors: string): TidewatchError {
  return new TidewatchError(
    'command-failed',
    `The crontab could not be ${done}: "${program}" said "${errors}". Check that this user may use cron ` +
      '(cron.allow, cron.deny); nothing was changed.',
    { details: { program, errors } },
  );
}
