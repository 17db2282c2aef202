/** Does again what a database server undid or lost: each method of the port is one statement or one transaction. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from './port.ts';
import { retryOf } from './server-failures.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;
/** Patience after it was lost: enough for another connection. */
const LITTLE_PATIENCE_MS = 1000;

/**
 * The work of a caller, done again (with pauses that double, and jitter) until it succeeds, fails for good, or
 * `patienceMs` have passed. After it has given up, the next work is tried for a second only, so that the end of a run
 * whose store is gone does not wait again at every step; what succeeds restores the patience.
 */
export function createRetries(patienceMs: number): <T>(work: () => Promise<T>) => Promise<T> {
  let gaveUp = false;
  return async (work) => {
    const deadline = performance.now() + (gaveUp ? Math.min(LITTLE_PATIENCE_MS, patienceMs) : patienceMs);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const result = await work();
        gaveUp = false;
        return result;
      } catch (error) {
        if (retryOf(error) === null) throw error;
        if (performance.now() + pauseMs > deadline) {
          gaveUp = true;
          throw error;
        }
      }
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  };
}

/** The store with every method but `ready` and `close` done through `retry`. */
export function withRetries(store: Store, retry: <T>(work: () => Promise<T>) => Promise<T>): Store {
  type Method = (...args: readonly unknown[]) => Promise<unknown>;
  const methods = Object.entries(store) as readonly (readonly [string, Method])[];
  const patient = methods.map(([name, method]): readonly [string, Method] => [
    name,
    (...args) => retry(() => method(...args)),
  ]);
  return { ...(Object.fromEntries(patient) as unknown as Store), ready: store.ready, close: store.close };
}
