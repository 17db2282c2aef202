/**
 * Renews a lease while its process lives. A thread of its own does it, since the main thread may compute for minutes
 * without a pause; so a process that lives keeps its lock, also where it hangs, and ending it frees the lock.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { HeldLease, LeaseKeeper } from '../port/leases.ts';

/** What the thread is told; see lease-worker.ts. */
export interface LeaseWork {
  /** The place of the store, as `openDatabase` takes it. */
  readonly url: string;
  readonly lease: Pick<HeldLease, 'name' | 'owner' | 'ttlMs'>;
}

/** Most pieces of work are over by then, and are spared the start of a thread. */
const LONGEST_START_MS = 1000;

export function keepLease(url: string, lease: HeldLease): LeaseKeeper {
  let worker: Worker | null = null;
  const start = setTimeout(
    () => {
      worker = startWorker({ url, lease: { name: lease.name, owner: lease.owner, ttlMs: lease.ttlMs } });
      // Without it the lease runs out; then the fence keeps what another run does safe from this one.
      worker.on('error', () => undefined);
      worker.unref();
    },
    Math.min(LONGEST_START_MS, lease.ttlMs / 8),
  );
  start.unref();
  return {
    close: async () => {
      clearTimeout(start);
      if (worker === null || worker.threadId === -1) return;
      worker.ref();
      const ended = once(worker, 'exit');
      worker.postMessage('close');
      await ended;
    },
  };
}

/** The built package has the thread as one file; from the sources, tsx must first teach it TypeScript. */
function startWorker(workerData: LeaseWork): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./lease-worker.js', import.meta.url), { workerData });
  }
  const source = new URL('./lease-worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); });`;
  return new Worker(start, { eval: true, workerData });
}
