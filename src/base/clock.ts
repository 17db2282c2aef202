/** Time as a dependency, so that tests can move it. */

export interface Clock {
  /** Wall-clock time, for records. It may jump. */
  now(): Date;
  /** Milliseconds that never run backwards, for durations. */
  elapsedMs(): number;
}

export const systemClock: Clock = Object.freeze({
  now: () => new Date(),
  elapsedMs: () => performance.now(),
});
