/** Adds a finished tree to the margins of rows. */
import {
  BEGIN,
  CHUNK_ROWS,
  END,
  LEAVES,
  MARGINS,
  MATRIX,
  NODES,
  NODE_BYTES,
  ROWS,
  STRIDE,
  TREE_ROWS,
} from './layout';
import { address, whole } from './task';

/** Rows of the row order, whose leaves are known: LEAVES holds (end: i32, pad, value: f64), in row order. */
export function addLeafValues(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const rows = address(ROWS);
  const margins = address(MARGINS);
  let leaf = address(LEAVES);
  let i = from;
  while (i < to) {
    while (load<i32>(leaf) <= i) leaf += 16;
    const end = min(load<i32>(leaf), to);
    const value = load<f64>(leaf, 8);
    for (; i < end; i++) {
      const margin = margins + (<usize>load<u32>(rows + (<usize>i << 2)) << 3);
      store<f64>(margin, load<f64>(margin) + value);
    }
  }
}

/** Any rows: each is sent down the tree. */
export function addTreeValues(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const list = address(TREE_ROWS);
  const matrix = address(MATRIX);
  const stride = address(STRIDE);
  const margins = address(MARGINS);
  const nodes = address(NODES);
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(list + (<usize>i << 2));
    const bytes = matrix + row * stride;
    let node = nodes;
    for (let feature = load<i32>(node); feature >= 0; feature = load<i32>(node)) {
      const isLeft = load<u8>(node + <usize>load<u8>(bytes + <usize>feature), 32);
      const child = isLeft != 0 ? load<i32>(node, 4) : load<i32>(node, 8);
      node = nodes + <usize>child * NODE_BYTES;
    }
    const margin = margins + (row << 3);
    store<f64>(margin, load<f64>(margin) + load<f64>(node, 16));
  }
}
