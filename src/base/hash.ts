/** Content hashes: hex SHA-256 of text and of files. */
import { createHash } from 'node:crypto';
import { openRegularFile } from './regular-file.ts';

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Hex SHA-256 of a file, read in pieces. Throws the system's error where it cannot be read, `input-unreadable` where it is no file. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openRegularFile(path);
  for await (const piece of handle.createReadStream({ highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
