/** A log that is also heard by the run under way: one runs at a time in a process, so what is logged meanwhile is of it. */
import type { Log } from '../../base/log.ts';
import type { LineLevel } from '../../store/port/run-logs.ts';

/** Hears of a line; `step` where the details name it. */
export type LineListener = (level: LineLevel, message: string, details: object) => void;

export interface LogJournal {
  /** Passes everything on. */
  readonly log: Log;
  /** Tells each line from now on, until the function that it returns is called. */
  follow(listener: LineListener): () => void;
}

export function createLogJournal(log: Log): LogJournal {
  const listeners = new Set<LineListener>();
  const passing =
    (level: LineLevel) =>
    (details: object, message = ''): void => {
      log[level](details, message);
      for (const listener of listeners) listener(level, message, details);
    };
  return {
    log: {
      debug: passing('debug'),
      info: passing('info'),
      warn: passing('warn'),
      error: passing('error'),
    },
    follow: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
