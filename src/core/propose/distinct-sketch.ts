/** Counts distinct texts in constant memory, within two percent. */
const INDEX_BITS = 12;
const REGISTERS = 1 << INDEX_BITS;
/** Bias correction of the harmonic mean for this many registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/**
 * HyperLogLog of Flajolet, Fusy, Gandouet and Meunier (2007) with 4,096 registers and a hash of 32 bits: a
 * standard error of 1.6 % in 4 KiB, linear counting below 2.5 registers' worth.
 */
export class DistinctSketch {
  private readonly registers = new Uint8Array(REGISTERS);

  /** @param hash that of the text, by `hashText`. */
  add(hash: number): void {
    const index = hash >>> (32 - INDEX_BITS);
    const rank = Math.min(Math.clz32(hash << INDEX_BITS), 32 - INDEX_BITS) + 1;
    if (rank > (this.registers[index] as number)) this.registers[index] = rank;
  }

  /** The number of distinct texts added, about. */
  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const register of this.registers) {
      sum += 2 ** -register;
      if (register === 0) empty++;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    if (raw <= 2.5 * REGISTERS && empty > 0) return REGISTERS * Math.log(REGISTERS / empty);
    const space = 2 ** 32;
    return raw > space / 30 ? -space * Math.log(1 - raw / space) : raw;
  }
}
