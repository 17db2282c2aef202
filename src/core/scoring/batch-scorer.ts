/** Margins of many rows by compiled kernels: values become bins of the model's own thresholds, then go down the trees. */
import type { BoostedTreesParameters, Tree } from '../document/document.ts';
import * as at from '../kernels/assembly/layout.ts';
import { interleave } from '../kernels/interleave.ts';
import { createKernelProgram, createWasmMemory, instantiateKernels } from '../kernels/wasm-memory.ts';
import type { NumberEncoder } from '../statistics/number-encoder.ts';
import { createNumberEncoder, MISSING_BIN } from '../statistics/number-encoder.ts';

/** Writes the margin of each row to `out`. Missing is NaN; a level is its code. */
export type BatchScorer = (features: readonly Float64Array[], rows: number, out: Float64Array) => void;

/** Rows that are binned and scored at a time. */
const BLOCK = 8192;
/** Bin of levels past those that any split names: they go right. */
const OTHER_LEVEL = 254;
/** Most thresholds, or levels up to the last that is named, of one feature. */
const MAX_VALUES = 254;
/** Pages of memory that a scorer may grow to: 64 MiB hold some thousand trees. */
const MAX_PAGES = 1024;

/** Turns a column into bins, and a split on it into the bins that go left. */
interface FeatureCode {
  readonly encode: NumberEncoder;
  goesLeft(tree: Tree, node: number): Uint8Array;
}

/**
 * A scorer for batches of thousands of rows, about four times as fast as one in plain TypeScript, with the same
 * bits. null where it cannot be made: no WebAssembly with shared memory, more than 254 thresholds or levels of one
 * feature, or a model past 64 MiB.
 */
export function createBatchScorer({ base, trees }: BoostedTreesParameters): BatchScorer | null {
  const codes = codesOf(trees);
  const program = codes === null ? null : createKernelProgram(MAX_PAGES);
  if (codes === null || program === null) return null;
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const stride = Math.max(4, Math.ceil(codes.length / 4) * 4);
  const bytes =
    nodes * at.SCORE_NODE_BYTES + trees.length * at.TREE_BYTES + BLOCK * (codes.length + stride + 8);
  if (bytes > (MAX_PAGES - 2) * 65_536) return null;
  const memory = createWasmMemory(program.memory);
  const kernels = instantiateKernels(program);
  const columns = memory.allocate(BLOCK * codes.length);
  const matrix = memory.allocate(BLOCK * stride);
  const marginBytes = memory.allocate(BLOCK * 8);
  const margins = new Float64Array(marginBytes.buffer, marginBytes.byteOffset, BLOCK);
  const roots = memory.allocate(trees.length * at.TREE_BYTES);
  writeTrees(trees, codes, memory.allocate(nodes * at.SCORE_NODE_BYTES), roots);
  const whole = new Int32Array(matrix.buffer, at.TASK, 64);
  whole[at.MATRIX] = matrix.byteOffset;
  whole[at.STRIDE] = stride;
  whole[at.MARGINS] = margins.byteOffset;
  whole[at.TREES] = roots.byteOffset;
  whole[at.TREE_COUNT] = trees.length;
  whole[at.CHUNK_ROWS] = BLOCK;
  return (features, rows, out) => {
    for (let start = 0; start < rows; start += BLOCK) {
      const size = Math.min(BLOCK, rows - start);
      codes.forEach(({ encode }, feature) => {
        encode((features[feature] as Float64Array).subarray(start, start + size), columns, feature * BLOCK);
      });
      interleave(columns, BLOCK, codes.length, matrix, stride, 0, size);
      margins.fill(base, 0, size);
      whole[at.END] = size;
      kernels.run(at.OP_SCORE, 1);
      out.set(margins.subarray(0, size), start);
    }
  };
}

/** One code a feature up to the last that is split on; null where one has more values to tell apart than a byte. */
function codesOf(trees: readonly Tree[]): FeatureCode[] | null {
  const thresholds: Set<number>[] = [];
  const levels: number[] = [];
  for (const { feature, threshold, categories } of trees) {
    feature.forEach((column, node) => {
      if (column < 0) return;
      thresholds[column] ??= new Set();
      const cut = threshold[node] ?? null;
      if (cut !== null) thresholds[column].add(cut);
      levels[column] = Math.max(levels[column] ?? -1, ...(categories[node] ?? [-1]));
    });
  }
  const isTooFine = thresholds.some(
    (cuts, column) => Math.max(cuts.size, (levels[column] ?? -1) + 1) > MAX_VALUES,
  );
  if (isTooFine) return null;
  return Array.from(thresholds, (cuts, column) =>
    cuts === undefined || cuts.size > 0 ? numberCode(cuts ?? new Set()) : levelCode(levels[column] ?? -1),
  );
}

function numberCode(thresholds: ReadonlySet<number>): FeatureCode {
  const cuts = Float64Array.from(thresholds).sort();
  const goesLeft = (tree: Tree, node: number): Uint8Array => {
    const flags = new Uint8Array(256).fill(1, 0, cuts.indexOf(tree.threshold[node] as number) + 1);
    flags[MISSING_BIN] = tree.missingLeft[node] === true ? 1 : 0;
    return flags;
  };
  return { encode: createNumberEncoder(cuts, Number.POSITIVE_INFINITY), goesLeft };
}

function levelCode(last: number): FeatureCode {
  const encode: NumberEncoder = (values, into, offset) => {
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      into[offset + row] = Number.isNaN(value) ? MISSING_BIN : value <= last ? value : OTHER_LEVEL;
    }
  };
  const goesLeft = (tree: Tree, node: number): Uint8Array => {
    const flags = new Uint8Array(256);
    for (const code of tree.categories[node] ?? []) flags[code] = 1;
    flags[MISSING_BIN] = tree.missingLeft[node] === true ? 1 : 0;
    return flags;
  };
  return { encode, goesLeft };
}

function writeTrees(
  trees: readonly Tree[],
  codes: readonly FeatureCode[],
  into: Uint8Array,
  roots: Uint8Array,
): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const rootView = new DataView(roots.buffer, roots.byteOffset, roots.byteLength);
  let offset = 0;
  trees.forEach((tree, index) => {
    const first = into.byteOffset + offset;
    rootView.setInt32(index * at.TREE_BYTES, first, true);
    rootView.setInt32(index * at.TREE_BYTES + 4, levelsOf(tree, 0), true);
    tree.feature.forEach((feature, node) => {
      const child = (index: number | undefined): number =>
        first + (feature < 0 ? node : (index ?? node)) * at.SCORE_NODE_BYTES;
      view.setInt32(offset, Math.max(0, feature), true);
      view.setInt32(offset + 4, child(tree.left[node]), true);
      view.setInt32(offset + 8, child(tree.right[node]), true);
      view.setFloat64(offset + 16, tree.value[node] ?? 0, true);
      const flags = feature < 0 ? null : codes[feature]?.goesLeft(tree, node);
      flags?.forEach((flag, bin) => {
        into[offset + 32 + (bin >> 3)] = (into[offset + 32 + (bin >> 3)] as number) | (flag << (bin & 7));
      });
      offset += at.SCORE_NODE_BYTES;
    });
  });
}

/** Splits on the longest way from a node to a leaf. */
function levelsOf(tree: Tree, node: number): number {
  if ((tree.feature[node] ?? -1) < 0) return 0;
  return 1 + Math.max(levelsOf(tree, tree.left[node] as number), levelsOf(tree, tree.right[node] as number));
}
