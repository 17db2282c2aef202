/**
 * Input drift: are its p-values right without a change, is the bias of the PSI what theory says, how often does a stream of
 * files alarm without a change and how many changes are seen in the file that brings them, and what does a window
 * of 1,000,000 rows and 50 columns cost beside Evidently's data drift report on the same files.
 *
 *   npm run bench -- drift [--python PYTHON] [--runs 3]
 *
 * PYTHON is an interpreter with evidently, pandas and pyarrow; without it the cost is not measured.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderNullRates, renderPsiBias } from './drift-null.ts';
import { renderInputAlarms } from './input-alarms.ts';
import { type Measurement, measure, median } from './measure.ts';

const ROWS = 1_000_000;
const COLUMNS = 50;

/** Gives the tables as Markdown. */
export async function benchDrift(options: { python: string | null; runs: number }): Promise<string> {
  const cost = options.python === null ? [] : [await benchCost(options.python, options.runs)];
  return [renderNullRates(), renderPsiBias(), renderInputAlarms(), ...cost].join('\n\n');
}

interface Timed extends Measurement {
  /** What the process says of itself in its last line. */
  readonly found: Readonly<Record<string, number | string>>;
}

async function timed(command: string, args: readonly string[]): Promise<Timed> {
  const measured = await measure(command, args);
  return { ...measured, found: JSON.parse(measured.output.trim().split('\n').at(-1) ?? '') };
}

/** Both sides read the same two Parquet files, in turn, each time as a new process. */
export async function benchCost(python: string, runs: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    const peer = join(import.meta.dirname, 'drift-peer.py');
    await measure(python, [peer, 'generate', String(ROWS), String(COLUMNS), folder]);
    const inputs = Array.from({ length: COLUMNS }, (_, j) =>
      j % 5 === 4 ? { name: `c${j}`, kind: 'categorical' } : { name: `n${j}`, kind: 'numeric' },
    );
    writeFileSync(join(folder, 'inputs.json'), JSON.stringify(inputs));
    const script = ['--import', 'tsx', join(import.meta.dirname, 'drift-ours.ts')];
    const taken: { reference: Timed; window: Timed; evidently: Timed }[] = [];
    for (let run = 0; run < runs; run++) {
      taken.push({
        reference: await timed(process.execPath, [...script, 'reference', folder]),
        window: await timed(process.execPath, [...script, 'window', folder]),
        evidently: await timed(python, [peer, 'report', folder]),
      });
    }
    return renderCost(taken);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function renderCost(taken: readonly { reference: Timed; window: Timed; evidently: Timed }[]): string {
  const of = (pick: (run: (typeof taken)[number]) => number) => median(taken.map(pick));
  const line = (name: string, seconds: number, mib: number, drifted: unknown) =>
    `| ${name} | ${seconds.toFixed(1)} s | ${mib.toFixed(0)} MiB | ${drifted} |`;
  const [first] = taken;
  return [
    '| both files of 1,000,000 x 50 | wall time | peak memory | columns with drift (5 were moved) |',
    '|---|---|---|---|',
    line(
      'Tidewatch, a window against its model',
      of(({ window }) => window.wallSeconds),
      of(({ window }) => window.peakMib),
      first?.window.found['drifted'],
    ),
    line(
      'Tidewatch, learning the reference too',
      of(({ window, reference }) => window.wallSeconds + reference.wallSeconds),
      of(({ window, reference }) => Math.max(window.peakMib, reference.peakMib)),
      first?.window.found['drifted'],
    ),
    line(
      `Evidently ${first?.evidently.found['version']}`,
      of(({ evidently }) => evidently.wallSeconds),
      of(({ evidently }) => evidently.peakMib),
      first?.evidently.found['drifted'],
    ),
  ].join('\n');
}
