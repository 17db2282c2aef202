import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { createClockJob } from './clock-job.ts';

const MINUTE = 60_000;

/** A log that keeps its lines. */
function keepingLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (details: object, message?: string) => {
    lines.push(`${level}: ${message} ${JSON.stringify(details)}`);
  };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

/** A promise that the test settles. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('a clock job', () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date(2026, 2, 1, 8, 5) }));
  afterEach(() => void vi.useRealTimers());

  it('starts at each time of its expression and says when the next one is', async () => {
    const starts: Date[] = [];
    const job = createClockJob({
      expression: '*/10 * * * *',
      run: async () => starts.push(new Date()),
      log: keepingLog(),
      clock: systemClock,
    });
    expect(job.next()).toEqual(new Date(2026, 2, 1, 8, 10));
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(starts.map((time) => time.getMinutes())).toEqual([10, 20, 30]);
    expect(job.next()).toEqual(new Date(2026, 2, 1, 8, 40));
    await job.close();
  });

  it('never runs twice at once: a tick while it runs is skipped and said', async () => {
    const log = keepingLog();
    const gates = [gate(), gate()];
    let starts = 0;
    const job = createClockJob({
      expression: '* * * * *',
      run: async () => gates[starts++]?.promise,
      log,
      clock: systemClock,
    });
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    await job.trigger();
    expect(starts).toBe(1);
    expect(log.lines.filter((line) => line.startsWith('warn') && line.includes('skipped'))).toHaveLength(3);
    gates[0]?.open();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(starts).toBe(2);
    gates[1]?.open();
    await job.close();
  });

  it('goes on after an error, which it logs with its code', async () => {
    const log = keepingLog();
    let starts = 0;
    const job = createClockJob({
      expression: '* * * * *',
      run: async () => {
        if (starts++ === 0) throw new TidewatchError('one-class', 'The target has one value.');
      },
      log,
      clock: systemClock,
    });
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(starts).toBe(2);
    expect(log.lines[0]).toMatch(/^error: .*"code":"one-class".*The target has one value/);
    expect(log.lines[1]).toMatch(/^info: /);
    await job.close();
  });

  it('starts at once when triggered, and is done when the job is', async () => {
    let done = false;
    const job = createClockJob({
      expression: '0 0 1 1 *',
      run: async () => {
        await Promise.resolve();
        done = true;
      },
      log: keepingLog(),
      clock: systemClock,
    });
    await job.trigger();
    expect(done).toBe(true);
    await job.close();
  });

  it('waits for the running job when closed, and never starts again', async () => {
    const { promise, open } = gate();
    let starts = 0;
    const job = createClockJob({
      expression: '* * * * *',
      run: async () => {
        starts++;
        await promise;
      },
      log: keepingLog(),
      clock: systemClock,
    });
    await vi.advanceTimersByTimeAsync(MINUTE);
    let closed = false;
    const closing = job.close().then(() => {
      closed = true;
    });
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(closed).toBe(false);
    open();
    await closing;
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await job.trigger();
    expect(starts).toBe(1);
    expect(job.next()).toBeNull();
  });

  it('refuses a bad expression with its place and value', () => {
    const options = { run: async () => {}, log: keepingLog(), clock: systemClock };
    expect(() => createClockJob({ ...options, expression: '*/10 25 * * *' })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('hour is "25"') }),
    );
  });
});
