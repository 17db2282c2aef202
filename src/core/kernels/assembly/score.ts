/** Sends rows down all trees of a model, eight rows side by side so that their loads overlap. */
import { BEGIN, CHUNK_ROWS, END, MARGINS, MATRIX, STRIDE, TREES, TREE_BYTES, TREE_COUNT } from './layout';
import { address, whole } from './task';

/** Rows that go through one tree before the next: their bins and margins stay in the cache, and so does the tree. */
const TILE: i32 = 256;

export function scoreRows(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const trees = address(TREES);
  const end = trees + address(TREE_COUNT) * TREE_BYTES;
  for (let start = from; start < to; start += TILE) {
    for (let tree = trees; tree < end; tree += TREE_BYTES) {
      addTree(<usize>load<u32>(tree), load<i32>(tree, 4), start, min(start + TILE, to));
    }
  }
}

/** The child that a row goes to; from a leaf, the leaf. */
@inline
function step(node: usize, bytes: usize): usize {
  const bin = <usize>load<u8>(bytes + <usize>load<u32>(node));
  const goesLeft = (<usize>load<u8>(node + (bin >> 3), 32) >> (bin & 7)) & 1;
  return <usize>load<u32>(node - (goesLeft << 2), 8);
}

@inline
function add(margin: usize, node: usize): void {
  store<f64>(margin, load<f64>(margin) + load<f64>(node, 16));
}

function addTree(root: usize, levels: i32, from: i32, to: i32): void {
  const stride = address(STRIDE);
  let bytes = address(MATRIX) + <usize>from * stride;
  let margin = address(MARGINS) + (<usize>from << 3);
  let row = from;
  for (; row + 8 <= to; row += 8) {
    const b1 = bytes + stride;
    const b2 = b1 + stride;
    const b3 = b2 + stride;
    const b4 = b3 + stride;
    const b5 = b4 + stride;
    const b6 = b5 + stride;
    const b7 = b6 + stride;
    let n0 = root;
    let n1 = root;
    let n2 = root;
    let n3 = root;
    let n4 = root;
    let n5 = root;
    let n6 = root;
    let n7 = root;
    for (let level = 0; level < levels; level += 2) {
      const m0 = step(n0, bytes);
      const m1 = step(n1, b1);
      const m2 = step(n2, b2);
      const m3 = step(n3, b3);
      const m4 = step(n4, b4);
      const m5 = step(n5, b5);
      const m6 = step(n6, b6);
      const m7 = step(n7, b7);
      n0 = step(m0, bytes);
      n1 = step(m1, b1);
      n2 = step(m2, b2);
      n3 = step(m3, b3);
      n4 = step(m4, b4);
      n5 = step(m5, b5);
      n6 = step(m6, b6);
      n7 = step(m7, b7);
      // Leaves stay where they are: when none of the eight moved, all have arrived.
      const moved = (m0 ^ n0) | (m1 ^ n1) | (m2 ^ n2) | (m3 ^ n3) | (m4 ^ n4) | (m5 ^ n5) | (m6 ^ n6) | (m7 ^ n7);
      if (moved == 0) break;
    }
    add(margin, n0);
    add(margin + 8, n1);
    add(margin + 16, n2);
    add(margin + 24, n3);
    add(margin + 32, n4);
    add(margin + 40, n5);
    add(margin + 48, n6);
    add(margin + 56, n7);
    bytes = b7 + stride;
    margin += 64;
  }
  for (; row < to; row++) {
    let node = root;
    for (let level = 0; level < levels; level++) node = step(node, bytes);
    add(margin, node);
    bytes += stride;
    margin += 8;
  }
}
