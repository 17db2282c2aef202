/** How much a packed file may unpack to before it is taken for one that is made to fill the disk. */
import { FileRefused } from './file-refused.ts';

/** Times its own size that a packed file may unpack to, where nothing else is said. */
export const MAX_UNPACKED_RATIO = 500;
/** So many bytes any file may unpack to. */
const ALLOWED_BYTES = 1 << 28;

/** Bytes that a file of `packed` bytes may unpack to. */
export function mostUnpackedBytes(packed: number, ratio: number = MAX_UNPACKED_RATIO): number {
  return Math.max(ALLOWED_BYTES, packed * ratio);
}

/** The reason for which a file that unpacks to more is left out. */
export function unpacksToTooMuch(packed: number, ratio: number = MAX_UNPACKED_RATIO): FileRefused {
  return new FileRefused(
    'input-unreadable',
    `its ${packed} bytes unpack to more than ${mostUnpackedBytes(packed, ratio)}, over ${ratio} times as much, as a ` +
      'file does that is made to fill a disk; if it is genuine, raise max_unpacked_ratio in config.json or split it',
  );
}
