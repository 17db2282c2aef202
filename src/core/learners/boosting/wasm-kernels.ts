/** Drives the compiled kernels: sets their arguments and reads their results. */
import * as at from '../../kernels/assembly/layout.ts';
import type { KernelMemory } from '../../kernels/memory.ts';
import type { KernelExports, KernelProgram } from '../../kernels/wasm-memory.ts';
import { createWasmMemory, instantiateKernels } from '../../kernels/wasm-memory.ts';
import type { FeatureBins } from './binner.ts';
import type { NodeSums } from './fixed-point.ts';
import type {
  BoostingKernels,
  BoostingRuntime,
  GrownNode,
  KernelRequest,
  NodeSplit,
  NodeTask,
  SharedSplit,
} from './kernels.ts';
import { leavesOf } from './leaf-values.ts';
import { describeShared, sharedFlags } from './shared-split.ts';
import type { BinnedTable } from './table.ts';
import type { FitSpace } from './wasm-space.ts';
import { layOutFit, MAX_CHUNKS, setWhole } from './wasm-space.ts';

/** A runtime on compiled kernels. `threads` counts the caller; the others must be serving `program` already. */
export function createWasmRuntime(program: KernelProgram, threads: number): BoostingRuntime {
  const memory = createWasmMemory(program.memory);
  const kernels = instantiateKernels(program);
  new Int32Array(program.memory.buffer, at.THREADS, 1)[0] = threads;
  const open = (request: KernelRequest): BoostingKernels =>
    new WasmKernels(request, memory, kernels, threads);
  return { kind: 'wasm', threads, ...memory, open };
}

/** Fewest rows worth a chunk of their own when they are only passed over. */
const CHUNK_OF_ROWS = 8192;
/** Fewest updates (rows times features) worth a chunk of a histogram. */
const CHUNK_OF_UPDATES = 32_768;
/** Fewest bins worth a chunk of a search. */
const CHUNK_OF_BINS = 1024;
/** Chunks a thread: enough that one held up by other programs does not hold up the rest. */
const CHUNKS_PER_THREAD = 4;

class WasmKernels implements BoostingKernels {
  readonly margins: Float64Array;
  private readonly kernels: KernelExports;
  private readonly threads: number;
  private readonly space: FitSpace;
  private readonly whole: Int32Array;
  private readonly features: number;
  /** Bins of all features together. */
  private readonly bins: number;
  private readonly table: BinnedTable;

  constructor(request: KernelRequest, memory: KernelMemory, kernels: KernelExports, threads: number) {
    const { table } = request;
    this.kernels = kernels;
    this.threads = threads;
    this.table = table;
    this.features = table.features.length;
    this.bins = table.features.reduce((sum, { bins }) => sum + bins + 1, 0);
    this.space = layOutFit(request, memory, threads);
    this.margins = this.space.margins;
    this.whole = this.space.whole;
  }

  startTree(bag: Uint32Array, allowed: Uint8Array): NodeSums {
    this.space.order.set(bag);
    for (let feature = 0; feature < this.features; feature++) {
      const finite = this.table.finite[feature] === true ? at.FLAG_FINITE : 0;
      this.space.shapes[feature * 4 + 3] = (allowed[feature] === 1 ? at.FLAG_ALLOWED : 0) | finite;
    }
    const chunks = this.cut(0, bag.length, CHUNK_OF_ROWS);
    this.kernels.run(at.OP_GRADIENTS, chunks);
    let gradient = 0;
    let hessian = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      gradient += this.space.counts.getFloat64(chunk * 16, true);
      hessian += this.space.counts.getFloat64(chunk * 16 + 8, true);
    }
    return { gradient, hessian, rows: bag.length };
  }

  expand(build: NodeTask, sibling: NodeTask | null): readonly [NodeSplit | null, NodeSplit | null] {
    const chunks = this.cut(build.begin, build.end, Math.ceil(CHUNK_OF_UPDATES / this.features));
    const slotBytes = this.whole[at.SLOT_BYTES] as number;
    const slotAddress = (slot: number): number => this.space.slots.byteOffset + slot * slotBytes;
    setWhole(this.whole, {
      [at.BUILD_SLOT]: slotAddress(build.slot),
      [at.SIBLING_SLOT]: sibling === null ? 0 : slotAddress(sibling.slot),
      [at.SEARCH_BUILD]: build.searched ? 1 : 0,
      [at.SEARCH_SIBLING]: sibling?.searched === true ? 1 : 0,
      [at.SHARED_HISTOGRAM]: chunks > 1 && this.threads > 1 ? 1 : 0,
      [at.HISTOGRAM_NUMBER]: ((this.whole[at.HISTOGRAM_NUMBER] as number) + 1) | 0,
    });
    this.setStatistics(0, build);
    if (sibling !== null) this.setStatistics(1, sibling);
    this.kernels.run(at.OP_HISTOGRAM, chunks);
    this.runByFeatures(at.OP_SEARCH, this.bins);
    return [build.searched ? this.bestSplit(0) : null, sibling?.searched === true ? this.bestSplit(1) : null];
  }

  searchShared(nodes: readonly NodeTask[]): SharedSplit | null {
    const { space, whole, kernels } = this;
    const slotBytes = whole[at.SLOT_BYTES] as number;
    nodes.forEach(({ sums, slot }, index) => {
      const offset = index * at.SHARED_NODE_BYTES;
      space.nodes.setUint32(offset, space.slots.byteOffset + slot * slotBytes, true);
      space.nodes.setFloat64(offset + 8, sums.gradient, true);
      space.nodes.setFloat64(offset + 16, sums.hessian, true);
      space.nodes.setFloat64(offset + 24, sums.rows, true);
    });
    whole[at.SHARED_NODES] = nodes.length;
    this.runByFeatures(at.OP_SHARED_SEARCH, this.bins * nodes.length);
    const feature = this.bestFeature(0);
    if (feature < 0) return null;
    const offset = feature * at.SPLIT_BYTES;
    const flags = space.splits.getInt32(offset + 36, true);
    const choice = {
      gain: space.splits.getFloat64(offset, true),
      place: space.splits.getInt32(offset + 32, true),
      missingLeft: (flags & 1) !== 0,
      hasMissing: (flags & 2) !== 0,
    };
    const shape = this.table.features[feature] as FeatureBins;
    space.goesLeft.set(sharedFlags(choice, shape));
    whole[at.SHARED_FEATURE] = feature;
    kernels.run(at.OP_SHARED_SUMS, 1);
    const lefts = nodes.map((_, index): NodeSums => {
      const from = index * at.SHARED_NODE_BYTES;
      return {
        gradient: space.nodes.getFloat64(from + 8, true),
        hessian: space.nodes.getFloat64(from + 16, true),
        rows: space.nodes.getFloat64(from + 24, true),
      };
    });
    return describeShared(choice, shape, feature, nodes, lefts);
  }

  /** Runs an operation on all features, cut by how many bins there are to look at. */
  private runByFeatures(operation: number, bins: number): void {
    const tasks = Math.min(this.features, Math.ceil(bins / CHUNK_OF_BINS), 8 * this.threads);
    const perChunk = Math.ceil(this.features / (this.threads > 1 ? tasks : 1));
    this.whole[at.FEATURES_PER_CHUNK] = perChunk;
    this.kernels.run(operation, Math.ceil(this.features / perChunk));
  }

  partition(begin: number, end: number, split: NodeSplit): number {
    this.space.goesLeft.set(split.goesLeft);
    this.whole[at.COLUMN] = this.table.columns.byteOffset + split.feature * this.table.rows;
    return this.kernels.partition(this.cut(begin, end, CHUNK_OF_ROWS));
  }

  leafSums(leaves: readonly GrownNode[]): NodeSums[] {
    this.setLeaves(leaves);
    this.kernels.run(at.OP_LEAF_SUMS, leaves.length);
    const { counts } = this.space;
    return leaves.map(({ sums }, index) => ({
      gradient: counts.getFloat64(index * 16, true),
      hessian: counts.getFloat64(index * 16 + 8, true),
      rows: sums.rows,
    }));
  }

  addLeaves(nodes: readonly GrownNode[]): void {
    const rows = this.setLeaves(leavesOf(nodes));
    this.kernels.run(at.OP_LEAVES, this.cut(0, rows, CHUNK_OF_ROWS));
  }

  /** Returns how many rows they have. */
  private setLeaves(leaves: readonly GrownNode[]): number {
    let rows = 0;
    leaves.forEach(({ end, value }, index) => {
      this.space.leaves.setInt32(index * 16, end, true);
      this.space.leaves.setFloat64(index * 16 + 8, value, true);
      rows = end;
    });
    return rows;
  }

  addTree(nodes: readonly GrownNode[], rows: Uint32Array): void {
    if (rows.length === 0) return;
    this.space.treeRows.set(rows);
    nodes.forEach(({ split, left, right, value }, index) => {
      const offset = index * at.NODE_BYTES;
      this.space.nodes.setInt32(offset, split?.feature ?? -1, true);
      this.space.nodes.setInt32(offset + 4, left, true);
      this.space.nodes.setInt32(offset + 8, right, true);
      this.space.nodes.setFloat64(offset + 16, value, true);
      if (split !== null) bytesOf(this.space.nodes, offset + 32).set(split.goesLeft);
    });
    this.kernels.run(at.OP_TREE, this.cut(0, rows.length, CHUNK_OF_ROWS / 4));
  }

  private setStatistics(which: number, { sums, low, high }: NodeTask): void {
    this.space.real.set([sums.gradient, sums.hessian, sums.rows, low, high], at.NODE_STATISTICS + 5 * which);
  }

  /** Cuts begin..end into chunks of at least `least` rows, sets them as arguments and returns how many. */
  private cut(begin: number, end: number, least: number): number {
    const size = end - begin;
    const wanted =
      this.threads === 1 ? 1 : Math.min(Math.floor(size / least), CHUNKS_PER_THREAD * this.threads);
    const rows = Math.ceil(size / Math.max(1, Math.min(wanted, MAX_CHUNKS)));
    this.whole[at.BEGIN] = begin;
    this.whole[at.END] = end;
    this.whole[at.CHUNK_ROWS] = rows;
    return Math.ceil(size / Math.max(1, rows));
  }

  private bestSplit(which: number): NodeSplit | null {
    const best = this.bestFeature(which);
    return best < 0 ? null : this.readSplit((which * this.features + best) * at.SPLIT_BYTES, best);
  }

  /** The first of the features that gain most; -1: none gains. */
  private bestFeature(which: number): number {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (let feature = 0; feature < this.features; feature++) {
      if (((this.space.shapes[feature * 4 + 3] as number) & at.FLAG_ALLOWED) === 0) continue;
      const gain = this.space.splits.getFloat64((which * this.features + feature) * at.SPLIT_BYTES, true);
      if (!(gain > bestGain)) continue;
      best = feature;
      bestGain = gain;
    }
    return best;
  }

  private readSplit(offset: number, feature: number): NodeSplit {
    const { splits } = this.space;
    return {
      feature,
      gain: splits.getFloat64(offset, true),
      left: {
        gradient: splits.getFloat64(offset + 8, true),
        hessian: splits.getFloat64(offset + 16, true),
        rows: splits.getFloat64(offset + 24, true),
      },
      bin: splits.getInt32(offset + 32, true),
      missingLeft: splits.getInt32(offset + 36, true) === 1,
      goesLeft: bytesOf(splits, offset + 40).slice(),
    };
  }
}

/** The 256 flags at an offset of a view. */
function bytesOf({ buffer, byteOffset }: DataView, offset: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + offset, 256);
}
