/** Gradient boosting of trees on log loss: the loop over trees, early stopping, and the finished model. */
import type { BoostedTreesParameters, Tree } from '../../document/document.ts';
import type { BoostingColumn } from './binner.ts';
import { baseMargin, checkInput, learningRows } from './fit-input.ts';
import { chooseFixedPoint } from './fixed-point.ts';
import type { GrowSettings } from './grow.ts';
import { growTree } from './grow.ts';
import { growSymmetricTree } from './grow-symmetric.ts';
import type { BoostingKernels, BoostingRuntime, GrownNode } from './kernels.ts';
import { refineLeaves } from './leaf-values.ts';
import type { BoostingOptions } from './options.ts';
import { resolveBoostingOptions } from './options.ts';
import { createBoostingRuntime } from './runtime.ts';
import { sampleFeatures, sampleRows } from './sample.ts';
import type { BinnedTable } from './table.ts';
import { binColumns } from './table.ts';
import { describeTree } from './tree-document.ts';

/** Options of a fit and which rows it is on. */
export interface BoostingRequest extends Partial<BoostingOptions> {
  /** Weight of each row of the table, from 0; rows of weight 0 are left out. Default: all 1. */
  readonly weights?: Float64Array;
  /** Rows to learn from, ascending. Default: all that are not `validationRows`. */
  readonly rows?: Uint32Array;
  /** Rows to stop early on; the fit keeps the trees up to the best loss on them. Default: none. */
  readonly validationRows?: Uint32Array;
  /**
   * Whether to keep every tree that was grown, and not only those up to the best validation loss: a caller that
   * fits several folds chooses one number of trees for all of them from their `validationLosses`, and takes the
   * first so many of `parameters.trees` of each. Default: false. Without validation rows all are kept anyway.
   */
  readonly keepGrown?: boolean;
  /** Whether the margin of every row of the table is wanted. */
  readonly margins?: boolean;
}

export interface BoostingReport {
  /** Rows of weight above 0 that were learned from. */
  readonly rows: number;
  readonly treesGrown: number;
  /** Trees of `parameters`. */
  readonly treesUsed: number;
  /**
   * Weighted mean log loss on the validation rows: entry k is that of the first k trees grown, from 0 to
   * `treesGrown`, whether or not those are kept. Empty without such rows; NaN where all of them have weight 0.
   */
  readonly validationLosses: readonly number[];
  /** `wasm`: compiled kernels; `reference`: WebAssembly with shared memory was not to be had. Equal models. */
  readonly kernel: 'reference' | 'wasm';
}

export interface BoostedFit {
  readonly parameters: BoostedTreesParameters;
  readonly report: BoostingReport;
  /** Margin of each row of the table under the finished model; null unless asked for. */
  readonly margins: Float64Array | null;
}

/** A fit that is under way, tree by tree. */
export interface BoostingProgress {
  readonly treesGrown: number;
  /** Grows the next tree; false when the fit is over. */
  step(): boolean;
  finish(): BoostedFit;
}

/**
 * Fits boosted trees to `labels` (0 or 1, one a row). `data` is columns, or a table already binned in the memory of
 * `runtime`. The same data, options and seed give the same bits on every runtime and number of threads. Throws
 * `one-class` when the rows learned from have one label, `too-few-rows` when there are none, `value-invalid` on
 * options out of range.
 *
 * Friedman 2001; second-order leaf values by Chen and Guestrin 2016; leaf-wise growth and histograms as in LightGBM
 * (Ke et al. 2017).
 */
export function fitBoostedTrees(
  data: readonly BoostingColumn[] | BinnedTable,
  labels: Uint8Array,
  request: BoostingRequest = {},
  runtime: BoostingRuntime = createBoostingRuntime(),
): BoostedFit {
  const mark = runtime.mark();
  try {
    const fit = startBoosting(data, labels, request, runtime);
    while (fit.step());
    return fit.finish();
  } finally {
    runtime.release(mark);
  }
}

/** Opens a fit to be driven a tree at a time, so that a server can answer between trees. The caller releases. */
export function startBoosting(
  data: readonly BoostingColumn[] | BinnedTable,
  labels: Uint8Array,
  request: BoostingRequest,
  runtime: BoostingRuntime,
): BoostingProgress {
  const features = 'features' in data ? data.features.length : data.length;
  const options = resolveBoostingOptions(request, features);
  const table = 'features' in data ? data : binColumns(data, options.maxBins, runtime);
  return new Boosting(table, labels, request, options, runtime);
}

class Boosting implements BoostingProgress {
  private readonly table: BinnedTable;
  private readonly request: BoostingRequest;
  private readonly options: BoostingOptions;
  private readonly settings: GrowSettings;
  private readonly kernels: BoostingKernels;
  private readonly labels: Uint8Array;
  private readonly rows: Uint32Array;
  private readonly validation: Uint32Array;
  private readonly base: number;
  private readonly kind: BoostingRuntime['kind'];
  private readonly trees: (readonly GrownNode[])[] = [];
  private readonly losses: number[] = [];
  private round = 0;
  private bestTrees = 0;
  private bestLoss = Number.POSITIVE_INFINITY;

  constructor(
    table: BinnedTable,
    labels: Uint8Array,
    request: BoostingRequest,
    options: BoostingOptions,
    runtime: BoostingRuntime,
  ) {
    this.table = table;
    this.labels = labels;
    this.request = request;
    this.options = options;
    this.kind = runtime.kind;
    const weights = request.weights ?? null;
    checkInput(table, labels, weights, options);
    this.validation = request.validationRows ?? new Uint32Array(0);
    this.rows = learningRows(table.rows, request, weights);
    this.base = baseMargin(labels, this.rows, weights);
    const maxWeight =
      weights === null ? 1 : this.rows.reduce((most, row) => Math.max(most, weights[row] ?? 0), 0);
    const rules = { ...options, ...chooseFixedPoint(this.rows.length, maxWeight) };
    const monotone = table.features.map((_, index) => options.monotone[index] ?? 0);
    this.settings = { options, rules, monotone };
    const { leaves } = options;
    this.kernels = runtime.open({
      table,
      labels,
      weights,
      monotone,
      rules,
      slots: leaves,
      nodes: 2 * leaves - 1,
    });
    this.kernels.margins.fill(this.base);
    if (this.validation.length > 0) this.recordLoss();
  }

  get treesGrown(): number {
    return this.trees.length;
  }

  step(): boolean {
    const { options, table, rows, validation } = this;
    if (this.round >= options.trees || this.outOfPatience()) return false;
    const { bag, others } = sampleRows(rows, options.rowSample, options.seed, this.round);
    const allowed = sampleFeatures(table.features.length, options.columnSample, options.seed, this.round);
    this.round++;
    const sums = this.kernels.startTree(bag, allowed);
    const grow = options.symmetric ? growSymmetricTree : growTree;
    const grown = grow(this.kernels, sums, this.settings);
    const grew = grown.length > 1;
    if (grew) {
      const nodes = options.leafSteps > 1 ? refineLeaves(this.kernels, grown, this.settings) : grown;
      this.kernels.addLeaves(nodes);
      this.kernels.addTree(nodes, others);
      this.kernels.addTree(nodes, validation);
      this.trees.push(nodes);
      if (validation.length > 0) this.recordLoss();
    }
    const isSampled = options.rowSample < 1 || options.columnSample < 1;
    return (grew || isSampled) && this.round < options.trees && !this.outOfPatience();
  }

  finish(): BoostedFit {
    const isCut = this.validation.length > 0 && this.request.keepGrown !== true;
    const used = isCut ? this.bestTrees : this.trees.length;
    const kept = this.trees.slice(0, used);
    const trees: Tree[] = kept.map((nodes) => describeTree(nodes, this.table.features));
    return {
      parameters: { kind: 'boosted-trees', base: this.base, trees },
      report: {
        rows: this.rows.length,
        treesGrown: this.trees.length,
        treesUsed: used,
        validationLosses: this.losses,
        kernel: this.kind,
      },
      margins: this.request.margins === true ? this.scoreAll(kept) : null,
    };
  }

  private outOfPatience(): boolean {
    return this.validation.length > 0 && this.trees.length - this.bestTrees >= this.options.patience;
  }

  private recordLoss(): void {
    const loss = meanLogLoss(this.kernels.margins, this.labels, this.validation, this.request.weights);
    this.losses.push(loss);
    if (loss >= this.bestLoss - this.options.tolerance) return;
    this.bestLoss = loss;
    this.bestTrees = this.trees.length;
  }

  private scoreAll(trees: readonly (readonly GrownNode[])[]): Float64Array {
    const everyRow = Uint32Array.from({ length: this.table.rows }, (_, row) => row);
    this.kernels.margins.fill(this.base);
    for (const nodes of trees) this.kernels.addTree(nodes, everyRow);
    return Float64Array.from(this.kernels.margins);
  }
}

function meanLogLoss(
  margins: Float64Array,
  labels: Uint8Array,
  rows: Uint32Array,
  weights: Float64Array | undefined,
): number {
  let loss = 0;
  let total = 0;
  for (const row of rows) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    const margin = labels[row] === 1 ? -(margins[row] as number) : (margins[row] as number);
    loss += weight * (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
    total += weight;
  }
  return loss / total;
}
