/** What is told while the state's server is waited for, as text and as lines of the log. */
import type { Log } from '../../base/log.ts';

export type StoreWait =
  | {
      readonly kind: 'waiting';
      /** The store, as messages may say it. */
      readonly place: string;
      /** What the server or the network said. */
      readonly why: string;
      readonly waitedMs: number;
      /** How much longer it will be waited for, at most. */
      readonly leftMs: number;
    }
  | { readonly kind: 'back'; readonly place: string; readonly waitedMs: number };

/** How long to go on trying while the state's server does not answer, and who is told of it at each try. */
export interface Patience {
  readonly patienceMs: number;
  readonly hear: (wait: StoreWait) => void;
}

/** The wait as a sentence without its end, such as `waiting for the state store mysql://h/db, 52 s more at most: ...`. */
export function waitText(wait: StoreWait): string {
  if (wait.kind === 'back') return `the state store ${wait.place} is back after ${seconds(wait.waitedMs, 1)}`;
  return `waiting for the state store ${wait.place}, ${seconds(wait.leftMs, 0)} more at most: ${wait.why}`;
}

const FIRST_AGAIN_MS = 1000;

/** Warns of a wait as it begins and after each doubling of its length, from a second on; says when it is over. */
export function logWaits(log: Pick<Log, 'warn'>): (wait: StoreWait) => void {
  let nextMs = 0;
  let lastMs = 0;
  return (wait) => {
    // A wait that was given up has no end of its own: a shorter one is another.
    if (wait.waitedMs < lastMs) nextMs = 0;
    lastMs = wait.kind === 'back' ? Number.POSITIVE_INFINITY : wait.waitedMs;
    const waited = Math.round(wait.waitedMs) / 1000;
    if (wait.kind === 'back') {
      log.warn({ store: wait.place, waitedSeconds: waited }, waitText(wait));
      return;
    }
    if (wait.waitedMs < nextMs) return;
    nextMs = Math.max(FIRST_AGAIN_MS, 2 * wait.waitedMs);
    const left = Math.round(wait.leftMs) / 1000;
    log.warn({ store: wait.place, waitedSeconds: waited, leftSeconds: left }, waitText(wait));
  };
}

function seconds(ms: number, digits: number): string {
  return `${(digits === 0 ? Math.ceil(ms / 1000) : ms / 1000).toFixed(digits)} s`;
}
