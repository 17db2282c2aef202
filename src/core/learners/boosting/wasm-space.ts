/** Lays out the memory of one fit on compiled kernels, and tells them where everything is. */
import * as at from '../../kernels/assembly/layout.ts';
import type { KernelMemory } from '../../kernels/memory.ts';
import type { KernelRequest } from './kernels.ts';
import type { SplitRules } from './split.ts';

/** Most chunks of an operation. */
export const MAX_CHUNKS = 4096;

/** What the driver of a fit reads and writes. */
export interface FitSpace {
  /** Arguments of the kernels, by the names of `layout.ts`. */
  readonly whole: Int32Array;
  readonly real: Float64Array;
  readonly margins: Float64Array;
  /** Rows of the tree, node by node. */
  readonly order: Uint32Array;
  /** Rows to send down a finished tree. */
  readonly treeRows: Uint32Array;
  readonly shapes: Int32Array;
  readonly slots: Uint8Array;
  readonly splits: DataView;
  readonly goesLeft: Uint8Array;
  readonly counts: DataView;
  readonly leaves: DataView;
  readonly nodes: DataView;
}

export function layOutFit(request: KernelRequest, memory: KernelMemory, threads: number): FitSpace {
  const { table, rules } = request;
  const { rows, stride } = table;
  const features = table.features.length;
  const slotBytes = features * at.HISTOGRAM_BYTES;
  const workspaceBytes = 8192 + at.STAGED_ROWS * (stride + 8);
  const space: FitSpace = {
    margins: float64(memory.allocate(rows * 8)),
    order: uint32(memory.allocate(rows * 4)),
    treeRows: uint32(memory.allocate(rows * 4)),
    shapes: shapesOf(request, memory.allocate(features * at.SHAPE_BYTES)),
    slots: memory.allocate(request.slots * slotBytes),
    splits: view(memory.allocate(2 * features * at.SPLIT_BYTES)),
    goesLeft: memory.allocate(256),
    counts: view(memory.allocate(MAX_CHUNKS * 16)),
    leaves: view(memory.allocate(request.nodes * 16)),
    nodes: view(memory.allocate(request.nodes * at.NODE_BYTES)),
    whole: new Int32Array(table.matrix.buffer, at.TASK, 64),
    real: new Float64Array(table.matrix.buffer, at.REAL, 32),
  };
  setWhole(space.whole, {
    [at.ROWS]: space.order.byteOffset,
    [at.LEFT]: memory.allocate(rows * 4).byteOffset,
    [at.RIGHT]: memory.allocate(rows * 4).byteOffset,
    [at.MATRIX]: table.matrix.byteOffset,
    [at.STRIDE]: stride,
    [at.FEATURES]: features,
    [at.GRADIENTS]: memory.allocate(rows * 8).byteOffset,
    [at.MARGINS]: space.margins.byteOffset,
    [at.LABELS]: copyOf(request.labels, memory),
    [at.WEIGHTS]: request.weights === null ? 0 : copyOf(bytesOf(request.weights), memory),
    [at.SHAPES]: space.shapes.byteOffset,
    [at.PRIVATE]: memory.allocate(threads > 1 ? threads * slotBytes : 0).byteOffset,
    [at.SLOT_BYTES]: slotBytes,
    [at.SPLITS]: space.splits.byteOffset,
    [at.GOES_LEFT]: space.goesLeft.byteOffset,
    [at.COUNTS]: space.counts.byteOffset,
    [at.LEAVES]: space.leaves.byteOffset,
    [at.NODES]: space.nodes.byteOffset,
    [at.TREE_ROWS]: space.treeRows.byteOffset,
    [at.WORKSPACE]: memory.allocate(threads * workspaceBytes).byteOffset,
    [at.WORKSPACE_BYTES]: workspaceBytes,
  });
  setRules(space, rules);
  return space;
}

export function setWhole(whole: Int32Array, values: Readonly<Record<number, number>>): void {
  for (const [name, value] of Object.entries(values)) whole[Number(name)] = value;
}

function setRules({ whole, real }: FitSpace, rules: SplitRules): void {
  setWhole(whole, {
    [at.HESSIAN_BITS]: rules.hessianBits,
    [at.MIN_ROWS]: Math.min(rules.minRows, 2 ** 31 - 1),
    [at.MAX_CATEGORIES]: rules.maxCategories,
    [at.ONE_AGAINST_REST]: rules.oneAgainstRest,
  });
  real[at.GRADIENT_SCALE] = rules.gradientScale;
  real[at.HESSIAN_SCALE] = rules.hessianScale;
  real[at.L2] = rules.l2;
  real[at.MIN_HESSIAN] = rules.minHessian;
  real[at.MIN_GAIN] = rules.minGain;
  real[at.CATEGORY_SMOOTH] = rules.categorySmooth;
  real[at.CATEGORY_L2] = rules.categoryL2;
}

function shapesOf({ table, monotone }: KernelRequest, bytes: Uint8Array): Int32Array {
  const shapes = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  table.features.forEach(({ kind, bins }, feature) => {
    shapes.set([kind === 'categorical' ? 1 : 0, bins, monotone[feature] ?? 0, 0], feature * 4);
  });
  return shapes;
}

/** Copies bytes into the memory and returns their address. */
function copyOf(bytes: Uint8Array, memory: KernelMemory): number {
  const copy = memory.allocate(bytes.byteLength);
  copy.set(bytes);
  return copy.byteOffset;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function float64({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function uint32({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
