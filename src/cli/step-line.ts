/** One line on standard error that says what is being done now; it is drawn only on a terminal. */
import type { ProgressEvent } from '../base/progress.ts';
import type { Terminal } from './terminal.ts';

export interface StepLine {
  show(event: ProgressEvent): void;
  clear(): void;
}

const REDRAW_MS = 100;

/** Draws at most ten times a second. Without a terminal it draws nothing. */
export function createStepLine(terminal: Terminal): StepLine {
  if (!terminal.interactive) return { show: () => undefined, clear: () => undefined };
  let drawn = false;
  let last = Number.NEGATIVE_INFINITY;
  return {
    show: (event) => {
      const now = performance.now();
      if (now - last < REDRAW_MS && event.unit !== 'steps') return;
      last = now;
      drawn = true;
      terminal.err.write(`\r\u001b[K${describeEvent(event).slice(0, terminal.width - 1)}`);
    },
    clear: () => {
      if (drawn) terminal.err.write('\r\u001b[K');
      drawn = false;
    },
  };
}

/** `reading part3.csv  42 %`, or the count where the total is not known. */
export function describeEvent(event: ProgressEvent): string {
  if (event.unit === 'steps') return `${event.label} ...`;
  if (event.total !== undefined && event.total > 0) {
    return `${event.label}  ${Math.floor((100 * event.done) / event.total)} %`;
  }
  return `${event.label}  ${event.done.toLocaleString('en-US')} ${event.unit}`;
}
