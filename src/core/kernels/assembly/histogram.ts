/** Gradient histograms: each bin is 16 bytes, the sum of gradients, then rows and the sum of hessians in one. */
import {
  BEGIN,
  BUILD_SLOT,
  CHUNK_ROWS,
  END,
  FEATURES,
  GRADIENTS,
  HESSIAN_BITS,
  HISTOGRAM_BYTES,
  HISTOGRAM_NUMBER,
  MATRIX,
  PRIVATE,
  ROWS,
  SHAPES,
  SHAPE_BYTES,
  SHARED_HISTOGRAM,
  SLOT_BYTES,
  STAGED_ROWS,
  STRIDE,
  TOOK_PART,
  WORKSPACE,
  WORKSPACE_BYTES,
} from './layout';
import { address, whole } from './task';

/** Adds a chunk of the node's rows to the thread's own histogram, or straight to the slot when alone. */
export function addHistogramRows(chunk: i32, thread: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  let target = address(BUILD_SLOT);
  if (whole(SHARED_HISTOGRAM) != 0) {
    target = address(PRIVATE) + <usize>thread * address(SLOT_BYTES);
    const tookPart = TOOK_PART + (<usize>thread << 6);
    if (load<i32>(tookPart) != whole(HISTOGRAM_NUMBER)) {
      clear(target);
      store<i32>(tookPart, whole(HISTOGRAM_NUMBER));
    }
  } else if (chunk == 0) {
    clear(target);
  }
  const rows = address(ROWS) + (<usize>from << 2);
  const count = to - from;
  const first = <usize>load<u32>(rows);
  const last = <usize>load<u32>(rows + (<usize>(count - 1) << 2));
  if (last - first == <usize>(count - 1)) {
    addDense(address(MATRIX) + first * address(STRIDE), address(GRADIENTS) + (first << 3), count, target);
  } else {
    addSparse(rows, count, target, address(WORKSPACE) + <usize>thread * address(WORKSPACE_BYTES));
  }
}

function clear(target: usize): void {
  const features = whole(FEATURES);
  const shapes = address(SHAPES);
  for (let feature = 0; feature < features; feature++) {
    const bins = load<i32>(shapes + feature * SHAPE_BYTES, 4);
    const base = target + <usize>feature * HISTOGRAM_BYTES;
    memory.fill(base, 0, <usize>bins << 4);
    v128.store(base, i64x2.splat(0), 255 * 16);
  }
}

/** Brings scattered rows together a block at a time, so that their cache misses overlap, then adds the block. */
function addSparse(rows: usize, count: i32, target: usize, staged: usize): void {
  const matrix = address(MATRIX);
  const stride = address(STRIDE);
  const gradients = address(GRADIENTS);
  const stagedGradients = staged + STAGED_ROWS * stride;
  for (let done = 0; done < count; done += STAGED_ROWS) {
    const block = min(STAGED_ROWS, count - done);
    let to = staged;
    for (let i = 0; i < block; i++) {
      const row = <usize>load<u32>(rows + (<usize>(done + i) << 2));
      const from = matrix + row * stride;
      let byte: usize = 0;
      for (; byte + 16 <= stride; byte += 16) v128.store(to + byte, v128.load(from + byte));
      for (; byte < stride; byte += 4) store<u32>(to + byte, load<u32>(from + byte));
      to += stride;
      store<i64>(stagedGradients + (<usize>i << 3), load<i64>(gradients + (row << 3)));
    }
    addDense(staged, stagedGradients, block, target);
  }
}

function addDense(matrix: usize, gradients: usize, count: i32, target: usize): void {
  const features = whole(FEATURES);
  const stride = address(STRIDE);
  const one = i64x2.replace_lane(i64x2.splat(0), 1, <i64>1 << <i64>whole(HESSIAN_BITS));
  const quads = target + <usize>(features >> 2) * (4 * HISTOGRAM_BYTES);
  const rest = features & 3;
  const end = matrix + <usize>count * stride;
  for (; matrix < end; matrix += stride) {
    const sum = i64x2.add(v128.load_ext<i32>(gradients), one);
    gradients += 8;
    let bytes = matrix;
    let base = target;
    for (; base < quads; base += 4 * HISTOGRAM_BYTES) {
      const bins = load<u32>(bytes);
      bytes += 4;
      const a = base + (<usize>(bins & 0xff) << 4);
      const b = base + <usize>((bins >>> 4) & 0xff0);
      const c = base + <usize>((bins >>> 12) & 0xff0);
      const d = base + <usize>((bins >>> 20) & 0xff0);
      // The four are of different features, so they never overlap.
      const va = i64x2.add(v128.load(a), sum);
      const vb = i64x2.add(v128.load(b, HISTOGRAM_BYTES), sum);
      const vc = i64x2.add(v128.load(c, 2 * HISTOGRAM_BYTES), sum);
      const vd = i64x2.add(v128.load(d, 3 * HISTOGRAM_BYTES), sum);
      v128.store(a, va);
      v128.store(b, vb, HISTOGRAM_BYTES);
      v128.store(c, vc, 2 * HISTOGRAM_BYTES);
      v128.store(d, vd, 3 * HISTOGRAM_BYTES);
    }
    for (let i = 0; i < rest; i++) {
      const bin = base + (<usize>load<u8>(bytes + i) << 4) + <usize>i * HISTOGRAM_BYTES;
      v128.store(bin, i64x2.add(v128.load(bin), sum));
    }
  }
}
