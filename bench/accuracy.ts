/**
 * Accuracy on eight public sets, beside Python's models, on the same splits: how far log loss, ROC AUC, F1 and Brier score
 * are apart, whether probabilities are calibrated, and what a fit costs.
 *
 *   npm run bench -- accuracy --python PYTHON [--sets telco,bank] [--splits 5] [--peers defaults,tuned,autogluon]
 *     [--models auto,ensemble] [--autogluon PYTHON] [--keep DIR] [--threads 2] [--curves]
 *     [--data DIR]
 *
 * PYTHON is an interpreter with pandas, scikit-learn, lightgbm, xgboost and catboost; AutoGluon has one of its own. The
 * sets are read from ../shared/data. Tidewatch is used as a user would: `init` proposes the columns from the training
 * rows, then `ingest`, `train` and `predict`. Peers are offered the columns that `init` chose; where it left some out, those
 * at defaults are fitted once more on all columns. Fits are kept in DIR, so that a run that was cut goes on; Tidewatch
 * is fitted again when its build has changed. `--peers none` and `--models none` leave a side out.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CURVE_PEERS, fitCurve, renderCurves } from './accuracy-curves.ts';
import { BASE_RATE, type FitPlan, fitSplit, type PeerSpec } from './accuracy-fits.ts';
import { createKeeper, digestOfBuild, type Kept } from './accuracy-keep.ts';
import { ACCURACY_SETS, readAccuracySet, splitOf } from './accuracy-sets.ts';
import { renderAccuracy } from './accuracy-table.ts';

export interface AccuracyOptions {
  /** Where the sets are; null: ../shared/data. */
  readonly data: string | null;
  readonly python: string | null;
  readonly autogluon: string | null;
  /** Names with commas between; null: all. */
  readonly sets: string | null;
  readonly splits: number;
  /** Of: defaults, tuned, autogluon, none; or names of peers at defaults. */
  readonly peers: string;
  /** Values of `model`, or none. */
  readonly models: string;
  readonly keep: string | null;
  readonly threads: number;
  readonly curves: boolean;
}

const PEERS = ['LogisticRegression', 'HistGradientBoosting', 'LightGBM', 'XGBoost', 'CatBoost'];

const root = join(import.meta.dirname, '..');

export async function benchAccuracy(options: AccuracyOptions): Promise<string> {
  const data = options.data ?? join(root, '../shared/data');
  if (!existsSync(data)) throw new Error(`Accuracy needs the sets in ${data}, or --data DIR.`);
  const scratch = mkdtempSync(join(tmpdir(), 'tidewatch-accuracy-'));
  const plan: FitPlan = {
    ours: listOf(options.models),
    peers: options.curves ? curvePeers(options) : peersOf(options),
    threads: options.threads,
    build: digestOfBuild(join(root, 'dist')),
    keeper: createKeeper(options.keep ?? join(scratch, 'kept')),
  };
  const wanted = options.sets === null ? null : listOf(options.sets);
  const unknown = wanted?.filter((name) => !ACCURACY_SETS.some((set) => set.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`No set ${unknown.join(', ')}.`);
  try {
    const kept: Kept[] = [];
    for (const set of ACCURACY_SETS) {
      if (wanted !== null && !wanted.includes(set.name)) continue;
      const table = readAccuracySet(data, set);
      const folder = join(scratch, set.name);
      if (options.curves) kept.push(...(await fitCurve(table, { folder, most: 2 * options.splits }, plan)));
      for (let number = 0; number < (options.curves ? 0 : options.splits); number++) {
        const split = splitOf(table.labels, number);
        kept.push(...(await fitSplit(table, { split, number, folder: join(folder, String(number)) }, plan)));
        console.error(`${set.name}: split ${number + 1} of ${options.splits}`);
      }
      rmSync(folder, { recursive: true, force: true });
    }
    return options.curves ? renderCurves(kept) : renderAccuracy(kept);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function peersOf({ python, autogluon, peers }: AccuracyOptions): PeerSpec[] {
  const wanted = listOf(peers);
  if (wanted.length === 0) return [];
  const isAtDefaults = (name: string) => wanted.includes('defaults') || wanted.includes(name);
  const specs: PeerSpec[] = [];
  const base = { tuning: false, python: needed(python, '--python'), allColumns: false };
  specs.push({ ...base, name: BASE_RATE });
  for (const name of PEERS) if (isAtDefaults(name)) specs.push({ ...base, name, allColumns: true });
  if (wanted.includes('tuned')) for (const name of PEERS) specs.push({ ...base, name, tuning: true });
  if (wanted.includes('autogluon'))
    specs.push({ ...base, name: 'AutoGluon', python: needed(autogluon, '--autogluon') });
  return specs;
}

function curvePeers({ python, peers }: AccuracyOptions): PeerSpec[] {
  if (listOf(peers).length === 0) return [];
  const at = needed(python, '--python');
  return CURVE_PEERS.map((name) => ({ name, tuning: false, python: at, allColumns: false }));
}

function listOf(text: string): string[] {
  return text === 'none' ? [] : text.split(',').filter((part) => part !== '');
}

function needed(python: string | null, option: string): string {
  if (python === null) throw new Error(`The peers need ${option} PYTHON.`);
  return python;
}
