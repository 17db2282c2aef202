/**
 * Accuracy on public churn sets, beside Python's models at their defaults, on the same five folds.
 *
 *   npm run bench -- accuracy --python PYTHON
 *
 * PYTHON is an interpreter with pandas, scikit-learn, lightgbm, xgboost and (if it is there) catboost. The sets are
 * read from ../shared/data/real. Tidewatch is used as a user would: `init` proposes the columns, `ingest`, `train`
 * with model "auto", `score`.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './measure.ts';

interface FoldScore {
  readonly log_loss: number;
  readonly roc_auc: number;
  readonly f1: number;
  readonly brier: number;
}

type Results = Record<string, Record<string, FoldScore[]>>;

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/main.js');
const OURS = 'Tidewatch auto';
const METRICS = ['log_loss', 'roc_auc', 'f1', 'brier'] as const;
const FOLDS = 5;

export async function benchAccuracy(python: string | null): Promise<string> {
  const data = join(root, '../shared/data/real');
  if (python === null || !existsSync(data))
    throw new Error('Accuracy needs --python PYTHON and ../shared/data/real.');
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-accuracy-'));
  try {
    const peers = await measure(python, [join(root, 'bench/accuracy-peer.py'), data, folder]);
    const results = JSON.parse(peers.output) as Results;
    const chosen = new Map<string, string[]>();
    for (const set of Object.keys(results)) {
      const scores: FoldScore[] = [];
      for (let fold = 0; fold < FOLDS; fold++) {
        const { score, candidate } = await trainFold(join(folder, set, String(fold)));
        scores.push(score);
        chosen.set(set, [...(chosen.get(set) ?? []), candidate]);
      }
      results[set] = { [OURS]: scores, ...results[set] };
    }
    return renderAccuracy(results, chosen);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `init` on the training rows, then the verbs; the fold's test rows are the test data. */
async function trainFold(fold: string): Promise<{ score: FoldScore; candidate: string }> {
  const workspace = join(fold, 'workspace');
  const tidewatch = async (...args: string[]) => {
    return JSON.parse(
      (await measure(process.execPath, [main, ...args, '--workspace', workspace, '--json'])).output,
    );
  };
  await tidewatch('init', join(fold, 'in/data.csv'), '--no-copy');
  const path = join(workspace, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  for (const name of ['sourcedata', 'testdata'])
    rmSync(join(workspace, name), { recursive: true, force: true });
  // The F1 of the peers is at 0.5, so ours is too, and the fold holds its test rows out; the rest is what `init` writes.
  const choices = { model: 'auto', calibration: 'auto', threshold: 0.5, holdout: null };
  writeFileSync(path, JSON.stringify({ ...config, ...choices }));
  cpSync(join(fold, 'in/data.csv'), join(workspace, 'sourcedata/data.csv'));
  cpSync(join(fold, 'test/data.csv'), join(workspace, 'testdata/data.csv'));
  await tidewatch('ingest');
  const trained = (await tidewatch('train')) as { selection: { chosen: string } };
  const scored = (await tidewatch('score')) as { f1: number; metrics: Record<string, { value: number }> };
  const value = (name: string) => scored.metrics[name]?.value ?? Number.NaN;
  return {
    score: { log_loss: value('logLoss'), roc_auc: value('rocAuc'), f1: scored.f1, brier: value('brier') },
    candidate: trained.selection.chosen,
  };
}

function renderAccuracy(results: Results, chosen: ReadonlyMap<string, readonly string[]>): string {
  const sections = Object.entries(results).map(([set, models]) => {
    const ours = models[OURS] ?? [];
    const lines = Object.entries(models).map(([name, folds]) => {
      const cells = METRICS.map((metric) => {
        const values = folds.map((fold) => fold[metric]);
        return `${mean(values).toFixed(4)} ± ${(deviation(values) / Math.sqrt(FOLDS)).toFixed(4)}`;
      });
      const gaps = folds.map((fold, index) => fold.log_loss - (ours[index]?.log_loss ?? Number.NaN));
      const gap = name === OURS ? '' : `${mean(gaps).toFixed(4)} ± ${correctedError(gaps).toFixed(4)}`;
      return `| ${[name, ...cells, gap].join(' | ')} |`;
    });
    return `### ${set}

| model | log loss | ROC AUC | F1 at 0.5 | Brier | log loss behind Tidewatch |
|---|---|---|---|---|---|
${lines.join('\n')}

Chosen in the five folds: ${(chosen.get(set) ?? []).join(', ')}.
`;
  });
  return `Means of five folds ± standard error over the folds; the last column is the paired difference, its error
corrected for training rows that folds share (Nadeau and Bengio 2003).

${sections.join('\n')}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

function correctedError(gaps: readonly number[]): number {
  return deviation(gaps) * Math.sqrt(1 / FOLDS + 1 / (FOLDS - 1));
}
