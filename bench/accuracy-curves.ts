/** Learning curves: log loss by the rows learned from, down to fifty, on the rows that are left. */
import { join } from 'node:path';
import { BASE_RATE, type FitPlan, fitSplit, OURS } from './accuracy-fits.ts';
import type { Kept, KeptFit } from './accuracy-keep.ts';
import { overSplits } from './accuracy-scores.ts';
import { type AccuracyTable, sampleOf, splitOf } from './accuracy-sets.ts';
import { row, signed, table } from './accuracy-table.ts';

/** Rows learned from, and draws of so many. All rows: one split in five folds. */
const SIZES: readonly (readonly [rows: number, draws: number])[] = [
  [50, 10],
  [100, 10],
  [200, 5],
  [500, 5],
  [1000, 3],
  [3000, 3],
];

/** Peers of the curves. */
export const CURVE_PEERS: readonly string[] = [BASE_RATE, 'LogisticRegression', 'CatBoost'];

/** Draws of a size are fewer where `most` says so. */
export async function fitCurve(
  source: AccuracyTable,
  { folder, most }: { readonly folder: string; readonly most: number },
  plan: FitPlan,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  const add = async (split: ReturnType<typeof splitOf>, number: number) => {
    const place = join(folder, `${split.train.length}-${number}`);
    kept.push(...(await fitSplit(source, { split, number, folder: place }, plan)));
  };
  for (const [rows, draws] of SIZES) {
    if (rows > 0.7 * source.lines.length) continue;
    for (let draw = 0; draw < Math.min(draws, most); draw++)
      await add(sampleOf(source.labels, rows, draw), draw);
  }
  await add(splitOf(source.labels, 0), 0);
  return kept;
}

export function renderCurves(kept: readonly Kept[]): string {
  const fits = kept.filter((fit): fit is KeptFit => !('error' in fit));
  const sets = [...new Set(fits.map((fit) => fit.set))];
  const sections = sets.map((set) => {
    const own = fits.filter((fit) => fit.set === set);
    const models = [...new Set(own.map((fit) => fit.model))];
    const sizes = [...new Set(own.map((fit) => fit.rows))].sort((a, b) => a - b);
    const lines = sizes.map((rows) => row([String(rows), ...models.map((model) => cell(own, rows, model))]));
    return `#### ${set}\n\n${table(['rows', ...models], lines)}`;
  });
  const failed = kept.flatMap((fit) => ('error' in fit ? [`Failed: ${fit.model} on ${fit.set}.`] : []));
  return [
    'Log loss by the rows learned from (mean of several draws; in brackets the paired difference to Tidewatch ± its ' +
      'standard error over draws), on all rows that were not drawn.',
    ...sections,
    ...failed,
  ].join('\n\n');
}

function cell(fits: readonly KeptFit[], rows: number, model: string): string {
  const of = (name: string) => fits.filter((fit) => fit.rows === rows && fit.model === name);
  const own = of(model);
  if (own.length === 0) return '';
  const value = overSplits(own.map((fit) => fit.score.logLoss)).value.toFixed(4);
  const gaps = own.flatMap((fit) => {
    const ours = of(OURS).find(({ split }) => split === fit.split);
    return ours === undefined || model === OURS ? [] : [fit.score.logLoss - ours.score.logLoss];
  });
  if (gaps.length === 0) return value;
  const gap = overSplits(gaps, 0);
  return `${value} (${signed(gap.value)}${gaps.length > 1 ? ` ± ${gap.error.toFixed(4)}` : ''})`;
}
