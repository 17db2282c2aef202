/** One line on standard error that says what is being done now; it is drawn only on a terminal. */
import type { ProgressEvent } from '../base/progress.ts';
import { cutToWidth, safeText } from '../report/text/display-width.ts';
import { createPaceMeter } from './pace.ts';
import { renderProgress } from './progress-text.ts';
import { CLEAR_LINE } from './safe-terminal.ts';
import { speaksUnicode, type Terminal } from './terminal.ts';

export interface StepLine {
  show(event: ProgressEvent): void;
  /** Draws a text in its place at once. */
  say(text: string): void;
  clear(): void;
}

const REDRAW_MS = 100;
/** The last column stays free: a terminal would begin a new line there. */
const SPARE = 1;

/**
 * Draws at most ten times a second, and each step as it begins. Without a terminal it draws nothing. An event that
 * comes too soon costs a look at the clock.
 */
export function createStepLine(
  terminal: Pick<Terminal, 'err' | 'interactive' | 'errWidth' | 'width' | 'env'>,
  nowMs: () => number = () => performance.now(),
): StepLine {
  if (!terminal.interactive) return { show: () => undefined, say: () => undefined, clear: () => undefined };
  const unicode = speaksUnicode(terminal.env);
  const paceOf = createPaceMeter();
  let drawn = false;
  let last = Number.NEGATIVE_INFINITY;
  const width = () => (terminal.errWidth?.() ?? terminal.width) - SPARE;
  const draw = (line: string) => {
    drawn = true;
    terminal.err.write(`${CLEAR_LINE}${line}`);
  };
  return {
    show: (event) => {
      const now = nowMs();
      if (now - last < REDRAW_MS && event.unit !== 'steps') return;
      last = now;
      draw(renderProgress(event, paceOf(event, now), { width: width(), unicode }));
    },
    say: (text) => draw(cutToWidth(safeText(text), width(), unicode ? '…' : '~')),
    clear: () => {
      if (drawn) terminal.err.write(CLEAR_LINE);
      drawn = false;
    },
  };
}
