/** Runs a command as a whole process and tells its wall time, CPU time and peak memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measurement {
  readonly wallSeconds: number;
  /** CPU time of the process, to some hundredths. */
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly output: string;
}

const POLL_MS = 10;

/** Peak memory is the kernel's high-water mark of the process, read until it ends (Linux). */
export function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    let output = '';
    let errors = '';
    let peakMib = 0;
    let cpuSeconds = 0;
    const timer = setInterval(() => {
      peakMib = Math.max(peakMib, highWaterMark(child.pid));
      cpuSeconds = Math.max(cpuSeconds, cpuTime(child.pid));
    }, POLL_MS);
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      errors += piece.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const wallSeconds = (performance.now() - from) / 1000;
      if (code === 0) resolve({ wallSeconds, cpuSeconds, peakMib, output });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${errors.slice(-2000)}`));
    });
  });
}

function highWaterMark(pid: number | undefined): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? 0 : Number(match[1]) / 1024;
  } catch {
    return 0;
  }
}

/** User and system time of a process and its threads, in seconds: the kernel counts in hundredths. */
export function cpuTime(pid: number | undefined): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return 0;
  }
}

/** Wall and CPU time of work of this process; CPU stays the same where other programs take the processor as well. */
export async function timeOfWork(work: () => Promise<unknown>): Promise<{ wallMs: number; cpuMs: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

/** Medians over seven times. */
export async function medianTime(work: () => Promise<unknown>): Promise<{ wallMs: number; cpuMs: number }> {
  const times = [];
  for (let k = 0; k < 7; k++) times.push(await timeOfWork(work));
  return { wallMs: median(times.map((time) => time.wallMs)), cpuMs: median(times.map((time) => time.cpuMs)) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
