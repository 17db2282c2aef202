/** Tidewatch as a user has it: `init`, `ingest`, `train` and `predict` of the built command line in a workspace. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccuracySet } from './accuracy-sets.ts';
import { type Measurement, measure } from './measure.ts';

/** What `init` took for features. */
export interface ChosenColumns {
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
}

export interface OurFit {
  readonly columns: ChosenColumns;
  /** One a test row, in order. */
  readonly probabilities: Float64Array;
  /** The candidate that training chose. */
  readonly chosen: string;
  readonly seconds: { readonly wall: number; readonly cpu: number };
  readonly peakMib: number;
}

const main = join(import.meta.dirname, '../dist/main.js');

interface Config extends Record<string, unknown> {
  readonly columns: Partial<ChosenColumns>;
}

/** Makes FOLDER/workspace of FOLDER/train.csv; the test rows take no part. Returns the columns that were chosen. */
export async function initWorkspace(folder: string, set: AccuracySet): Promise<ChosenColumns> {
  const outcome = ['--target', set.target, '--positive', set.positive];
  await tidewatch(folder, 'init', join(folder, 'train.csv'), '--no-copy', ...outcome);
  const { numeric = [], categorical = [] } = readConfig(folder).columns;
  return { numeric, categorical };
}

/**
 * Trains in the workspace that `initWorkspace` made, and scores FOLDER/test.csv. What `init` wrote is kept but for
 * `model`, the threshold (which no probability depends on) and the hold-out: the split has its own test rows.
 * Seconds are those of ingest, train and predict, each a cold process; memory is the largest of the three.
 */
export async function fitOurs(folder: string, columns: ChosenColumns, model: string): Promise<OurFit> {
  const workspace = join(folder, 'workspace');
  for (const name of ['sourcedata', 'testdata', 'ingesteddata', 'models'])
    rmSync(join(workspace, name), { recursive: true, force: true });
  const config = { ...readConfig(folder), model, threshold: 0.5, holdout: null };
  writeFileSync(join(workspace, 'config.json'), JSON.stringify(config));
  copyIn(folder, 'train', 'sourcedata');
  copyIn(folder, 'test', 'testdata');
  const out = join(folder, 'predictions.csv');
  const ingested = await tidewatch(folder, 'ingest');
  const trained = await tidewatch(folder, 'train');
  const summary = JSON.parse(trained.output) as { path: string; selection: { chosen: string } | null };
  const taken = ['--model', 'models/trainedmodel.json'];
  const predicted = await tidewatch(folder, 'predict', join(folder, 'test.csv'), '-o', out, ...taken);
  const parts = [ingested, trained, predicted];
  const sum = (of: (part: Measurement) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    columns,
    probabilities: readProbabilities(out),
    chosen: summary.selection?.chosen ?? model,
    seconds: { wall: sum((part) => part.wallSeconds), cpu: sum((part) => part.cpuSeconds) },
    peakMib: Math.max(...parts.map((part) => part.peakMib)),
  };
}

function tidewatch(folder: string, ...args: readonly string[]): Promise<Measurement> {
  const workspace = ['--workspace', join(folder, 'workspace'), '--json'];
  return measure(process.execPath, [main, ...args, ...workspace]);
}

function readConfig(folder: string): Config {
  return JSON.parse(readFileSync(join(folder, 'workspace/config.json'), 'utf8')) as Config;
}

function copyIn(folder: string, part: string, to: string): void {
  const target = join(folder, 'workspace', to);
  mkdirSync(target, { recursive: true });
  copyFileSync(join(folder, `${part}.csv`), join(target, 'data.csv'));
}

function readProbabilities(path: string): Float64Array {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const place = (lines[0] ?? '').split(',').indexOf('probability');
  if (place < 0) throw new Error(`${path} has no column "probability"; it has ${lines[0]}.`);
  return Float64Array.from(lines.slice(1), (line) => Number(line.split(',').at(place)));
}
