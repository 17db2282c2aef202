/** A workspace as `tidewatch init` makes it that takes in a file of new clients a week, in one process whose clock goes on by a week. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp } from '../src/app.ts';
import { createRandom, type Random } from '../src/base/random.ts';
import { BETTER_CHOICES, FOLDERS, makeWorkspace } from '../src/cli/make-workspace.ts';
import type { ConfigInput } from '../src/config/schema.ts';
import { createScorer } from '../src/core/scoring/scorer.ts';
import { readLiveModel } from '../src/pipeline/models/live-model.ts';
import type { RunSummary } from '../src/pipeline/run/run-summary.ts';
import { openLiveFolder } from '../src/store/live/live-folder.ts';

/** What the clients of a week do. */
export interface World {
  /** Log-odds of leaving by a unit of `calls` less `usage`, both uniform on 0 to 1. */
  readonly slope: number;
  /** Log-odds of leaving of a client in the middle. */
  readonly level: number;
}

/** Clients with what they did. */
export interface ClientRows {
  readonly usage: Float64Array;
  readonly calls: Float64Array;
  readonly labels: Float64Array;
}

export function drawClients(random: Random, rows: number, { slope, level }: World): ClientRows {
  const [usage, calls, labels] = [0, 1, 2].map(() => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < rows; row++) {
    usage[row] = Number((100 * random.uniform()).toFixed(1));
    calls[row] = Number((10 * random.uniform()).toFixed(1));
    const margin = slope * ((calls[row] as number) / 10 - (usage[row] as number) / 100) + level;
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  return { usage, calls, labels };
}

export function clientsCsv(prefix: string, { usage, calls, labels }: ClientRows): string {
  const lines = Array.from(labels, (label, k) => `${prefix}-${k},${usage[k]},${calls[k]},${label}`);
  return `client,usage,calls,left\n${lines.join('\n')}\n`;
}

export interface WeekOfStream {
  readonly week: number;
  readonly run: RunSummary;
  /** F1 and log loss of the model that is live after the run, on clients of the week that nobody has seen. */
  readonly f1: number;
  readonly logLoss: number;
}

export interface StreamOptions {
  readonly seed: number;
  readonly first: number;
  readonly weekly: number;
  readonly weeks: number;
  readonly worldOf: (week: number) => World;
  readonly config: Partial<ConfigInput>;
  readonly onWeek?: (week: WeekOfStream) => void;
}

const WEEK_MS = 7 * 86_400_000;
const FRESH = 2000;

/** Runs the stream to its end; week 0 is the first model. */
export async function followStream(options: StreamOptions): Promise<readonly WeekOfStream[]> {
  const root = mkdtempSync(join(tmpdir(), 'tidewatch-stream-'));
  const random = createRandom(options.seed);
  let now = Date.parse('2026-01-05T06:00:00Z');
  const clock = { now: () => new Date(now), elapsedMs: () => performance.now() };
  const workspace = makeWorkspace(root, {
    ...FOLDERS,
    ...BETTER_CHOICES,
    columns: { id: 'client', target: 'left', positive: '1', numeric: ['usage', 'calls'] },
    holdout: { share: 0.2, by: 'client' },
    npm_timeout_ms: 0,
    ...options.config,
  });
  mkdirSync(workspace.paths.input, { recursive: true });
  const app = await openApp({ workspace: root, logLevel: 'silent', progress: () => {}, env: {}, clock });
  try {
    const weeks: WeekOfStream[] = [];
    for (let week = 0; week <= options.weeks; week++) {
      const world = options.worldOf(week);
      const name = `week-${String(week).padStart(3, '0')}`;
      const rows = drawClients(random, week === 0 ? options.first : options.weekly, world);
      writeFileSync(join(workspace.paths.input, `${name}.csv`), clientsCsv(name, rows));
      const run = await app.run('command');
      const scored = scoreFresh(workspace.paths.deployment, drawClients(random, FRESH, world));
      weeks.push({ week, run, ...scored });
      options.onWeek?.(weeks.at(-1) as WeekOfStream);
      now += WEEK_MS;
    }
    return weeks;
  } finally {
    await app.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** What the live model of a folder says of these clients. */
function scoreFresh(
  deployment: string,
  { usage, calls, labels }: ClientRows,
): { f1: number; logLoss: number } {
  const live = readLiveModel({ live: openLiveFolder(deployment) });
  if (live === null) return { f1: 0, logLoss: Number.NaN };
  const columns = { usage, calls } as const;
  const scorer = createScorer(live.model);
  const probabilities = new Float64Array(labels.length);
  const inputs = live.model.inputs.map(({ name }) => ({
    kind: 'numeric' as const,
    values: columns[name as keyof typeof columns],
  }));
  scorer.probabilityInto({ rows: labels.length, columns: inputs }, probabilities);
  let [tp, wrong, loss] = [0, 0, 0];
  for (const [row, label] of labels.entries()) {
    const p = probabilities[row] as number;
    const flagged = p > live.model.threshold;
    if (flagged && label === 1) tp++;
    else if (flagged !== (label === 1)) wrong++;
    loss -= Math.log(Math.max(1e-12, label === 1 ? p : 1 - p));
  }
  return { f1: tp === 0 ? 0 : (2 * tp) / (2 * tp + wrong), logLoss: loss / labels.length };
}
