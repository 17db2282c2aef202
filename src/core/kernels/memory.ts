/** The memory that tables, fits and kernels are in. */

/** Where the bytes of a table and of a fit live; the compiled kernels have them in their own memory. */
export interface KernelMemory {
  /** Bytes, aligned to 64; zeroed unless `zeroed` is false: those will all be written. Throws `out-of-memory` where there is no room. */
  allocate(bytes: number, zeroed?: boolean): Uint8Array;
  /**
   * A point to release to, once: what is allocated after it is given back at once, or where a later mark is held,
   * together with that.
   */
  mark(): number;
  release(mark: number): void;
}
