/** Who holds the run's lock, as its lease says it: the process, the run, and the machine for people. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { hasEnded, pidOf, processName } from '../../base/process-life.ts';
import type { LeaseHolder } from '../../store/port/leases.ts';

export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  readonly runId: string;
  /** True where it can be known that the process is gone. */
  readonly hasEnded: boolean;
}

/** A name for this process as the owner of a run's lock; no two are the same. */
export function ownerName(runId: string): string {
  return [hostname(), processName(), runId, randomBytes(8).toString('hex')].join(':');
}

export function parseOwner(name: string): LockOwner {
  const [host = '', process = '', runId = ''] = name.split(':');
  return { host, pid: pidOf(process), runId, hasEnded: hasEnded(process) };
}

/** The process as people look for it: `pid 22555`, with its machine where that is another one. */
export function ownerText({ host, pid }: LockOwner): string {
  return host === hostname() ? `pid ${pid}` : `pid ${pid} on ${host}`;
}

/** When the lock was taken and when it is free at the latest, as times of the day (UTC). */
export function leaseTimes({ acquiredAt, expiresAt }: LeaseHolder): {
  readonly since: string;
  readonly free: string;
} {
  return { since: `${acquiredAt.slice(11, 16)} UTC`, free: `${expiresAt.slice(11, 19)} UTC` };
}
