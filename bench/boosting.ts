/**
 * Boosted trees against the Python libraries: same generated data, same machine, same run, turn by turn.
 *
 * npx tsx bench/boosting.ts [--python PATH] [--rows 100000,1000000] [--seeds 3] [--runs 3] [--threads 2] [--json FILE]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/base/random.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { createTeam } from '../src/steps/train/team.ts';

const FEATURES = 20;
const TEST_ROWS = 200_000;
const SETTINGS = { trees: 100, leaves: 31, learningRate: 0.1 };
const OURS = 'tidewatch';
const PEERS = ['scikit-learn', 'xgboost', 'lightgbm'];
/** Our fit with the fewest trees whose loss on the test rows is LightGBM's or less; at most MAX_TREES. */
const OURS_TO_LOSS = "tidewatch to lightgbm's loss";
const MAX_TREES = 200;

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

interface Result extends Cost {
  readonly rows: number;
  readonly seed: number;
  readonly contender: string;
  readonly auc: number;
  readonly logLoss: number;
  /** Every run, in order; the numbers above are medians. */
  readonly runs: readonly Cost[];
}

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string' },
    rows: { type: 'string', default: '100000,1000000' },
    seeds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
    child: { type: 'string' },
    loss: { type: 'string' },
    trees: { type: 'string', default: String(SETTINGS.trees) },
  },
});

/** Twenty normal features, ten of them of use: some alone, some as products, one as a wave. */
function writeData(folder: string, part: string, rows: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const columns = new Float32Array(rows * FEATURES);
  for (let i = 0; i < columns.length; i++) columns[i] = random.normal();
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = (feature: number): number => columns[feature * rows + row] as number;
    const margin =
      -1 +
      0.5 *
        (x(0) - x(1) + x(2) * x(3) + Math.sin(3 * x(4)) + 0.5 * x(5) * x(6) * x(7) + 0.3 * x(8) - 0.3 * x(9));
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  writeFileSync(join(folder, `${part}.columns`), columns);
  writeFileSync(join(folder, `${part}.labels`), labels);
  return labels;
}

function readColumns(folder: string, part: string, rows: number): Float32Array[] {
  const { buffer, byteOffset } = readFileSync(join(folder, `${part}.columns`));
  return Array.from(
    { length: FEATURES },
    (_, feature) => new Float32Array(buffer, byteOffset + feature * rows * 4, rows),
  );
}

/** Fewest trees of one fit whose loss on the test rows is `loss` or less; MAX_TREES where no fewer are. */
async function treesToLoss(folder: string, threads: number, loss: number): Promise<number> {
  const labels = new Uint8Array(readFileSync(join(folder, 'train.labels')));
  const test = new Uint8Array(readFileSync(join(folder, 'test.labels')));
  const columns = readColumns(folder, 'train', labels.length).map((values) => ({
    kind: 'numeric' as const,
    values,
  }));
  const team = createTeam({ threads });
  const { parameters } = await team.fitTrees(columns, labels, { ...SETTINGS, trees: MAX_TREES });
  await team.close();
  const tests = readColumns(folder, 'test', test.length).map((values) => Float64Array.from(values));
  const sums = new Float64Array(test.length);
  for (const [index, tree] of parameters.trees.entries()) {
    const part = new Float64Array(test.length);
    marginsOf({ ...parameters, base: index === 0 ? parameters.base : 0, trees: [tree] })(
      tests,
      test.length,
      part,
    );
    for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] ?? 0) + (part[row] ?? 0);
    const chances = sums.map((margin) => 1 / (1 + Math.exp(-margin)));
    if (meanLogLoss(chances, test) <= loss) return index + 1;
  }
  return MAX_TREES;
}

/** Our fit, in a process of its own so that its peak of memory is its own. */
async function runOurs(folder: string, threads: number, trees: number): Promise<Cost> {
  const labels = new Uint8Array(readFileSync(join(folder, 'train.labels')));
  const columns = readColumns(folder, 'train', labels.length).map((values) => ({
    kind: 'numeric' as const,
    values,
  }));
  const team = createTeam({ threads });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { parameters } = await team.fitTrees(columns, labels, { ...SETTINGS, trees });
  const wallSeconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const peakMib = process.resourceUsage().maxRSS / 1024;
  await team.close();
  const rows = readFileSync(join(folder, 'test.labels')).length;
  const margins = new Float64Array(rows);
  marginsOf(parameters)(
    readColumns(folder, 'test', rows).map((values) => Float64Array.from(values)),
    rows,
    margins,
  );
  const probabilities = margins.map((margin) => 1 / (1 + Math.exp(-margin)));
  writeFileSync(
    join(folder, `${trees === SETTINGS.trees ? OURS : OURS_TO_LOSS}.probabilities`),
    probabilities,
  );
  return { wallSeconds, cpuSeconds: (used.user + used.system) / 1e6, peakMib };
}

function spawnContender(contender: string, folder: string, threads: string): Cost {
  if (contender === OURS) return spawnOurs(folder, threads, []);
  const { trees, leaves, learningRate } = SETTINGS;
  const peer = join(import.meta.dirname, 'boosting-peer.py');
  const settings = [trees, leaves, learningRate].map(String);
  return run<Cost>(flags.python ?? 'python3', [peer, folder, contender, threads, ...settings]);
}

/** A process that fits (and prints its costs), or with `--loss` one that finds how many trees are needed. */
function spawnOurs<T = Cost>(folder: string, threads: string, more: readonly string[]): T {
  const start = ['--import', 'tsx', import.meta.filename, '--child', folder, '--threads', threads];
  return run<T>(process.execPath, [...start, ...more]);
}

function run<T>(program: string, args: readonly string[]): T {
  const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function readProbabilities(folder: string, contender: string): Float64Array {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${contender}.probabilities`));
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Area under the ROC curve by ranks, ties shared, and mean log loss. */
function judge(probabilities: Float64Array, labels: Uint8Array): { auc: number; logLoss: number } {
  const order = Uint32Array.from(probabilities.keys()).sort(
    (a, b) => (probabilities[a] as number) - (probabilities[b] as number),
  );
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && probabilities[order[to] as number] === probabilities[order[from] as number])
      to++;
    const rank = (from + to + 1) / 2;
    for (; from < to; from++) {
      if (labels[order[from] as number] !== 1) continue;
      ranks += rank;
      positives++;
    }
  }
  return {
    auc: (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives)),
    logLoss: meanLogLoss(probabilities, labels),
  };
}

function meanLogLoss(probabilities: Float64Array, labels: Uint8Array): number {
  return (
    probabilities.reduce((sum, p, row) => sum - Math.log(labels[row] === 1 ? p : 1 - p), 0) / labels.length
  );
}

function compare(rows: number, seed: number, folder: string): Result[] {
  writeData(folder, 'train', rows, 2 * seed);
  const testLabels = writeData(folder, 'test', TEST_ROWS, 2 * seed + 1);
  const contenders = flags.python === undefined ? [OURS] : [OURS, ...PEERS];
  const costs = new Map<string, Cost[]>(contenders.map((contender) => [contender, []]));
  for (let run = 0; run < Number(flags.runs); run++) {
    for (const [contender, list] of costs) list.push(spawnContender(contender, folder, flags.threads));
  }
  const result = (contender: string, runs: readonly Cost[]): Result => ({
    rows,
    seed,
    contender,
    wallSeconds: median(runs.map((run) => run.wallSeconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    peakMib: median(runs.map((run) => run.peakMib)),
    ...judge(readProbabilities(folder, contender), testLabels),
    runs,
  });
  const results = [...costs].map(([contender, runs]) => result(contender, runs));
  const goal = results.find(({ contender }) => contender === 'lightgbm')?.logLoss;
  if (goal === undefined) return results;
  const { trees } = spawnOurs<{ trees: number }>(folder, flags.threads, ['--loss', String(goal)]);
  const count = Array.from({ length: Number(flags.runs) });
  const runs = count.map(() => spawnOurs(folder, flags.threads, ['--trees', String(trees)]));
  const name = trees === SETTINGS.trees ? OURS : OURS_TO_LOSS;
  return [...results, { ...result(name, runs), contender: `${OURS_TO_LOSS} (${trees} trees)` }];
}

function printResult({
  rows,
  seed,
  contender,
  wallSeconds,
  cpuSeconds,
  peakMib,
  auc,
  logLoss,
}: Result): void {
  const cells = [
    rows,
    seed,
    contender,
    wallSeconds.toFixed(2),
    cpuSeconds.toFixed(2),
    peakMib.toFixed(0),
    auc.toFixed(5),
    logLoss.toFixed(5),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

async function main(): Promise<void> {
  if (flags.child !== undefined) {
    const [folder, threads] = [flags.child, Number(flags.threads)];
    const answer =
      flags.loss === undefined
        ? await runOurs(folder, threads, Number(flags.trees))
        : { trees: await treesToLoss(folder, threads, Number(flags.loss)) };
    console.log(JSON.stringify(answer));
    return;
  }
  console.log(
    `${JSON.stringify(SETTINGS)}, ${FEATURES} features, ${flags.threads} threads, median of ${flags.runs}`,
  );
  console.log(
    '| rows | seed | learner | wall s | CPU s | peak MiB | AUC | log loss |\n|---|---|---|---|---|---|---|---|',
  );
  const results: Result[] = [];
  for (const rows of flags.rows.split(',').map(Number)) {
    for (let seed = 0; seed < Number(flags.seeds); seed++) {
      const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
      try {
        const found = compare(rows, seed, folder);
        found.forEach(printResult);
        results.push(...found);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
}

await main();
