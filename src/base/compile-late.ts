/** Tells the engine to spend less on making code fast that is run for a second. */
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function runs before it is optimised: eight times what the engine is set to. */
const BUDGET = 1_000_000;

/**
 * A command lasts a second or two, of which the engine spends a fifth on optimising code that then hardly runs. What
 * is hot for long, such as a fit, is optimised all the same, a millisecond later. For all threads of the process.
 */
export function compileLate(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
