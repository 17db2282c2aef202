/** How patient a store is with a database server. */
import { TidewatchError } from '../../base/errors.ts';
import type { Retry } from './retries.ts';

export interface ServerOptions {
  /** Connections at once, at most. */
  readonly connections: number;
  /** How long a connection may take to be made, a lock to be had, a statement to be done, in milliseconds. */
  readonly connectMs: number;
  readonly lockMs: number;
  readonly statementMs: number;
  /** Whether a database that is not there may be made. */
  readonly makesDatabase: boolean;
  /** Goes on trying while the server cannot be reached. */
  readonly retry: Retry;
}

/** The error for a server that is older than what the store has been tested on. */
export function tooOld(place: string, found: string, oldest: string): TidewatchError {
  return new TidewatchError(
    'store-unavailable',
    `The state store ${place} is on ${found}; expected ${oldest} or later. Use a newer server.`,
    { details: { place, found } },
  );
}
