/** One run at a time per workspace: a lease in the state store, kept alive while its owner lives. */
import { hostname } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import { hasEnded } from '../base/process-life.ts';
import type { LeaseHolder, Store } from '../store/port.ts';

const LEASE = 'run';

export interface RunLock {
  /** Throws `run-locked` if the lease was lost, for instance while the machine slept. */
  assertHeld(): void;
  release(): Promise<void>;
}

/**
 * Takes the lock for run `runId`, or throws `run-locked` with who holds it and until when. The lease of a
 * process of this machine that no longer exists is taken over at once, any other when it expires.
 */
export async function acquireRunLock(
  deps: {
    readonly store: Pick<Store, 'acquireLease' | 'renewLease' | 'releaseLease'>;
    readonly clock: Clock;
  },
  options: { readonly runId: string; readonly ttlMs: number },
): Promise<RunLock> {
  const { store, clock } = deps;
  const owner = `${hostname()}:${process.pid}:${options.runId}`;
  let answer = await store.acquireLease(LEASE, owner, clock.now(), options.ttlMs);
  if (answer.kind === 'held' && hasDied(answer.holder.owner)) {
    await store.releaseLease(LEASE, answer.holder.owner);
    answer = await store.acquireLease(LEASE, owner, clock.now(), options.ttlMs);
  }
  if (answer.kind === 'held') throw lockedError(answer.holder);

  let lost = false;
  const timer = setInterval(() => {
    store.renewLease(LEASE, owner, clock.now(), options.ttlMs).then(
      (held) => {
        lost ||= !held;
      },
      // A store that does not answer now may answer at the next beat; the lease outlives several beats.
      () => undefined,
    );
  }, options.ttlMs / 4);
  timer.unref();
  return {
    assertHeld: () => {
      if (lost) {
        throw new TidewatchError(
          'run-locked',
          'This run lost its lock to another one, for instance because the machine slept. It stops before it ' +
            'changes anything more; the other run does the work.',
        );
      }
    },
    release: async () => {
      clearInterval(timer);
      await store.releaseLease(LEASE, owner);
    },
  };
}

function hasDied(owner: string): boolean {
  const [host = '', pid = ''] = owner.split(':');
  return hasEnded(host, Number(pid));
}

function lockedError(holder: LeaseHolder): TidewatchError {
  return new TidewatchError(
    'run-locked',
    `Another run holds the lock of this workspace: ${holder.owner} (host:process:run), since ${holder.acquiredAt}; ` +
      `unless it lives on, the lock is free from ${holder.expiresAt}. Wait for it, or end that process.`,
    { details: { ...holder } },
  );
}
