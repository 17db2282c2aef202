/** Operations of several passes, which the leader of the team drives. */
import { BEGIN, CHUNK_ROWS, COUNTS, END, OP_GATHER, OP_PARTITION } from './layout';
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
