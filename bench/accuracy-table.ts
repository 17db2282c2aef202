/** The tables of the comparison of accuracy, from fits that were kept. */
import { ALL_COLUMNS, BASE_RATE, OURS } from './accuracy-fits.ts';
import type { FailedFit, Kept, KeptFit } from './accuracy-keep.ts';
import { overSplits, pooledSlope } from './accuracy-scores.ts';
import { ACCURACY_SETS } from './accuracy-sets.ts';

const METRICS = ['logLoss', 'rocAuc', 'f1', 'brier'] as const;

/** Fits of one set by model, in the order that they were made in. */
type ByModel = ReadonlyMap<string, readonly KeptFit[]>;

export function renderAccuracy(kept: readonly Kept[]): string {
  const failures = kept.filter((fit): fit is FailedFit => 'error' in fit);
  const fits = kept.filter((fit): fit is KeptFit => !('error' in fit));
  const groups = [true, false].flatMap((tunedOn) => {
    const sets = ACCURACY_SETS.filter((set) => set.tunedOn === tunedOn);
    const present = sets.flatMap(({ name }) => {
      const own = byModel(fits.filter((fit) => fit.set === name));
      return own.size === 0 ? [] : [{ name, models: own }];
    });
    if (present.length === 0) return [];
    const title = tunedOn ? 'Sets that choices were looked at on' : 'Sets that nothing was tuned on';
    const tables = present.map(({ name, models }) => renderSet(name, models));
    return [`### ${title}`, renderSummary(present), ...tables];
  });
  const failed = failures.map(
    ({ set, split, model, error }) =>
      `Failed: ${model} on split ${split} of ${set}: ${error.trim().split('\n').at(-1)}`,
  );
  return [
    'Means over splits (80/20); in brackets the paired difference to Tidewatch ± its standard error, corrected for ' +
      'training rows that splits share (Nadeau and Bengio 2003). The slope is that of the outcomes on the log-odds given, ' +
      'on the test rows, pooled over splits, with its 95 % interval: 1 is right. Seconds and memory are those of whole ' +
      'processes (Tidewatch: ingest, train and predict together).',
    ...groups,
    ...failed,
  ].join('\n\n');
}

function byModel(fits: readonly KeptFit[]): ByModel {
  const models = new Map<string, KeptFit[]>();
  for (const fit of fits) models.set(fit.model, [...(models.get(fit.model) ?? []), fit]);
  return models;
}

function renderSet(name: string, models: ByModel): string {
  const ours = models.get(OURS) ?? [];
  const lines = [...models].map(([model, fits]) => {
    const slope = pooledSlope(fits.flatMap(({ score }) => (score.slope === null ? [] : [score.slope])));
    return row([
      model,
      ...METRICS.map((metric) => metricCell(fits, model === OURS ? [] : ours, metric)),
      slope === null
        ? ''
        : `${slope.value.toFixed(2)} (${(slope.value - 1.96 * slope.error).toFixed(2)} to ${(slope.value + 1.96 * slope.error).toFixed(2)})`,
      meanOf(fits, (fit) => fit.wallSeconds).toFixed(1),
      meanOf(fits, (fit) => fit.cpuSeconds).toFixed(1),
      meanOf(fits, (fit) => fit.peakMib).toFixed(0),
    ]);
  });
  const header = ['model', 'log loss', 'ROC AUC', 'F1 at 0.5', 'Brier', 'slope', 'wall s', 'CPU s', 'MiB'];
  const chosen = ours.map((fit) => fit.chosen).join(', ');
  const rows = [...new Set([...models.values()].flat().map((fit) => fit.rows))];
  const spreads = [...models].map(([model, fits]) => `${model} ${fits.length}`);
  const counts = new Set([...models.values()].map((fits) => fits.length));
  return [
    `#### ${name}`,
    table(header, lines),
    `Rows learned from: ${rows.join(', ')}. ${chosen === '' ? '' : `Tidewatch chose: ${chosen}.`}` +
      (counts.size > 1 ? ` Splits: ${spreads.join(', ')}.` : ''),
  ].join('\n\n');
}

function metricCell(
  fits: readonly KeptFit[],
  ours: readonly KeptFit[],
  metric: (typeof METRICS)[number],
): string {
  const { value } = overSplits(fits.map((fit) => fit.score[metric]));
  const gap = pairedGap(fits, ours, metric);
  if (gap === null) return value.toFixed(4);
  return `${value.toFixed(4)} (${signed(gap.value)} ± ${gap.error.toFixed(4)})`;
}

/** First less second on the splits that both have; null where there is none. */
function pairedGap(
  first: readonly KeptFit[],
  second: readonly KeptFit[],
  metric: (typeof METRICS)[number] = 'logLoss',
) {
  const gaps = first.flatMap((fit) => {
    const other = second.find(({ split, rows }) => split === fit.split && rows === fit.rows);
    return other === undefined ? [] : [fit.score[metric] - other.score[metric]];
  });
  return gaps.length === 0 ? null : overSplits(gaps);
}

interface NamedSet {
  readonly name: string;
  readonly models: ByModel;
}

/** How models stand over sets, by log loss; only models that were fitted on every one of them are ranked. */
function renderSummary(sets: readonly NamedSet[]): string {
  const names = [...new Set(sets.flatMap(({ models }) => [...models.keys()]))].filter(
    (name) => !name.endsWith(ALL_COLUMNS) && sets.every(({ models }) => models.has(name)),
  );
  const standing = names.map((name) => {
    const ranks = sets.map(
      ({ models }) => 1 + names.filter((other) => lossOf(models, other) < lossOf(models, name)).length,
    );
    return { name, ranks, rank: ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length };
  });
  const lines = standing
    .sort((a, b) => a.rank - b.rank)
    .map(({ name, ranks, rank }) => {
      const losses = sets.map(({ models }, index) => `${lossOf(models, name).toFixed(4)} (${ranks[index]})`);
      const within = sets.filter(({ models }) => isWithinBest(models, names, name)).length;
      const worse = sets.filter(({ models }) => lossOf(models, name) > lossOf(models, BASE_RATE)).length;
      return row([
        name,
        ...losses,
        rank.toFixed(2),
        `${within} of ${sets.length}`,
        `${worse} of ${sets.length}`,
      ]);
    });
  const verdicts = [
    'mean rank',
    'within one standard error of the best other peer',
    'worse than the base rate',
  ];
  const header = ['model', ...sets.map(({ name }) => name), ...verdicts];
  return `Log loss (and rank):\n\n${table(header, lines)}`;
}

function lossOf(models: ByModel, name: string): number {
  return meanOf(models.get(name) ?? [], (fit) => fit.score.logLoss);
}

/** Variants of Tidewatch are not held against each other: the best other is a peer. */
function isWithinBest(models: ByModel, names: readonly string[], name: string): boolean {
  const own = models.get(name) ?? [];
  const others = names.filter((other) => other !== name && !other.startsWith(OURS));
  const best = others.sort((a, b) => lossOf(models, a) - lossOf(models, b))[0];
  if (best === undefined) return true;
  const gap = pairedGap(own, models.get(best) ?? []);
  return gap !== null && (gap.value <= 0 || gap.value <= gap.error);
}

export function meanOf(fits: readonly KeptFit[], of: (fit: KeptFit) => number): number {
  return fits.reduce((sum, fit) => sum + of(fit), 0) / fits.length;
}

export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function table(header: readonly string[], lines: readonly string[]): string {
  return [row(header), row(header.map(() => '---')), ...lines].join('\n');
}
