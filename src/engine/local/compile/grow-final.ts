/** Makes a finaldata.csv with lines added, beside the one that people may be reading. */
import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;

/**
 * Copies `base` to `path`, where the file system can without copying any bytes, and adds what `tail` has after its
 * first `skip` bytes.
 */
export async function growFinal(base: string, tail: string, skip: number, path: string): Promise<void> {
  await copyFile(base, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const [from, to] = [await open(tail, 'r'), await open(path, 'a')];
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let at = skip; ; ) {
      const { bytesRead } = await from.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      await to.writeFile(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await from.close();
    await to.close();
  }
}
