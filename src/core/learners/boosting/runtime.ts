/** Chooses where a fit runs: compiled kernels where shared WebAssembly memory is to be had, else the reference. */

import { createKernelProgram } from '../../kernels/wasm-memory.ts';
import type { BoostingRuntime } from './kernels.ts';
import { createReferenceRuntime } from './reference.ts';
import { createWasmRuntime } from './wasm-kernels.ts';

/**
 * A runtime on the calling thread. It owns memory that grows with the largest fit, so make one and use it for all
 * fits that follow each other.
 */
export function createBoostingRuntime(): BoostingRuntime {
  const program = createKernelProgram();
  return program === null ? createReferenceRuntime() : createWasmRuntime(program, 1);
}
