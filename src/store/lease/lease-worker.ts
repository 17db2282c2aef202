/** The thread of lease-keeper.ts: renews a lease four times in the time that it is given for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../databases/database.ts';
import { createLeases } from '../nouns/leases.ts';
import type { LeaseWork } from './lease-keeper.ts';

const { url, lease } = workerData as LeaseWork;
const beatMs = lease.ttlMs / 4;

/** Any message says that the work is over. */
const over = new AbortController();
parentPort?.once('message', () => over.abort());

const pause = (): Promise<void> => sleep(beatMs, undefined, { signal: over.signal }).catch(() => undefined);

// A store that does not answer now may answer at the next beat: the lease outlives several.
const options = { patienceMs: beatMs, busyTimeoutMs: beatMs };

let database: Database | null = null;
while (!over.signal.aborted) {
  database ??= await openDatabase(url, options).catch(() => null);
  if (database !== null && (await renew(database)) === 'lost') break;
  await pause();
}
await database?.dialect.close(database.db);
parentPort?.close();

async function renew({ db, dialect }: Database): Promise<'held' | 'lost' | 'not known'> {
  const { name, owner, ttlMs } = lease;
  try {
    const isHeld = await createLeases(db, dialect).renewLease(name, owner, new Date(), ttlMs);
    return isHeld ? 'held' : 'lost';
  } catch {
    return 'not known';
  }
}
