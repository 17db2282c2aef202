/**
 * Alarms through the command line: a workspace as `init` makes it, one file of new clients a week with their outcomes,
 * each run by the built program with its clock a week on.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRandom, type Random } from '../src/base/random.ts';
import { sigmoid } from '../src/core/math/sigmoid.ts';
import type { RunSummary } from '../src/pipeline/run/run-summary.ts';
import { measure } from './measure.ts';
import { table } from './tables.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');
/** Puts the clock of a process so many days on. */
const MOVED_CLOCK = pathToFileURL(join(import.meta.dirname, '../test/e2e/fast-clock.mjs')).href;

const FIRST = 2000;
const WEEKLY = 200;
const CHANGE_WEEK = 4;
/** ROC AUC .80 and a base rate of 25 %: log-odds of this spread about this middle. */
const [STEEPNESS, MIDDLE] = [3.33, -1.466];
const BASE = 0.25;

interface Stream {
  readonly name: string;
  readonly weeks: number;
  /** The chance to leave of a client with these log-odds, in this week. */
  risk(margin: number, week: number): number;
}

const STREAMS: readonly Stream[] = [
  {
    name: `outcomes follow no input from week ${CHANGE_WEEK} on`,
    weeks: 14,
    risk: (margin, week) => (week < CHANGE_WEEK ? sigmoid(margin) : BASE),
  },
  {
    name: `odds doubled from week ${CHANGE_WEEK} on`,
    weeks: 14,
    risk: (margin, week) => sigmoid(margin + (week < CHANGE_WEEK ? 0 : Math.log(2))),
  },
  { name: 'no change', weeks: 30, risk: (margin) => sigmoid(margin) },
];

/** Runs the three streams; the weeks of each, and what was said at the alarm. Some minutes. */
export async function commandLineTable(): Promise<string> {
  const lines: string[][] = [];
  const said: string[] = [];
  for (const stream of STREAMS) {
    const weeks = await followStream(stream);
    const isUp = (week: Week | undefined): boolean => week?.run.check?.risk?.alarm === true;
    const alarms = weeks.filter((week, place) => isUp(week) && !isUp(weeks[place - 1]));
    lines.push([
      stream.name,
      alarms.map(({ week }) => week).join(', ') || 'none',
      alarms.map(({ run }) => run.check?.risk?.change ?? '-').join(', ') || '-',
      shortened(weeks),
    ]);
    for (const { week, run } of alarms.slice(0, 1)) {
      said.push(`Week ${week}, ${stream.name}: "${run.check?.risk?.sentence}" "${run.check?.risk?.budget}"`);
    }
    const last = weeks.at(-1);
    said.push(`Week ${last?.week}, ${stream.name}: "${last?.run.check?.risk?.sentence}"`);
  }
  return (
    `**Through the command line**: ${FIRST.toLocaleString('en-US')} clients first, one in five held out, then ` +
    `${WEEKLY} new ones with their outcomes a week, each run a week after the one before; configuration of \`init\`:\n\n` +
    `${table(['stream', 'alarm in week', 'what changed', 'results of the runs'], lines)}\n\n${said.join('\n\n')}`
  );
}

interface Week {
  readonly week: number;
  readonly run: RunSummary;
}

async function followStream({ name, weeks, risk }: Stream): Promise<readonly Week[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  const root = join(folder, 'w');
  const tidewatch = async (day: number, ...args: string[]): Promise<unknown> => {
    const env = { ...process.env, NODE_OPTIONS: `--import ${MOVED_CLOCK}`, CLOCK_DAYS: String(day) };
    return JSON.parse((await measure(process.execPath, [MAIN, ...args, '--json'], env)).output);
  };
  try {
    const random = createRandom(
      77,
      STREAMS.findIndex((stream) => stream.name === name),
    );
    const drawn = (week: number, rows: number): string =>
      clientsOf(random, `w${week}-`, rows, (margin) => risk(margin, week));
    writeFileSync(join(folder, 'first.csv'), drawn(0, FIRST));
    await tidewatch(0, 'init', join(folder, 'first.csv'), '-w', root);
    const path = join(root, 'config.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), npm_timeout_ms: 0 }));
    await tidewatch(0, 'run', '-w', root);
    const seen: Week[] = [];
    for (let week = 1; week <= weeks; week++) {
      const file = `week-${String(week).padStart(2, '0')}.csv`;
      writeFileSync(join(root, 'sourcedata', file), drawn(week, WEEKLY));
      const run = (await tidewatch(7 * week, 'run', '-w', root)) as RunSummary;
      process.stderr.write(`${name}, week ${week}: ${run.result}. ${run.check?.reason ?? ''}\n`);
      seen.push({ week, run });
    }
    return seen;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** "1 to 3 no-drift, 4 redeployed": what the runs came to. */
function shortened(weeks: readonly Week[]): string {
  const spans: { from: number; to: number; result: string }[] = [];
  for (const { week, run } of weeks) {
    const last = spans.at(-1);
    if (last?.result === run.result) last.to = week;
    else spans.push({ from: week, to: week, result: run.result });
  }
  return spans
    .map(({ from, to, result }) => `${from === to ? from : `${from} to ${to}`} ${result}`)
    .join(', ');
}

/** Clients who leave the more, the lower their usage and the more their calls; their tenure says nothing. */
function clientsOf(random: Random, prefix: string, rows: number, risk: (margin: number) => number): string {
  const lines = Array.from({ length: rows }, (_, k) => {
    const [usage, calls] = [random.uniform(), random.uniform()];
    const left = random.uniform() < risk(STEEPNESS * (calls - usage) + MIDDLE) ? 1 : 0;
    return `${prefix}${k},${(100 * usage).toFixed(1)},${(10 * calls).toFixed(1)},${random.below(50)},${left}`;
  });
  return `customer_id,usage,calls,tenure,churned\n${lines.join('\n')}\n`;
}
