/** Tells whether a process that left its name somewhere is still there. */
import { readFileSync, readlinkSync } from 'node:fs';
import { isErrno } from './errors.ts';

/** What stands for a part of a name that the system does not tell. */
const UNKNOWN = '0';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** The form of a name, as a part of a regular expression; it may stand in the name of a file. */
export const PROCESS_NAME = String.raw`\d+-\d+-\d+-[0-9a-f]+`;

/**
 * The name of this process: its number, the tick at which it started, its PID namespace, and the boot of the kernel.
 * Together they are those of no other process, in no other container. Only Linux tells the last three.
 */
export function processName(): string {
  return Object.values(ownParts()).join('-');
}

/** The number of the process of a name. */
export function pidOf(name: string): number {
  return Number(name.split('-', 1)[0]);
}

/**
 * True where it can be known that the process of a name is gone: it was one of this boot and of this PID namespace,
 * and its number is free, or belongs to another process by now. Of any other it cannot be known.
 */
export function hasEnded(name: string): boolean {
  const [number = '', started = UNKNOWN, namespace = UNKNOWN, boot = UNKNOWN] = name.split('-');
  const pid = Number(number);
  const own = ownParts();
  const isKnown = [started, namespace, boot].every((part) => part !== UNKNOWN);
  const isNear = namespace === own.namespace && boot === own.boot;
  if (!isKnown || !isNear || !Number.isInteger(pid) || pid < 1) return false;
  if (!isThere(pid)) return true;
  const now = readStat(pid);
  return now !== null && (now.isDead || now.started !== started);
}

function ownParts() {
  const pid = String(process.pid);
  // Where /proc is of another namespace, it tells of other processes.
  const isOurs = linkOf('/proc/self') === pid;
  const namespace = isOurs ? /^pid:\[(\d+)\]$/.exec(linkOf('/proc/self/ns/pid') ?? '')?.[1] : undefined;
  return {
    pid,
    started: (isOurs ? readStat(process.pid)?.started : undefined) ?? UNKNOWN,
    namespace: namespace ?? UNKNOWN,
    boot: textOf(BOOT_ID)?.trim().replaceAll('-', '') ?? UNKNOWN,
  };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error) || error.code !== 'ESRCH';
  }
}

/** When a process started, and whether it only waits for its end to be heard of; null where it is not told. */
function readStat(pid: number): { readonly started: string; readonly isDead: boolean } | null {
  const text = textOf(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may have blanks and brackets itself.
  const [state = '', ...rest] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const started = rest[STARTED - STATE - 1];
  return started === undefined ? null : { started, isDead: state === 'Z' || state === 'X' };
}

/** Fields of /proc/<pid>/stat (proc_pid_stat(5)). */
const STATE = 3;
const STARTED = 22;

function textOf(path: string): string | null {
  return orNull(() => readFileSync(path, 'utf8'));
}

function linkOf(path: string): string | null {
  return orNull(() => readlinkSync(path));
}

/** What the system tells; null where it has no such file, as on macOS and Windows, or shows it to others alone. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isErrno(error)) return null;
    throw error;
  }
}
