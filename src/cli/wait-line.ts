/** Tells a person that the server of the state is waited for: a line that is redrawn, or one as it begins and one as it ends. */
import { type StoreWait, waitText } from '../store/databases/store-wait.ts';
import type { StepLine } from './step-line.ts';
import type { Terminal } from './terminal.ts';

/** What is over sooner nobody needs to hear of. */
const NOTICED_MS = 500;

/**
 * Draws each try on a terminal. Elsewhere, as in the mail of cron, one line says that it waits, however often that is
 * given up and begun again. Both say when the server is back.
 */
export function reportWaits(
  terminal: Pick<Terminal, 'err' | 'interactive'>,
  line: Pick<StepLine, 'say' | 'clear'>,
): (wait: StoreWait) => void {
  let told = false;
  return (wait) => {
    const write = () => terminal.err.write(`tidewatch: ${waitText(wait)}\n`);
    if (wait.kind === 'back') {
      line.clear();
      if (told) write();
      told = false;
      return;
    }
    if (wait.waitedMs < NOTICED_MS) return;
    if (terminal.interactive) line.say(waitText(wait));
    else if (!told) write();
    told = true;
  };
}
