/** Parts the rows of a node by their bins, keeping their order on either side. */
import { BEGIN, CHUNK_ROWS, COLUMN, COUNTS, END, GOES_LEFT, LEFT, RIGHT, ROWS } from './layout';
import { address, whole } from './task';

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
