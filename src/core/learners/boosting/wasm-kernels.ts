/** Drives the compiled kernels: lays out the memory of a fit, sets the arguments and reads the results. */
import * as at from './assembly/layout.ts';
import type { NodeSums } from './fixed-point.ts';
import type {
  BoostingKernels,
  BoostingRuntime,
  GrownNode,
  KernelRequest,
  NodeSplit,
  NodeTask,
} from './kernels.ts';
import type { BoostingMemory } from './table.ts';
import type { KernelExports, KernelProgram } from './wasm-memory.ts';
import { createWasmMemory, instantiateKernels } from './wasm-memory.ts';

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
const MOST_CHUNKS = 4096;

class WasmKernels implements BoostingKernels {
  readonly margins: Float64Array;
  private readonly kernels: KernelExports;
  private readonly threads: number;
  private readonly whole: Int32Array;
  private readonly real: Float64Array;
  private readonly features: number;
  private readonly bins: number;
  private readonly columnsAddress: number;
  private readonly tableRows: number;
  private readonly slots: Uint8Array;
  private readonly order: Uint32Array;
  private readonly treeRows: Uint32Array;
  private readonly shapes: Int32Array;
  private readonly finite: readonly boolean[];
  private readonly goesLeft: Uint8Array;
  private readonly counts: DataView;
  private readonly leaves: DataView;
  private readonly nodes: DataView;
  private readonly splits: DataView;

  constructor(request: KernelRequest, memory: BoostingMemory, kernels: KernelExports, threads: number) {
    const { table, labels, weights, rules } = request;
    const { rows, stride } = table;
    this.kernels = kernels;
    this.threads = threads;
    this.features = table.features.length;
    this.bins = table.features.reduce((sum, { bins }) => sum + bins + 1, 0);
    this.columnsAddress = table.columns.byteOffset;
    this.tableRows = rows;
    this.finite = table.finite;
    const slotBytes = (this.features + 3) * at.HISTOGRAM_BYTES;
    const workspaceBytes = 4096 + at.STAGED_ROWS * (stride + 8);
    this.margins = float64(memory.allocate(rows * 8));
    const gradients = memory.allocate(rows * 8);
    const labelBytes = memory.allocate(rows);
    labelBytes.set(labels);
    const weightBytes = weights === null ? null : memory.allocate(rows * 8);
    if (weightBytes !== null && weights !== null) float64(weightBytes).set(weights);
    this.order = uint32(memory.allocate(rows * 4));
    const left = memory.allocate(rows * 4);
    const right = memory.allocate(rows * 4);
    this.treeRows = uint32(memory.allocate(rows * 4));
    this.shapes = int32(memory.allocate(this.features * at.SHAPE_BYTES));
    this.slots = memory.allocate(request.slots * slotBytes);
    const privateSlots = memory.allocate(threads > 1 ? threads * slotBytes : 0);
    this.splits = view(memory.allocate(2 * this.features * at.SPLIT_BYTES));
    this.goesLeft = memory.allocate(256);
    this.counts = view(memory.allocate(MOST_CHUNKS * 16));
    this.leaves = view(memory.allocate(request.nodes * 16));
    this.nodes = view(memory.allocate(request.nodes * at.NODE_BYTES));
    const workspace = memory.allocate(threads * workspaceBytes);
    const { buffer } = this.margins;
    this.whole = new Int32Array(buffer, at.TASK, 64);
    this.real = new Float64Array(buffer, at.REAL, 32);
    this.setAll({
      [at.ROWS]: this.order.byteOffset,
      [at.LEFT]: left.byteOffset,
      [at.RIGHT]: right.byteOffset,
      [at.MATRIX]: table.matrix.byteOffset,
      [at.STRIDE]: stride,
      [at.FEATURES]: this.features,
      [at.GRADIENTS]: gradients.byteOffset,
      [at.MARGINS]: this.margins.byteOffset,
      [at.LABELS]: labelBytes.byteOffset,
      [at.WEIGHTS]: weightBytes?.byteOffset ?? 0,
      [at.SHAPES]: this.shapes.byteOffset,
      [at.PRIVATE]: privateSlots.byteOffset,
      [at.SLOT_BYTES]: slotBytes,
      [at.SPLITS]: this.splits.byteOffset,
      [at.GOES_LEFT]: this.goesLeft.byteOffset,
      [at.COUNTS]: this.counts.byteOffset,
      [at.HESSIAN_BITS]: rules.hessianBits,
      [at.MIN_ROWS]: Math.min(rules.minRows, 2 ** 31 - 1),
      [at.MAX_CATEGORIES]: rules.maxCategories,
      [at.ONE_AGAINST_REST]: rules.oneAgainstRest,
      [at.LEAVES]: this.leaves.byteOffset,
      [at.NODES]: this.nodes.byteOffset,
      [at.TREE_ROWS]: this.treeRows.byteOffset,
      [at.WORKSPACE]: workspace.byteOffset,
      [at.WORKSPACE_BYTES]: workspaceBytes,
    });
    this.real[at.GRADIENT_SCALE] = rules.gradientScale;
    this.real[at.HESSIAN_SCALE] = rules.hessianScale;
    this.real[at.L2] = rules.l2;
    this.real[at.MIN_HESSIAN] = rules.minHessian;
    this.real[at.MIN_GAIN] = rules.minGain;
    this.real[at.CATEGORY_SMOOTH] = rules.categorySmooth;
    this.real[at.CATEGORY_L2] = rules.categoryL2;
    table.features.forEach(({ kind, bins }, feature) => {
      const sign = request.monotone[feature] ?? 0;
      this.shapes.set([kind === 'categorical' ? 1 : 0, bins, sign, 0], feature * 4);
    });
  }

  startTree(bag: Uint32Array, allowed: Uint8Array): NodeSums {
    this.order.set(bag);
    for (let feature = 0; feature < this.features; feature++) {
      const finite = this.finite[feature] === true ? at.FLAG_FINITE : 0;
      this.shapes[feature * 4 + 3] = (allowed[feature] === 1 ? at.FLAG_ALLOWED : 0) | finite;
    }
    const chunks = this.cut(0, bag.length, CHUNK_OF_ROWS);
    this.kernels.run(at.OP_GRADIENTS, chunks);
    let gradient = 0;
    let hessian = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      gradient += this.counts.getFloat64(chunk * 16, true);
      hessian += this.counts.getFloat64(chunk * 16 + 8, true);
    }
    return { gradient, hessian, rows: bag.length };
  }

  expand(build: NodeTask, sibling: NodeTask | null): readonly [NodeSplit | null, NodeSplit | null] {
    const chunks = this.cut(build.begin, build.end, Math.ceil(CHUNK_OF_UPDATES / this.features));
    const slotBytes = this.whole[at.SLOT_BYTES] as number;
    const slotAddress = (slot: number): number => this.slots.byteOffset + slot * slotBytes;
    this.setAll({
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
    const tasks = Math.min(this.features, Math.ceil(this.bins / CHUNK_OF_BINS), 8 * this.threads);
    const perChunk = Math.ceil(this.features / (this.threads > 1 ? tasks : 1));
    this.whole[at.FEATURES_PER_CHUNK] = perChunk;
    this.kernels.run(at.OP_SEARCH, Math.ceil(this.features / perChunk));
    return [build.searched ? this.bestSplit(0) : null, sibling?.searched === true ? this.bestSplit(1) : null];
  }

  partition(begin: number, end: number, split: NodeSplit): number {
    this.goesLeft.set(split.goesLeft);
    this.whole[at.COLUMN] = this.columnsAddress + split.feature * this.tableRows;
    return this.kernels.partition(this.cut(begin, end, CHUNK_OF_ROWS));
  }

  addLeaves(nodes: readonly GrownNode[]): void {
    const leaves = nodes.filter(({ split }) => split === null).sort((a, b) => a.begin - b.begin);
    let rows = 0;
    leaves.forEach(({ end, value }, index) => {
      this.leaves.setInt32(index * 16, end, true);
      this.leaves.setFloat64(index * 16 + 8, value, true);
      rows = end;
    });
    this.kernels.run(at.OP_LEAVES, this.cut(0, rows, CHUNK_OF_ROWS));
  }

  addTree(nodes: readonly GrownNode[], rows: Uint32Array): void {
    if (rows.length === 0) return;
    this.treeRows.set(rows);
    nodes.forEach(({ split, left, right, value }, index) => {
      const offset = index * at.NODE_BYTES;
      this.nodes.setInt32(offset, split?.feature ?? -1, true);
      this.nodes.setInt32(offset + 4, left, true);
      this.nodes.setInt32(offset + 8, right, true);
      this.nodes.setFloat64(offset + 16, value, true);
      if (split !== null) bytesOf(this.nodes, offset + 32).set(split.goesLeft);
    });
    this.kernels.run(at.OP_TREE, this.cut(0, rows.length, CHUNK_OF_ROWS / 4));
  }

  private setAll(values: Readonly<Record<number, number>>): void {
    for (const [name, value] of Object.entries(values)) this.whole[Number(name)] = value;
  }

  private setStatistics(which: number, { sums, low, high }: NodeTask): void {
    this.real.set([sums.gradient, sums.hessian, sums.rows, low, high], at.NODE_STATISTICS + 5 * which);
  }

  /** Cuts begin..end into chunks of at least `least` rows, sets them as arguments and returns how many. */
  private cut(begin: number, end: number, least: number): number {
    const size = end - begin;
    const wanted =
      this.threads === 1 ? 1 : Math.min(Math.floor(size / least), CHUNKS_PER_THREAD * this.threads);
    const rows = Math.ceil(size / Math.max(1, Math.min(wanted, MOST_CHUNKS)));
    this.whole[at.BEGIN] = begin;
    this.whole[at.END] = end;
    this.whole[at.CHUNK_ROWS] = rows;
    return Math.ceil(size / Math.max(1, rows));
  }

  private bestSplit(which: number): NodeSplit | null {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (let feature = 0; feature < this.features; feature++) {
      if (((this.shapes[feature * 4 + 3] as number) & at.FLAG_ALLOWED) === 0) continue;
      const gain = this.splits.getFloat64((which * this.features + feature) * at.SPLIT_BYTES, true);
      if (!(gain > bestGain)) continue;
      best = feature;
      bestGain = gain;
    }
    return best < 0 ? null : this.readSplit((which * this.features + best) * at.SPLIT_BYTES, best);
  }

  private readSplit(offset: number, feature: number): NodeSplit {
    const { splits } = this;
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

function float64({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function uint32({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function int32({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The 256 flags at an offset of a view. */
function bytesOf({ buffer, byteOffset }: DataView, offset: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + offset, 256);
}
