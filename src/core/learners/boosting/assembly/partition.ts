/** Parts the rows of a node by their bins, keeping their order on either side. */
import { BEGIN, CHUNK_ROWS, COLUMN, COUNTS, END, GOES_LEFT, LEFT, OP_GATHER, OP_PARTITION, RIGHT, ROWS } from './layout';
import { address, whole } from './task';
import { run } from './team';

/** Parts begin..end of the row order and returns how many rows went left. */
export function partition(chunks: i32): i32 {
  run(OP_PARTITION, chunks);
  const counts = address(COUNTS);
  const begin = whole(BEGIN);
  const end = whole(END);
  let left = 0;
  for (let chunk = 0; chunk < chunks; chunk++) left += load<i32>(counts + (<usize>chunk << 4));
  let toLeft = begin;
  let toRight = begin + left;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const record = counts + (<usize>chunk << 4);
    const size = min(whole(CHUNK_ROWS), end - begin - chunk * whole(CHUNK_ROWS));
    store<i32>(record, toLeft, 4);
    store<i32>(record, toRight, 8);
    toLeft += load<i32>(record);
    toRight += size - load<i32>(record);
  }
  run(OP_GATHER, chunks);
  return left;
}

export function partRows(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const column = address(COLUMN);
  const goesLeft = address(GOES_LEFT);
  const start = <usize>from << 2;
  let source = address(ROWS) + start;
  const end = address(ROWS) + (<usize>to << 2);
  let left = address(LEFT) + start;
  let right = address(RIGHT) + start;
  for (; source < end; source += 4) {
    const row = load<u32>(source);
    const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row));
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += 4 - (isLeft << 2);
  }
  store<i32>(address(COUNTS) + (<usize>chunk << 4), <i32>((left - address(LEFT) - start) >> 2));
}

export function gatherParts(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const record = address(COUNTS) + (<usize>chunk << 4);
  const left = <usize>load<i32>(record);
  const right = <usize>(to - from) - left;
  const rows = address(ROWS);
  const start = <usize>from << 2;
  memory.copy(rows + (<usize>load<i32>(record, 4) << 2), address(LEFT) + start, left << 2);
  memory.copy(rows + (<usize>load<i32>(record, 8) << 2), address(RIGHT) + start, right << 2);
}
