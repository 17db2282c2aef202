/** Sizes in bytes as the configuration writes them. */

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes of a size such as "700MB" or "1.5 GiB"; a number is bytes already. */
export function parseByteSize(size: number | string): number {
  if (typeof size === 'number') return size;
  return Number.parseFloat(size) * (UNITS[size.replace(/^[\d.\s]+/, '')] ?? 1);
}
