/**
 * How threads share an operation: its chunks are numbered, and whoever is free takes the next. A thread that the
 * system has put aside holds up nobody unless it has a chunk in hand. Waits spin a bounded time, then sleep.
 */
import { CHUNKS, DONE, LEADER_SLEEPS, OPERATION, QUIT, SLEEPERS, THREADS, TICKET } from './layout';
import { execute } from './operations';

/** Loads of the shared word before a thread goes to sleep: some tens of microseconds. */
const SPINS: i32 = 20000;

/** Takes a chunk of the present operation and does it; false when none is left. */
function takeChunk(thread: i32): bool {
  const ticket = atomic.load<i64>(TICKET);
  const left = <i32>(ticket & 0xffffffff);
  if (left == 0) return false;
  if (atomic.cmpxchg<i64>(TICKET, ticket, ticket - 1) != ticket) return true;
  // The operation cannot end before this chunk is done, so its arguments stay as they are.
  execute(load<i32>(OPERATION), left - 1, thread);
  const done = atomic.add<i32>(DONE, 1) + 1;
  if (done == load<i32>(CHUNKS) && atomic.load<i32>(LEADER_SLEEPS) != 0) atomic.notify(DONE, 1);
  return true;
}

/** Runs an operation on the whole team and returns when all its chunks are done. Thread 0 only. */
export function run(operation: i32, chunks: i32): void {
  if (chunks <= 1 || load<i32>(THREADS) <= 1) {
    for (let chunk = 0; chunk < chunks; chunk++) execute(operation, chunk, 0);
    return;
  }
  store<i32>(OPERATION, operation);
  store<i32>(CHUNKS, chunks);
  atomic.store<i32>(DONE, 0);
  const epoch = (atomic.load<i64>(TICKET) >> 32) + 1;
  atomic.store<i64>(TICKET, (epoch << 32) | <i64>chunks);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(TICKET, -1);
  while (takeChunk(0)) {}
  for (let spins = 0; spins < SPINS; spins++) {
    if (atomic.load<i32>(DONE) == chunks) return;
  }
  atomic.store<i32>(LEADER_SLEEPS, 1);
  for (;;) {
    const done = atomic.load<i32>(DONE);
    if (done == chunks) break;
    atomic.wait<i32>(DONE, done, -1);
  }
  atomic.store<i32>(LEADER_SLEEPS, 0);
}

/** The life of a worker: takes chunks until told to quit. `thread` is from 1. */
export function serve(thread: i32): void {
  let spins = 0;
  for (;;) {
    if (takeChunk(thread)) {
      spins = 0;
      continue;
    }
    if (atomic.load<i32>(QUIT) != 0) return;
    if (++spins < SPINS) continue;
    spins = 0;
    const ticket = atomic.load<i64>(TICKET);
    if ((ticket & 0xffffffff) != 0) continue;
    atomic.add<i32>(SLEEPERS, 1);
    if (atomic.load<i32>(QUIT) == 0) atomic.wait<i64>(TICKET, ticket, -1);
    atomic.sub<i32>(SLEEPERS, 1);
  }
}

/** Tells the workers to return. */
export function quit(): void {
  atomic.store<i32>(QUIT, 1);
  const epoch = (atomic.load<i64>(TICKET) >> 32) + 1;
  atomic.store<i64>(TICKET, epoch << 32);
  atomic.notify(TICKET, -1);
}
