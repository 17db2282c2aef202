/** How fast work goes and how long it still takes, from what it has told so far. */
import type { ProgressEvent } from '../base/progress.ts';

export interface Pace {
  /** Units a second; null before it can be told. */
  readonly rate: number | null;
  /** Seconds until all is done at that rate; null where the rate or the total is not known. */
  readonly secondsLeft: number | null;
}

interface Mark {
  readonly atMs: number;
  readonly done: number;
}

/** Nothing is said of the first moments, which are the start of something rather than its pace. */
const SETTLED_MS = 700;
/** The rate is that of the last so many milliseconds, to twice as many. */
const WINDOW_MS = 4000;
const UNKNOWN: Pace = Object.freeze({ rate: null, secondsLeft: null });

/**
 * Takes the events in order and gives the pace at each. Another unit, another total or fewer units done than before
 * is other work, whose pace is measured anew; another label alone is the next file of the same work.
 */
export function createPaceMeter(): (event: ProgressEvent, nowMs: number) => Pace {
  let older: Mark | null = null;
  let newer: Mark | null = null;
  let last: ProgressEvent | null = null;
  return (event, nowMs) => {
    const isOther =
      last === null || last.unit !== event.unit || last.total !== event.total || event.done < last.done;
    last = event;
    if (isOther || older === null || newer === null) {
      older = { atMs: nowMs, done: event.done };
      newer = older;
      return UNKNOWN;
    }
    if (nowMs - newer.atMs >= WINDOW_MS) {
      older = newer;
      newer = { atMs: nowMs, done: event.done };
    }
    return paceSince(older, event, nowMs);
  };
}

function paceSince(mark: Mark, { done, total }: ProgressEvent, nowMs: number): Pace {
  const elapsedMs = nowMs - mark.atMs;
  if (elapsedMs < SETTLED_MS || done <= mark.done) return UNKNOWN;
  const rate = ((done - mark.done) * 1000) / elapsedMs;
  const left = total === undefined || total < done ? null : (total - done) / rate;
  return { rate, secondsLeft: left };
}
