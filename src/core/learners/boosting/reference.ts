/** The kernels in plain TypeScript: what the compiled ones must equal, and what runs where they cannot. */

import { MISSING_BIN } from '../../statistics/number-encoder.ts';
import { addToBin, emptyHistogram, type FeatureHistogram } from './feature-histogram.ts';
import type { NodeSums } from './fixed-point.ts';
import { probabilityOf, storedGradient, storedHessian } from './fixed-point.ts';
import type {
  BoostingKernels,
  BoostingRuntime,
  GrownNode,
  KernelRequest,
  NodeSplit,
  NodeTask,
  SharedSplit,
} from './kernels.ts';
import { describeShared, findSharedSplit, type SharedChoice, sharedFlags } from './shared-split.ts';
import type { SplitFeature } from './split.ts';
import { findFeatureSplit } from './split.ts';
import { binAt } from './table.ts';

/** Fits in ordinary memory, on the calling thread. Gives the same model as the compiled kernels, more slowly. */
export function createReferenceRuntime(): BoostingRuntime {
  return {
    kind: 'reference',
    threads: 1,
    allocate: (bytes) => new Uint8Array(bytes),
    mark: () => 0,
    release: () => {},
    open: (request) => new ReferenceKernels(request),
  };
}

class ReferenceKernels implements BoostingKernels {
  readonly margins: Float64Array;
  private readonly request: KernelRequest;
  private readonly features: readonly SplitFeature[];
  private readonly gradients: Int32Array;
  private readonly hessians: Int32Array;
  /** By slot, then by feature. */
  private readonly slots: FeatureHistogram[][] = [];
  private order = new Uint32Array(0);
  private allowed: Uint8Array = new Uint8Array(0);

  constructor(request: KernelRequest) {
    const { table, monotone } = request;
    this.request = request;
    this.margins = new Float64Array(table.rows);
    this.gradients = new Int32Array(table.rows);
    this.hessians = new Int32Array(table.rows);
    this.features = table.features.map(({ kind, bins }, index) => ({
      kind,
      bins,
      monotone: monotone[index] ?? 0,
      finite: table.finite[index] ?? true,
    }));
  }

  startTree(bag: Uint32Array, allowed: Uint8Array): NodeSums {
    this.order = bag.slice();
    this.allowed = allowed;
    return this.sum(bag, 0, (row, g, h) => {
      this.gradients[row] = g;
      this.hessians[row] = h;
    });
  }

  leafSums(leaves: readonly GrownNode[]): NodeSums[] {
    return leaves.map(({ begin, end, value }) => this.sum(this.order.subarray(begin, end), value));
  }

  /** Sums of gradients and hessians of rows whose margins are moved by `shift`. */
  private sum(
    rows: Uint32Array,
    shift: number,
    onRow: (row: number, gradient: number, hessian: number) => void = () => {},
  ): NodeSums {
    const { labels, weights, rules } = this.request;
    let gradient = 0;
    let hessian = 0;
    for (const row of rows) {
      const p = probabilityOf((this.margins[row] as number) + shift);
      const weight = weights === null ? 1 : (weights[row] as number);
      const g = storedGradient(p, labels[row] as number, weight, rules);
      const h = storedHessian(p, weight, rules);
      onRow(row, g, h);
      gradient += g;
      hessian += h;
    }
    return { gradient, hessian, rows: rows.length };
  }

  expand(build: NodeTask, sibling: NodeTask | null): readonly [NodeSplit | null, NodeSplit | null] {
    this.slots[build.slot] = this.features.map((_, feature) => this.fill(feature, build.begin, build.end));
    if (sibling !== null) {
      this.slots[sibling.slot]?.forEach((histogram, feature) => {
        subtract(histogram, this.histogram(build.slot, feature));
      });
    }
    return [this.search(build), sibling === null ? null : this.search(sibling)];
  }

  searchShared(nodes: readonly NodeTask[]): SharedSplit | null {
    let best: (SharedChoice & { readonly feature: number }) | null = null;
    for (const [feature, shape] of this.features.entries()) {
      if (this.allowed[feature] !== 1) continue;
      const own = nodes.map(({ sums, slot }) => ({ sums, histogram: this.histogram(slot, feature) }));
      const found = findSharedSplit(own, shape, this.request.rules);
      if (found !== null && found.gain > (best?.gain ?? Number.NEGATIVE_INFINITY))
        best = { ...found, feature };
    }
    if (best === null) return null;
    const { feature } = best;
    const flags = sharedFlags(best, this.features[feature] as SplitFeature);
    const lefts = nodes.map(({ slot }) => sumOf(this.histogram(slot, feature), flags));
    return describeShared(best, this.features[feature] as SplitFeature, feature, nodes, lefts);
  }

  partition(begin: number, end: number, split: NodeSplit): number {
    const rows = this.order.slice(begin, end);
    const goesLeft = (row: number): boolean =>
      split.goesLeft[binAt(this.request.table, row, split.feature)] === 1;
    const left = rows.filter(goesLeft);
    this.order.set(left, begin);
    this.order.set(
      rows.filter((row) => !goesLeft(row)),
      begin + left.length,
    );
    return left.length;
  }

  addLeaves(nodes: readonly GrownNode[]): void {
    for (const { split, value, begin, end } of nodes) {
      if (split !== null) continue;
      for (const row of this.order.subarray(begin, end)) {
        this.margins[row] = (this.margins[row] as number) + value;
      }
    }
  }

  addTree(nodes: readonly GrownNode[], rows: Uint32Array): void {
    for (const row of rows) {
      this.margins[row] = (this.margins[row] as number) + this.leafValue(nodes, row);
    }
  }

  private leafValue(nodes: readonly GrownNode[], row: number): number {
    let node = nodes[0];
    while (node !== undefined && node.split !== null) {
      const { feature, goesLeft } = node.split;
      node = nodes[goesLeft[binAt(this.request.table, row, feature)] === 1 ? node.left : node.right];
    }
    return node?.value ?? 0;
  }

  private histogram(slot: number, feature: number): FeatureHistogram {
    return this.slots[slot]?.[feature] ?? emptyHistogram();
  }

  private fill(feature: number, begin: number, end: number): FeatureHistogram {
    const into = emptyHistogram();
    if (this.allowed[feature] !== 1) return into;
    const { columns, rows } = this.request.table;
    const column = columns.subarray(feature * rows, (feature + 1) * rows);
    for (let place = begin; place < end; place++) {
      const row = this.order[place] as number;
      addToBin(into, column[row] as number, this.gradients[row] as number, this.hessians[row] as number);
    }
    return into;
  }

  private search(task: NodeTask): NodeSplit | null {
    if (!task.searched) return null;
    let best: NodeSplit | null = null;
    this.features.forEach((shape, feature) => {
      if (this.allowed[feature] !== 1) return;
      const found = findFeatureSplit(this.histogram(task.slot, feature), shape, task, this.request.rules);
      if (found !== null && found.gain > (best?.gain ?? Number.NEGATIVE_INFINITY))
        best = { ...found, feature };
    });
    return best;
  }
}

/** Sums of the bins that are flagged. */
function sumOf(histogram: FeatureHistogram, flags: Uint8Array): NodeSums {
  const total = (values: Float64Array): number =>
    values.reduce((sum, value, bin) => (flags[bin] === 1 ? sum + value : sum), 0);
  return {
    gradient: total(histogram.gradient),
    hessian: total(histogram.hessian),
    rows: total(histogram.rows),
  };
}

function subtract(from: FeatureHistogram, other: FeatureHistogram): void {
  for (let bin = 0; bin <= MISSING_BIN; bin++) {
    from.gradient[bin] = (from.gradient[bin] as number) - (other.gradient[bin] as number);
    from.hessian[bin] = (from.hessian[bin] as number) - (other.hessian[bin] as number);
    from.rows[bin] = (from.rows[bin] as number) - (other.rows[bin] as number);
  }
}
