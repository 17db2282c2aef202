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
import { createTeam } from '../src/engine/workers/team.ts';

const FEATURES = 20;
const TEST_ROWS = 200_000;
const SETTINGS = { trees: 100, leaves: 31, learningRate: 0.1 };
const OURS = 'tidewatch';
const PEERS = ['scikit-learn', 'xgboost', 'lightgbm'];

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

/** Our fit, in a process of its own so that its peak of memory is its own. */
async function runOurs(folder: string, threads: number): Promise<Cost> {
  const labels = new Uint8Array(readFileSync(join(folder, 'train.labels')));
  const columns = readColumns(folder, 'train', labels.length).map((values) => ({
    kind: 'numeric' as const,
    values,
  }));
  const team = createTeam({ threads });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { parameters } = await team.fitTrees(columns, labels, SETTINGS);
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
  writeFileSync(join(folder, `${OURS}.probabilities`), probabilities);
  return { wallSeconds, cpuSeconds: (used.user + used.system) / 1e6, peakMib };
}

function spawnContender(contender: string, folder: string, threads: string): Cost {
  const { trees, leaves, learningRate } = SETTINGS;
  const peer = join(import.meta.dirname, 'boosting-peer.py');
  const [program, args] =
    contender === OURS
      ? [process.execPath, ['--import', 'tsx', import.meta.filename, '--child', folder, '--threads', threads]]
      : [
          flags.python ?? 'python3',
          [peer, folder, contender, threads, ...[trees, leaves, learningRate].map(String)],
        ];
  const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Cost;
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
  const losses = probabilities.map((p, row) => -Math.log(labels[row] === 1 ? p : 1 - p));
  return {
    auc: (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives)),
    logLoss: losses.reduce((sum, loss) => sum + loss, 0) / labels.length,
  };
}

function compare(rows: number, seed: number, folder: string): Result[] {
  writeData(folder, 'train', rows, 2 * seed);
  const testLabels = writeData(folder, 'test', TEST_ROWS, 2 * seed + 1);
  const contenders = flags.python === undefined ? [OURS] : [OURS, ...PEERS];
  const costs = new Map<string, Cost[]>(contenders.map((contender) => [contender, []]));
  for (let run = 0; run < Number(flags.runs); run++) {
    for (const [contender, list] of costs) list.push(spawnContender(contender, folder, flags.threads));
  }
  return [...costs].map(([contender, runs]) => ({
    rows,
    seed,
    contender,
    wallSeconds: median(runs.map((run) => run.wallSeconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    peakMib: median(runs.map((run) => run.peakMib)),
    ...judge(readProbabilities(folder, contender), testLabels),
    runs,
  }));
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
    console.log(JSON.stringify(await runOurs(flags.child, Number(flags.threads))));
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
