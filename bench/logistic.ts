/**
 * Logistic regression beside scikit-learn's lbfgs: same generated data in memory, same machine, fits alone are timed.
 *
 *   npm run bench -- logistic [--python PYTHON] [--runs 5]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/base/random.ts';
import { median } from './measure.ts';

export interface LogisticBenchOptions {
  readonly python: string | null;
  readonly runs: number;
}

interface Fits {
  /** Seconds of each fit, in order. */
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
  /** Mean log loss on the training rows. */
  readonly loss: number;
}

const SHAPES: readonly { readonly rows: number; readonly features: number }[] = [
  { rows: 1_000_000, features: 20 },
  { rows: 5_000_000, features: 3 },
];

/** Normal features of different means and spreads; labels drawn from a logistic model of them all. */
function writeData(folder: string, rows: number, features: number): void {
  const random = createRandom(features);
  const margins = new Float64Array(rows).fill(-0.8);
  for (let j = 0; j < features; j++) {
    const weight = Math.sin(j + 1) / Math.sqrt(features);
    const column = Float64Array.from({ length: rows }, random.normal);
    for (let i = 0; i < rows; i++) margins[i] = (margins[i] as number) + weight * (column[i] as number);
    const [mean, spread] = [Math.cos(j), 1 + (j % 4)];
    writeFileSync(
      join(folder, `column${j}`),
      column.map((z) => mean + spread * z),
    );
  }
  writeFileSync(
    join(folder, 'labels'),
    margins.map((margin) => (random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0)),
  );
}

function fits(program: string, args: readonly (string | number)[]): Fits[] {
  const output = execFileSync(program, args.map(String), { encoding: 'utf8' });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Fits[];
}

function renderRow(
  shape: string,
  variant: string,
  contender: string,
  { wall, cpu, loss }: Fits,
  peer: Fits | null,
): string {
  const ratio = peer === null ? '' : `${(median(peer.wall) / median(wall)).toFixed(2)}x`;
  const cells = [
    shape,
    variant,
    contender,
    median(wall).toFixed(3),
    (wall[0] ?? Number.NaN).toFixed(3),
    median(cpu).toFixed(3),
    loss.toFixed(12),
    ratio,
  ];
  return `| ${cells.join(' | ')} |`;
}

function benchShape(folder: string, rows: number, features: number, options: LogisticBenchOptions): string[] {
  const { python, runs } = options;
  const threads = availableParallelism();
  writeData(folder, rows, features);
  const [oursPath, peerPath] = ['logistic-ours.ts', 'logistic-peer.py'].map((name) =>
    join(import.meta.dirname, name),
  ) as [string, string];
  const ours = fits(process.execPath, ['--import', 'tsx', oursPath, folder, features, runs, threads]);
  const losses = ours.map(({ loss }) => loss);
  const peers = python === null ? [] : fits(python, [peerPath, folder, features, runs, threads, ...losses]);
  return ours.flatMap((mine, index) => {
    const names = [`${rows} x ${features}`, index === 0 ? 'as it is' : 'standardised'] as const;
    const peer = peers[index] ?? null;
    return [
      renderRow(...names, 'tidewatch', mine, peer),
      ...(peer === null ? [] : [renderRow(...names, 'scikit-learn', peer, null)]),
    ];
  });
}

/** Gives the table as Markdown. The ratio is of medians. */
export async function benchLogistic(options: LogisticBenchOptions): Promise<string> {
  const lines = [
    '| rows x features | penalty on features | learner | median s | first s | CPU s | log loss | faster |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const { rows, features } of SHAPES) {
    const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
    try {
      lines.push(...benchShape(folder, rows, features, options));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return lines.join('\n');
}
