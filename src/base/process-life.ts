/** Tells whether a process that left its name somewhere is still there. */
import { hostname } from 'node:os';
import { isErrno } from './errors.ts';

/** True when the process was one of this machine, and not this one, and is gone. */
export function hasEnded(host: string, pid: number): boolean {
  if (host !== hostname() || !Number.isInteger(pid) || pid < 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return isErrno(error) && error.code === 'ESRCH';
  }
}
