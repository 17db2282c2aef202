/**
 * Features of events as of the time of each row: this system, a join of each row with the events before it in plain
 * SQL, and pandas (`merge_asof` over cumulative sums). Seconds, CPU seconds and peak memory of whole processes with two threads, and
 * whether all have found the same.
 *
 *   npm run bench -- events --python PYTHON     10,000,000 events, 100,000 clients in 12 months
 *   npm run bench -- events --rows 1000000      a hundredth as many clients as events
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measurement, measure } from './measure.ts';

const COMPUTE = join(import.meta.dirname, 'events-compute.ts');
const PEER = join(import.meta.dirname, 'events-peer.py');

/** Gives the table as Markdown, and prints each line as it is done. */
export async function benchEvents({
  python,
  events,
}: {
  readonly python: string | null;
  readonly events: number;
}): Promise<string> {
  const clients = Math.round(events / 100);
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  const node = (...args: string[]) =>
    measure(process.execPath, ['--import', 'tsx', COMPUTE, folder, ...args]);
  try {
    await node('make', String(clients), String(events));
    const lines: string[] = [];
    const ours = await node('ours');
    const means = meansOf(ours);
    const add = (name: string, run: Measurement): void => {
      const { wallSeconds, cpuSeconds, peakMib } = run;
      const other = meansOf(run);
      const apart = Math.max(
        ...Object.entries(means).map(
          ([key, mean]) => Math.abs(mean - (other[key] ?? Number.NaN)) / Math.max(1, mean),
        ),
      );
      lines.push(
        `| ${name} | ${wallSeconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${peakMib.toFixed(0)} | ${apart.toExponential(0)} |`,
      );
      process.stdout.write(`${lines.at(-1)}\n`);
    };
    add('tidewatch', ours);
    add('SQL, range join (DuckDB)', await node('sql'));
    if (python !== null) add('pandas, merge_asof', await measure(python, [PEER, folder]));
    return [
      `${events.toLocaleString('en')} events, ${clients.toLocaleString('en')} clients in 12 months; 8 features; two threads, 2 GB for DuckDB`,
      '',
      '| | seconds | CPU seconds | peak MiB | means apart, relative |',
      '|---|---:|---:|---:|---:|',
      ...lines,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function meansOf({ output }: Measurement): Readonly<Record<string, number>> {
  return (JSON.parse(output.trim().split('\n').at(-1) ?? '') as { sums: Record<string, number> }).sums;
}
