/**
 * After the alarm: how soon a good model is live where the labels of a stream turn round, and whether moving the risks is
 * no worse than retraining where the base rate alone changes.
 *
 *   npm run bench -- renewal
 */
import { createRandom } from '../src/base/random.ts';
import { estimateShift } from '../src/core/calibration/shift.ts';
import { createTransform } from '../src/core/features/transform.ts';
import { fitBoostedTrees } from '../src/core/learners/boosting/fit.ts';
import { type CandidateSpec, listCandidates } from '../src/core/learners/candidates.ts';
import { fitLogistic } from '../src/core/learners/logistic.ts';
import { logit, sigmoid } from '../src/core/math/sigmoid.ts';
import { logLoss } from '../src/core/metrics/probability.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { fitCandidate } from '../src/steps/train/fit/families.ts';
import type { Compute } from '../src/steps/train/fit/rows.ts';
import { type ClientRows, drawClients, followStream, type World } from './renewal-stream.ts';

const TURN = 3;
const WEEKS = 12;
const STREAMS = 3;
/** F1 on clients of the week from which a model counts as good; the best that can be is .88. */
const GOOD = 0.85;
const STRONG = 11;

/** Gives the tables as Markdown, and prints each week as it is done. */
export async function benchRenewal(): Promise<string> {
  const lines: string[] = [];
  for (const gate of ['sequential', 'not-worse'] as const) {
    for (let stream = 0; stream < STREAMS; stream++) lines.push(await followTurn(gate, stream));
  }
  return [
    `600 clients first, then 200 new ones with their outcomes a week for ${WEEKS} weeks; one client in five is held out; from week`,
    `${TURN} on those leave who stayed before`,
    '',
    '| gate | stream | alarm, week | good model live, week | live models | F1 of weeks 3, 4, 5, 6 | F1 of the last week |',
    '|---|---:|---:|---:|---:|---|---:|',
    ...lines,
    '',
    ...(await moveOrRetrain()),
  ].join('\n');
}

async function followTurn(gate: 'sequential' | 'not-worse', stream: number): Promise<string> {
  const weeks = await followStream({
    seed: 100 + stream,
    first: 600,
    weekly: 200,
    weeks: WEEKS,
    worldOf: (week) => ({ slope: week >= TURN ? -STRONG : STRONG, level: -0.4 }),
    config: { gate },
    onWeek: ({ week, run, f1 }) =>
      process.stdout.write(
        `${gate} ${stream} week ${week}: ${run.result}${run.check?.drift ? ', alarm' : ''}, live ${run.model?.version}, F1 ${f1.toFixed(2)}\n`,
      ),
  });
  const week = (found: (typeof weeks)[number] | undefined) => found?.week ?? 'never';
  const alarm = weeks.find(({ run }) => run.check?.drift === true);
  const good = weeks.find((each) => each.week >= TURN && each.f1 >= GOOD);
  const models = new Set(weeks.map(({ run }) => run.model?.version)).size;
  const f1s = weeks.slice(TURN, TURN + 4).map(({ f1 }) => f1.toFixed(2));
  const last = weeks.at(-1)?.f1.toFixed(2);
  return `| ${gate} | ${stream} | ${week(alarm)} | ${week(good)} | ${models} | ${f1s.join(', ')} | ${last} |`;
}

const BEFORE = 2000;
const FRESH = 10_000;
const SLOPE = 6;
const RUNS = 100;

/** Log loss on clients after the odds of leaving have doubled, of both answers, by how many came since. */
async function moveOrRetrain(): Promise<string[]> {
  const lines: string[] = [];
  for (const base of [0.05, 0.25]) {
    for (const weeks of [1, 4, 12, 35]) lines.push(await compareAnswers(base, weeks));
  }
  return [
    `The odds of leaving double, and nothing else changes: log loss on ${FRESH.toLocaleString('en-US')} clients after that, ${RUNS} streams a line; a logistic`,
    `regression of ${BEFORE.toLocaleString('en-US')} clients before, 200 clients a week since; differences with 95 % intervals, below 0 moving the risks is better`,
    '',
    '| base rate before | weeks since | as it was | risks moved | less retrained on all rows | less retrained on those since |',
    '|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ];
}

async function compareAnswers(base: number, weeks: number): Promise<string> {
  const level = levelOf(base);
  const [before, after]: readonly World[] = [
    { slope: SLOPE, level },
    { slope: SLOPE, level: level + Math.log(2) },
  ];
  const losses: Record<'still' | 'moved' | 'all' | 'alone', number[]> = {
    still: [],
    moved: [],
    all: [],
    alone: [],
  };
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom(7000 + run, weeks);
    const old = drawClients(random, BEFORE, before as World);
    const since = drawClients(random, 200 * weeks, after as World);
    const fresh = drawClients(random, FRESH, after as World);
    const live = await learnFrom([old]);
    const shift = estimateShift(live(since), since.labels).value;
    losses.still.push(logLoss(fresh.labels, live(fresh)));
    losses.moved.push(
      logLoss(
        fresh.labels,
        live(fresh).map((p) => sigmoid(logit(p) + shift)),
      ),
    );
    losses.all.push(logLoss(fresh.labels, (await learnFrom([old, since]))(fresh)));
    losses.alone.push(logLoss(fresh.labels, (await learnFrom([since]))(fresh)));
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const less = (other: readonly number[]): string => {
    const gaps = losses.moved.map((loss, run) => loss - (other[run] as number));
    const centre = mean(gaps);
    const half = 1.96 * Math.sqrt(mean(gaps.map((gap) => (gap - centre) ** 2)) / (gaps.length - 1));
    return `${centre.toFixed(4)} (${(centre - half).toFixed(4)} to ${(centre + half).toFixed(4)})`;
  };
  const [still, moved] = [mean(losses.still).toFixed(4), mean(losses.moved).toFixed(4)];
  return `| ${100 * base} % | ${weeks} | ${still} | ${moved} | ${less(losses.all)} | ${less(losses.alone)} |`;
}

/** The log-odds of a client in the middle at which so many leave, by halving. */
function levelOf(base: number): number {
  let [low, high] = [-20, 20];
  const clients = drawClients(createRandom(1), 20_000, { slope: 0, level: 0 });
  const rate = (level: number) =>
    clients.calls.reduce(
      (sum, calls, row) => sum + sigmoid(SLOPE * (calls / 10 - (clients.usage[row] as number) / 100) + level),
      0,
    ) / clients.labels.length;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (rate(middle) < base) low = middle;
    else high = middle;
  }
  return low;
}

const INPUTS = ['usage', 'calls'].map((name) => ({ name, kind: 'numeric' as const }));
const compute = (): Compute => ({
  fitTrees: async (columns, labels, request) => fitBoostedTrees(columns, labels, request),
  fitLogistic: async (blocks, options) => fitLogistic(blocks, options),
  openStore: () => null,
});
const [LOGISTIC] = listCandidates({
  model: 'logistic',
  logistic: { C: 1, standardize: true },
  monotone: {},
  seed: 0,
  rows: 100,
  clients: 100,
  smallerClass: 10,
  numericColumns: 2,
}).specs as [CandidateSpec];

/** Gives the risks that a logistic regression of these clients gives to others. */
async function learnFrom(parts: readonly ClientRows[]): Promise<(rows: ClientRows) => Float64Array> {
  const batchOf = ({ usage, calls, labels }: ClientRows) => ({
    rows: labels.length,
    columns: [usage, calls].map((values) => ({ kind: 'numeric' as const, values })),
  });
  const known = {
    inputs: INPUTS,
    batches: parts.map(batchOf),
    labels: parts.map(({ labels }) => labels),
    clients: null,
  };
  const { features, learner } = await fitCandidate(LOGISTIC, known, compute);
  const transform = createTransform(features, INPUTS);
  return (rows) => {
    const margins = new Float64Array(rows.labels.length);
    marginsOf(learner)(transform(batchOf(rows)), margins.length, margins);
    return margins.map(sigmoid);
  };
}
