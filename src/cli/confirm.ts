/** Asks a person at a terminal whether to go on. */
import { createInterface } from 'node:readline/promises';
import { TidewatchError } from '../base/errors.ts';
import type { Terminal } from './terminal.ts';

/** Asks and waits for "y" or "yes"; any other answer is `usage`, and so is the end of the input. */
export async function confirm(
  input: NodeJS.ReadableStream,
  out: Terminal['err'],
  question: string,
): Promise<void> {
  const reader = createInterface({ input });
  try {
    out.write(`${question} [y/N] `);
    const closed = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    const answer = await Promise.race([reader.question(''), closed]);
    if (/^\s*y(es)?\s*$/i.test(answer)) return;
    throw new TidewatchError('usage', 'Not confirmed, so nothing was done. Answer "y", or give --yes.');
  } finally {
    reader.close();
  }
}
