/** Keeps what a run logs in the store: in batches, up to a number of lines, without secrets, and never at the run's cost. */
import type { Clock } from '../../base/clock.ts';
import { asTidewatchError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { LineLevel, LogLine, RunLogStore } from '../../store/port/run-logs.ts';

export interface LogRecorder {
  /** Takes a line of a step; null: of none, or it is not known of which. */
  take(level: LineLevel, message: string, step: string | null): void;
  /** Writes what is left and says how the run ended; of it nothing more is taken. */
  close(succeeded: boolean): Promise<void>;
}

export interface RecorderDeps {
  readonly store: Pick<RunLogStore, 'recordLog' | 'endLog'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Hears at debug when the store did not take lines. */
  readonly log: Pick<Log, 'debug'>;
  /** Hears of each line that is kept. */
  readonly report: (line: LogLine) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface RecorderOptions {
  readonly runId: string;
  /** Logs of so many runs that succeeded stay, and of as many others; 0: nothing is kept. */
  readonly keepRuns: number;
  /** Whether lines for whoever looks for a fault are kept as well. */
  readonly debug: boolean;
}

/** Lines of a run that are kept; warnings and errors have some more room. */
export const MAX_LINES = 2000;
export const MAX_WARNINGS = 500;
const LONGEST_MESSAGE = 4000;
/** Lines are written together: when so many wait, or after so long. */
const BATCH = 200;
const WRITE_EVERY_MS = 1000;

export function createLogRecorder(
  deps: RecorderDeps,
  { runId, keepRuns, debug }: RecorderOptions,
): LogRecorder {
  let waiting: LogLine[] = [];
  let place = 0;
  let warnings = 0;
  let dropped = 0;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const write = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const lines = waiting;
    waiting = [];
    writing = writing
      .then(() => deps.store.recordLog(runId, lines))
      .catch((thrown: unknown) => {
        dropped += lines.length;
        deps.log.debug({}, `${lines.length} log lines were not kept: ${asTidewatchError(thrown).message}`);
      });
  };
  const hasRoom = (level: LineLevel): boolean => {
    if (place < MAX_LINES) return true;
    if (level !== 'warn' && level !== 'error') return false;
    return ++warnings <= MAX_WARNINGS;
  };
  return {
    take: (level, message, step) => {
      if (closed || keepRuns === 0 || (level === 'debug' && !debug)) return;
      if (!hasRoom(level)) {
        dropped++;
        return;
      }
      const text = shorten(deps.redact(message));
      const line: LogLine = {
        place: place++,
        at: deps.clock.now().toISOString(),
        level,
        step,
        message: text,
      };
      waiting.push(line);
      deps.report(line);
      if (waiting.length >= BATCH) write();
      else timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
    },
    close: async (succeeded) => {
      closed = true;
      write();
      await writing;
      if (keepRuns === 0 && place === 0) return;
      await deps.store.endLog(runId, { succeeded, dropped }, keepRuns).catch((thrown: unknown) => {
        deps.log.debug({}, `The end of the log was not kept: ${asTidewatchError(thrown).message}`);
      });
    },
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}...`;
}
