/** Does again what a database server undid or lost: each method of the port is one statement or one transaction. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TidewatchError } from '../../base/errors.ts';
import type { Store } from '../port.ts';
import { retryOf } from './server-failures.ts';
import type { Patience } from './store-wait.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;
/** Patience after it was lost: enough for another connection. */
const LITTLE_PATIENCE_MS = 1000;
/** That the server undoes a transaction for another one is nothing to tell until it has gone on for so long. */
const QUIET_CONFLICT_MS = 1000;

/** Does work until it is done, or for as long as its patience lasts. */
export type Retry = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The work of a caller, done again (with pauses that double, and jitter) until it succeeds, fails for good, or
 * `patienceMs` have passed since it first failed. What is waited for is told to `hear`, and when it is back. After it
 * has given up, the next work is tried for a second only, so that the end of a run whose store is gone does not wait
 * again at every step; what succeeds restores the patience.
 */
export function createRetries({ patienceMs, hear }: Patience): Retry {
  let gaveUp = false;
  /** The first failure of those that no success has ended yet. */
  let outage: { readonly since: number; readonly place: string } | null = null;
  const succeed = (): void => {
    gaveUp = false;
    if (outage === null) return;
    hear({ kind: 'back', place: outage.place, waitedMs: performance.now() - outage.since });
    outage = null;
  };
  return async (work) => {
    let failedAt: number | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const result = await work();
        succeed();
        return result;
      } catch (error) {
        const retry = retryOf(error);
        if (retry === null || !(error instanceof TidewatchError)) throw error;
        const now = performance.now();
        failedAt ??= now;
        const waitedMs = now - failedAt;
        const leftMs = (gaveUp ? Math.min(LITTLE_PATIENCE_MS, patienceMs) : patienceMs) - waitedMs;
        if (leftMs <= 0) {
          gaveUp = true;
          outage = null;
          throw givenUp(error, waitedMs);
        }
        const place = String(error.details['place']);
        if (retry === 'lost' || waitedMs >= QUIET_CONFLICT_MS) {
          outage ??= { since: failedAt, place };
          const why = String(error.details['reason']);
          hear({ kind: 'waiting', place, why, waitedMs: now - outage.since, leftMs });
        }
        await sleep(Math.min(leftMs, pauseMs * (0.5 + Math.random())));
      }
    }
  };
}

/** The failure with how long it was tried, where that is worth telling. */
function givenUp(error: TidewatchError, waitedMs: number): TidewatchError {
  if (waitedMs < LITTLE_PATIENCE_MS) return error;
  const seconds = Math.round(waitedMs / 1000);
  return new TidewatchError(
    error.code,
    `${error.message} It was tried for ${seconds} s ("store_patience_seconds" in config.json says how long).`,
    { cause: error.cause, details: { ...error.details, triedSeconds: seconds } },
  );
}

/** The store with every method but those that have their own way done through `retry`. */
export function withRetries(store: Store, retry: Retry): Store {
  type Method = (...args: readonly unknown[]) => Promise<unknown>;
  const methods = Object.entries(store) as readonly (readonly [string, Method])[];
  const patient = methods.map(([name, method]): readonly [string, Method] => [
    name,
    (...args) => retry(() => method(...args)),
  ]);
  const { ready, close, keepLease, fencedBy } = store;
  return { ...(Object.fromEntries(patient) as unknown as Store), ready, close, keepLease, fencedBy };
}
