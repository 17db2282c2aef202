/** A team of threads for fits: workers that share one memory with the caller and help with every step. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createKernelProgram, instantiateKernels } from '../../core/kernels/wasm-memory.ts';
import type { BoostingColumn } from '../../core/learners/boosting/binner.ts';
import type { BoostedFit, BoostingRequest } from '../../core/learners/boosting/fit.ts';
import { startBoosting } from '../../core/learners/boosting/fit.ts';
import type { BoostingRuntime } from '../../core/learners/boosting/kernels.ts';
import { createReferenceRuntime } from '../../core/learners/boosting/reference.ts';
import type { BinnedTable } from '../../core/learners/boosting/table.ts';
import { createWasmRuntime } from '../../core/learners/boosting/wasm-kernels.ts';
import { logisticPasses } from '../../core/learners/logistic.ts';
import type { LogisticFit } from '../../core/learners/newton.ts';
import type { LogisticOptions } from '../../core/learners/standard-coordinates.ts';
import type { DesignBlock } from '../../core/statistics/gram.ts';
import { createPlainGram, type GramRuntime, type RowStore } from '../../core/statistics/gram-rows.ts';
import { createWasmGram } from '../../core/statistics/gram-wasm.ts';

export interface Team {
  /** Threads that work on a fit, the caller's among them; 1 where shared WebAssembly memory is not to be had. */
  readonly threads: number;
  /** Memory and kernels of the team, for tables that several fits share and for fits that may block. */
  readonly runtime: BoostingRuntime;
  /** The same for Gram statistics. */
  readonly gram: GramRuntime;
  /**
   * Fits as `fitBoostedTrees` does, giving way to other work of the calling thread between trees, when `onTrees` is
   * told how many there are. One fit at a time: a second waits for the first.
   */
  fitTrees(
    data: readonly BoostingColumn[] | BinnedTable,
    labels: Uint8Array,
    request?: BoostingRequest,
    onTrees?: (grown: number) => void,
  ): Promise<BoostedFit>;
  /** Fits as `fitLogistic` does, giving way between passes; in turn with the other fits. */
  fitLogistic(blocks: readonly DesignBlock[], options: LogisticOptions): Promise<LogisticFit>;
  /**
   * Memory for so many numbers of rows that are to be fitted, so that they need not be copied there; null where it
   * would not help. To be closed after the fit.
   */
  openStore(doubles: number): RowStore | null;
  /** Ends the workers, after the fits that were asked for. */
  close(): Promise<void>;
}

/**
 * What a worker runs. It is text, since a file would have another path in the sources than in the build; all that
 * it does is to enter the compiled kernels, where it stays until they return.
 */
const WORKER_PROGRAM = `
const { module, memory, thread } = require('node:worker_threads').workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(thread);
`;

/** Starts `threads - 1` workers. They sleep while there is nothing to do, and do not keep the process alive. */
export function createTeam({ threads = availableParallelism() }: { threads?: number } = {}): Team {
  const program = createKernelProgram();
  if (program === null) return assemble(createReferenceRuntime(), createPlainGram(), async () => {});
  const workers = Array.from({ length: threads - 1 }, (_, index) => {
    const workerData = { module: program.module, memory: program.memory, thread: index + 1 };
    const worker = new Worker(WORKER_PROGRAM, { eval: true, workerData, name: `tidewatch-${index + 1}` });
    worker.unref();
    return worker;
  });
  const runtime = createWasmRuntime(program, threads);
  const kernels = instantiateKernels(program);
  return assemble(runtime, createWasmGram({ ...runtime, run: kernels.run }), async () => {
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.ref();
    kernels.quit();
    await Promise.all(ended);
  });
}

function assemble(runtime: BoostingRuntime, gram: GramRuntime, end: () => Promise<void>): Team {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(fit: () => Promise<T>): Promise<T> => {
    const fitted = last.then(fit);
    last = fitted.catch(() => {});
    return fitted;
  };
  const close = async (): Promise<void> => {
    await last;
    await end();
  };
  return {
    threads: runtime.threads,
    runtime,
    gram,
    fitTrees: (data, labels, request = {}, onTrees = () => {}) =>
      inTurn(() => fitGivingWay(data, labels, request, runtime, onTrees)),
    openStore: gram.openStore,
    fitLogistic: (blocks, options) => inTurn(() => fitLogisticGivingWay(blocks, options, gram)),
    close,
  };
}

async function fitLogisticGivingWay(
  blocks: readonly DesignBlock[],
  options: LogisticOptions,
  gram: GramRuntime,
): Promise<LogisticFit> {
  const passes = logisticPasses(blocks, options, gram);
  let next = passes.next();
  while (next.done !== true) {
    await nextTurn();
    next = passes.next();
  }
  return next.value;
}

async function fitGivingWay(
  data: readonly BoostingColumn[] | BinnedTable,
  labels: Uint8Array,
  request: BoostingRequest,
  runtime: BoostingRuntime,
  onTrees: (grown: number) => void,
): Promise<BoostedFit> {
  const mark = runtime.mark();
  try {
    const fit = startBoosting(data, labels, request, runtime);
    while (fit.step()) {
      onTrees(fit.treesGrown);
      await nextTurn();
    }
    return fit.finish();
  } finally {
    runtime.release(mark);
  }
}
