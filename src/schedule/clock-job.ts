/** A job that this process starts by the clock, one at a time. */
import { Cron } from 'croner';
import type { Clock } from '../base/clock.ts';
import { asTidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { parseCronExpression } from './cron-expression.ts';

export interface ClockJobOptions {
  /** Five fields, in the time zone of the process: `0 6 * * *` for six every morning. */
  readonly expression: string;
  readonly run: () => Promise<unknown>;
  readonly log: Log;
  readonly clock: Clock;
}

export interface ClockJob {
  /** When the clock starts it next; null once closed. */
  next(): Date | null;
  /** Starts it now, unless it runs already; done when it is. Its errors are logged, not thrown. */
  trigger(): Promise<void>;
  /** Stops the clock and waits for the job that runs. */
  close(): Promise<void>;
}

/**
 * Starts the clock. A tick while the job runs is skipped and said in the log; an error is logged and the clock
 * goes on. Throws `usage` for a bad expression. Must be closed.
 */
export function createClockJob({ expression, run, log, clock }: ClockJobOptions): ClockJob {
  const { text } = parseCronExpression(expression);
  let running: Promise<void> | null = null;
  let closed = false;

  const perform = async (): Promise<void> => {
    const startedMs = clock.elapsedMs();
    try {
      await run();
      log.info({ seconds: (clock.elapsedMs() - startedMs) / 1000 }, 'The scheduled job is done.');
    } catch (error) {
      const { code, message, stack } = asTidewatchError(error);
      log.error({ code, error: message, stack }, 'The scheduled job failed; the clock goes on.');
    }
  };
  const trigger = async (): Promise<void> => {
    if (closed) return;
    if (running !== null) {
      log.warn({ expression: text }, 'A start of the scheduled job is skipped: the one before still runs.');
      return;
    }
    running = perform();
    await running;
    running = null;
  };
  const cron = new Cron(text, { mode: '5-part' }, trigger);

  return {
    next: () => (closed ? null : cron.nextRun(clock.now())),
    trigger,
    close: async () => {
      closed = true;
      cron.stop();
      await running;
    },
  };
}
