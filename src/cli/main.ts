#!/usr/bin/env node
/** The `tidewatch` command. */
import { compileLate } from '../base/compile-late.ts';
import { asTidewatchError } from '../base/errors.ts';
import { processTerminal } from './terminal.ts';

compileLate();
const args = process.argv.slice(2);
const terminal = processTerminal();
try {
  if (args[0] === 'completion' && args[1] === '--words') {
    // Somebody waits with a finger on the tab key: the rest of the program is not loaded.
    const { dynamicWords } = await import('./completion/dynamic-words.ts');
    terminal.out.write(await dynamicWords(args));
  } else {
    const { runProgram } = await import('./program.ts');
    process.exitCode = await runProgram(args, terminal);
  }
} catch (thrown) {
  // The program itself could not be loaded.
  const { message, exit } = asTidewatchError(thrown);
  terminal.err.write(`tidewatch: ${message}\n`);
  process.exitCode = exit;
}
