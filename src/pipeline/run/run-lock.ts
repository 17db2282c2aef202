/** One run at a time per workspace: a lease in the state store, kept alive while its owner lives. */
import type { Clock } from '../../base/clock.ts';
import { TidewatchError } from '../../base/errors.ts';
import type { HeldLease, LeaseHolder, LeaseStore } from '../../store/port/leases.ts';
import { leaseTimes, ownerName, ownerText, parseOwner } from './lock-owner.ts';

/** The lease that a run holds while it lives. */
export const RUN_LEASE = 'run';

export interface RunLock {
  readonly lease: HeldLease;
  release(): Promise<void>;
}

/**
 * Takes the lock for run `runId`, or throws `run-locked` with who holds it and until when. The lease of a process
 * that is known to have ended is taken over at once, any other when it expires. Its token is greater than `above`.
 */
export async function acquireRunLock(
  deps: {
    readonly store: Pick<LeaseStore, 'acquireLease' | 'releaseLease' | 'keepLease'>;
    readonly clock: Clock;
  },
  options: { readonly runId: string; readonly ttlMs: number; readonly above?: number },
): Promise<RunLock> {
  const { store, clock } = deps;
  const { ttlMs, above = 0 } = options;
  const owner = ownerName(options.runId);
  const acquire = () => store.acquireLease(RUN_LEASE, owner, clock.now(), ttlMs, above);
  let answer = await acquire();
  if (answer.kind === 'held' && parseOwner(answer.holder.owner).hasEnded) {
    await store.releaseLease(RUN_LEASE, answer.holder.owner);
    answer = await acquire();
  }
  if (answer.kind === 'held') throw lockedError(answer.holder);
  const lease: HeldLease = { name: RUN_LEASE, owner, token: answer.token, ttlMs };
  const keeper = store.keepLease(lease);
  return {
    lease,
    release: async () => {
      await keeper.close();
      await store.releaseLease(RUN_LEASE, owner);
    },
  };
}

function lockedError(holder: LeaseHolder): TidewatchError {
  const { since, free } = leaseTimes(holder);
  return new TidewatchError(
    'run-locked',
    `Another run (${ownerText(parseOwner(holder.owner))}) started at ${since}. Wait; if it crashed, retry after ${free}.`,
    { details: { ...holder } },
  );
}
