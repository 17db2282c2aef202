/** What a run is told that another one has taken the lock from. */
import { TidewatchError } from '../../base/errors.ts';

/** `cause`: what it failed of at first. */
export function leaseLost(cause?: TidewatchError): TidewatchError {
  return new TidewatchError(
    'lease-lost',
    'This run stood still for so long (the machine slept, or the process was stopped) that another run took over ' +
      'its lock. It has changed nothing since then, and what the other run did stays. Nothing needs to be done; ' +
      'the next run goes on from there.',
    { cause },
  );
}
