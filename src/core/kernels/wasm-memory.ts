/** The memory that threads and compiled kernels share, and the module they run. */
import { TidewatchError } from '../../base/errors.ts';
import { KERNELS_WASM } from './kernels.generated.ts';
import type { KernelMemory } from './memory.ts';

/** The part of WebAssembly that is used; the language's own library does not declare it. */
interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}
interface WasmGlobal {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}
declare const WebAssembly: WasmGlobal | undefined;

export interface KernelExports {
  run(operation: number, chunks: number): void;
  partition(chunks: number): number;
  quit(): void;
}

/** A module and a memory, to hand to a worker, which calls the export `serve` with its number. */
export interface KernelProgram {
  readonly module: object;
  readonly memory: WasmMemory;
}

const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;

/** Compiles the kernels and reserves memory of at most so many pages of 64 KiB; null where there is no WebAssembly with shared memory and SIMD. */
export function createKernelProgram(mostPages = MAX_PAGES): KernelProgram | null {
  if (typeof WebAssembly === 'undefined' || typeof SharedArrayBuffer === 'undefined') return null;
  try {
    const module = new WebAssembly.Module(decodeBase64(KERNELS_WASM));
    return { module, memory: new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true }) };
  } catch {
    // No SIMD or no threads in this WebAssembly, or no address space left: the reference takes over.
    return null;
  }
}

/** The kernels on the calling thread. */
export function instantiateKernels(program: KernelProgram): KernelExports {
  if (WebAssembly === undefined) throw new TidewatchError('internal', 'WebAssembly went away');
  const { exports } = new WebAssembly.Instance(program.module, { env: { memory: program.memory } });
  return exports as KernelExports;
}

/** Hands out the memory past its first page, from the bottom up. */
export function createWasmMemory(memory: WasmMemory): KernelMemory {
  let top = PAGE_BYTES;
  const allocate = (bytes: number, zeroed = true): Uint8Array<ArrayBufferLike> => {
    const start = top;
    const end = start + Math.ceil(bytes / 64) * 64;
    const missing = Math.ceil(end / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) growMemory(memory, missing, end);
    top = end;
    const allocated = new Uint8Array(memory.buffer, start, bytes);
    return zeroed ? allocated.fill(0) : allocated;
  };
  const marks: { readonly at: number; released: boolean }[] = [];
  const mark = (): number => {
    marks.push({ at: top, released: false });
    return top;
  };
  const release = (at: number): void => {
    const marked = marks.findLast((each) => each.at === at && !each.released);
    if (marked !== undefined) marked.released = true;
    // What lies below a mark that is still held stays until that one is released.
    for (let last = marks.at(-1); last?.released === true; last = marks.at(-1)) {
      top = last.at;
      marks.pop();
    }
  };
  return { allocate, mark, release };
}

function growMemory(memory: WasmMemory, pages: number, end: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw new TidewatchError(
      'out-of-memory',
      `boosted trees need ${Math.ceil(end / 2 ** 20)} MiB of kernel memory, which is not to be had ` +
        '(the most is 4096 MiB); learn from a sample of the rows or from fewer features',
      { cause, details: { bytes: end } },
    );
  }
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
