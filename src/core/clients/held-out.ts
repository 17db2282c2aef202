/** Which clients are held out: no model learns from their rows, which score it instead. */
import { finish } from './client-key.ts';

export interface Holdout {
  /** Share of the clients, above 0 and below 1. */
  readonly share: number;
  readonly seed: number;
}

const WORD = 2 ** 32;

/**
 * Whether a client is held out. Its key (`clientKey`) and the seed alone decide, so the answer is the same in every
 * file that ever comes, on every machine. The key and the seed are mixed as MurmurHash3 finishes (Appleby).
 */
export function isHeldOut(key: bigint, { share, seed }: Holdout): boolean {
  const high = Number(key >> 32n) >>> 0;
  const low = Number(key & 0xffffffffn) >>> 0;
  return finish(finish(high ^ Math.imul(seed + 1, 0x9e3779b1)) ^ low) < share * WORD;
}

/** Whether all clients that are held out now were held out then. */
export function isHeldOutAlike(then: Holdout | undefined, now: Holdout): boolean {
  return then !== undefined && then.seed === now.seed && then.share >= now.share;
}
