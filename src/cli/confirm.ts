/** Asks a person at a terminal whether to go on. */
import { createInterface } from 'node:readline/promises';
import { TidewatchError } from '../base/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Asks and waits for "y" or "yes"; any other answer is `usage` and nothing is done. Without a person at a terminal, or
 * with `yes` given beforehand, nobody is asked.
 */
export async function confirm(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes || terminal.input === undefined) return;
  const reader = createInterface({ input: terminal.input });
  try {
    terminal.err.write(`${question} [y/N] `);
    const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    const answer = await Promise.race([reader.question(''), closed]);
    if (/^\s*y(es)?\s*$/i.test(answer)) return;
    throw new TidewatchError('usage', 'Not confirmed, so nothing was done. Answer "y", or give --yes.');
  } finally {
    reader.close();
  }
}
