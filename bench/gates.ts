/**
 * A world that turns round: weekly files of new clients, whose labels follow the opposite of what they did from the
 * third week on. For each rule of the gate, when the drift is seen, how often a model is retrained, when a good one is
 * live, and how good the live model is on clients of the week.
 *
 *   npm run bench -- gates
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/base/random.ts';
import type { RunSummary } from '../src/pipeline/run/run-summary.ts';
import { measure } from './measure.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const GATES = ['not-worse', 'better', 'sequential', 'always'] as const;
const WEEKS = 14;
const TURN = 3;
const WEEKLY = 200;
const FIRST = 500;
const STREAMS = 3;
/** F1 on clients of the week from which the live model counts as good again. */
const GOOD = 0.6;

/** Gives the table as Markdown, and prints each line as it is done. */
export async function benchGates(): Promise<string> {
  const lines: string[] = [];
  for (const turn of [TURN, Number.POSITIVE_INFINITY]) {
    for (const gate of GATES) {
      for (let stream = 0; stream < STREAMS; stream++) {
        const { alarm, trained, deployed, good, last } = await followStream(gate, turn, stream);
        const world = turn === TURN ? `turns in week ${TURN}` : 'does not change';
        const week = (value: number | null) => (value === null ? 'never' : String(value));
        lines.push(
          `| ${world} | ${gate} | ${stream} | ${week(alarm)} | ${trained} | ${deployed} | ${week(good)} | ${last.toFixed(2)} |`,
        );
        process.stdout.write(`${lines.at(-1)}\n`);
      }
    }
  }
  return [
    `${FIRST} clients first, then ${WEEKLY} new ones with their outcomes a week for ${WEEKS} weeks; one client in five is held out`,
    '',
    '| world | gate | stream | alarm, week | retrained | redeployed | good model live, week | F1 at the end |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...lines,
    '',
  ].join('\n');
}

interface Course {
  readonly alarm: number | null;
  readonly trained: number;
  readonly deployed: number;
  readonly good: number | null;
  readonly last: number;
}

async function followStream(gate: (typeof GATES)[number], turn: number, stream: number): Promise<Course> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  const root = join(folder, 'w');
  const tidewatch = async (...args: string[]) =>
    JSON.parse((await measure(process.execPath, [MAIN, ...args, '--json'])).output);
  try {
    const random = createRandom(1000 + stream);
    writeFileSync(join(folder, 'first.csv'), clientsOf(random, 'a', FIRST, false));
    await tidewatch('init', join(folder, 'first.csv'), '-w', root);
    const path = join(root, 'config.json');
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), gate, npm_timeout_ms: 0 }),
    );
    await tidewatch('run', '-w', root);
    let [alarm, good, trained, deployed, last] = [null as number | null, null as number | null, 0, 0, 0];
    for (let week = 1; week <= WEEKS; week++) {
      const isTurned = week >= turn;
      writeFileSync(
        join(root, 'sourcedata', `week-${String(week).padStart(2, '0')}.csv`),
        clientsOf(random, `w${week}`, WEEKLY, isTurned),
      );
      const run = (await tidewatch('run', '-w', root)) as RunSummary;
      if (run.check?.drift === true) alarm ??= week;
      trained += Number(run.steps.some(({ name, status }) => name === 'train' && status === 'succeeded'));
      deployed += Number(run.deployment !== null);
      writeFileSync(join(folder, 'fresh.csv'), clientsOf(random, 'f', 1000, isTurned));
      const f1 = await freshScore(tidewatch, root, join(folder, 'fresh.csv'));
      if (isTurned && f1 >= GOOD) good ??= week;
      last = f1;
    }
    return { alarm, trained, deployed, good, last };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** F1 of the live model on clients whose outcome it does not see. */
async function freshScore(
  tidewatch: (...args: string[]) => Promise<unknown>,
  root: string,
  file: string,
): Promise<number> {
  const out = `${file}.out.csv`;
  await tidewatch('predict', file, '-w', root, '-o', out);
  const column = (path: string, name: string): string[] => {
    const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
    const at = head.split(',').indexOf(name);
    return lines.map((line) => line.split(',')[at] ?? '');
  };
  const [told, truth] = [column(out, 'prediction'), column(file, 'churned')];
  const count = (a: string, b: string) => truth.filter((label, k) => label === a && told[k] === b).length;
  const [tp, wrong] = [count('1', '1'), count('0', '1') + count('1', '0')];
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + wrong);
}

/** Clients who leave where usage is low and calls are many; turned round, where it is the other way. */
function clientsOf(
  random: ReturnType<typeof createRandom>,
  prefix: string,
  rows: number,
  isTurned: boolean,
): string {
  const lines = Array.from({ length: rows }, (_, k) => {
    const [usage, calls] = [random.uniform(), random.uniform()];
    const margin = 5 * (calls - usage) * (isTurned ? -1 : 1) - 0.6;
    const left = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    return `${prefix}${k},${(100 * usage).toFixed(1)},${(10 * calls).toFixed(1)},${random.below(50)},${left}`;
  });
  return `customer_id,usage,calls,tenure,churned\n${lines.join('\n')}\n`;
}
