/** Fits of one split: Tidewatch and the peers, each a process of its own on the same two files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfColumns, type Keeper, type Kept, type Made } from './accuracy-keep.ts';
import { type ChosenColumns, fitOurs, initWorkspace } from './accuracy-ours.ts';
import { scoreTest } from './accuracy-scores.ts';
import { type AccuracyTable, type Split, writeSplit } from './accuracy-sets.ts';
import { measure } from './measure.ts';

export interface PeerSpec {
  readonly name: string;
  readonly tuning: boolean;
  readonly python: string;
  /** Whether all columns are offered where `init` left some out, as well as those that it chose. */
  readonly allColumns: boolean;
}

export interface FitPlan {
  /** Values of `model` in config.json. */
  readonly ours: readonly string[];
  readonly peers: readonly PeerSpec[];
  readonly threads: number;
  /** Of Tidewatch. */
  readonly build: string;
  readonly keeper: Keeper;
}

export const OURS = 'Tidewatch';
export const BASE_RATE = 'base rate';
export const ALL_COLUMNS = ', all columns';

export function nameOfOurs(model: string): string {
  return model === 'auto' ? OURS : `${OURS} ${model}`;
}

/** All fits of one split, those kept and those made now. `folder` is for the files of the split. */
export async function fitSplit(
  table: AccuracyTable,
  { split, number, folder }: { readonly split: Split; readonly number: number; readonly folder: string },
  plan: FitPlan,
): Promise<Kept[]> {
  const { set } = table;
  const labels = writeSplit(table, split, folder);
  const key = { set: set.name, split: number, rows: split.train.length };
  // Tidewatch's own workspace is made only where it is fitted or where nobody knows its columns yet.
  let made: Promise<ChosenColumns> | null = null;
  const init = () => (made ??= initWorkspace(folder, set));
  const columns = await plan.keeper.columns(
    `${set.name}/${key.rows}-${number}-columns.json`,
    plan.build,
    init,
  );
  const fits: Kept[] = [];
  for (const model of plan.ours) {
    const names = { ...key, model: nameOfOurs(model), build: plan.build };
    const fit = async () => {
      const { probabilities, chosen, seconds, peakMib } = await fitOurs(folder, await init(), model);
      const times = { wallSeconds: seconds.wall, cpuSeconds: seconds.cpu, peakMib };
      return { score: scoreTest(labels, probabilities), chosen, ...times };
    };
    fits.push(await plan.keeper.fit(names, fit));
  }
  const all = allColumns(table);
  const differs = countOf(all) !== countOf(columns);
  for (const peer of plan.peers) {
    const name = `${peer.name}${peer.tuning ? ' tuned' : ''}`;
    const offers: [string, ChosenColumns][] = [[name, columns]];
    if (peer.allColumns && differs) offers.push([`${name}${ALL_COLUMNS}`, all]);
    for (const [model, offered] of offers) {
      const names = { ...key, model, build: digestOfColumns(offered) };
      const fit = () => fitPeer({ folder, table, labels, columns: offered, threads: plan.threads }, peer);
      fits.push(await plan.keeper.fit(names, fit));
    }
  }
  return fits;
}

interface PeerRows {
  readonly folder: string;
  readonly table: AccuracyTable;
  readonly labels: Float64Array;
  readonly columns: ChosenColumns;
  readonly threads: number;
}

async function fitPeer({ folder, table, labels, columns, threads }: PeerRows, peer: PeerSpec): Promise<Made> {
  const { target, positive, separator = ',' } = table.set;
  const files = { train: join(folder, 'train.csv'), test: join(folder, 'test.csv') };
  const path = join(folder, 'peer.json');
  const how = { peer: peer.name, tuning: peer.tuning, threads, seed: 0 };
  writeFileSync(path, JSON.stringify({ ...files, separator, target, positive, ...columns, ...how }));
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), GOMP_SPINCOUNT: '0' };
  const run = await measure(peer.python, [join(import.meta.dirname, 'accuracy-peer.py'), path], env);
  const answer = JSON.parse(run.output.trimEnd().split('\n').at(-1) ?? '') as {
    probabilities: number[];
    chosen: string;
  };
  const { wallSeconds, cpuSeconds, peakMib } = run;
  const score = scoreTest(labels, Float64Array.from(answer.probabilities));
  return { score, chosen: answer.chosen, wallSeconds, cpuSeconds, peakMib };
}

/** Every column of the file but the target: numbers where nine in ten of the values that are there are. */
function allColumns({ set, columns, lines }: AccuracyTable): ChosenColumns {
  const rows = lines.map((line) => line.split(set.separator ?? ','));
  const isNumeric = (index: number) => {
    const values = rows
      .map((row) => (row[index] ?? '').replaceAll('"', '').trim())
      .filter((value) => value !== '');
    return values.filter((value) => Number.isFinite(Number(value))).length > 0.9 * values.length;
  };
  const kinds = columns.flatMap((name, index) =>
    name === set.target ? [] : [{ name, numeric: isNumeric(index) }],
  );
  const namesOf = (numeric: boolean) =>
    kinds.filter((kind) => kind.numeric === numeric).map(({ name }) => name);
  return { numeric: namesOf(true), categorical: namesOf(false) };
}

function countOf({ numeric, categorical }: ChosenColumns): number {
  return numeric.length + categorical.length;
}
