/** The id of a file by its content, which can be gone on with where bytes are only ever added at the end. */
import { createHash, type Hash } from 'node:crypto';
import { openRegularFile } from '../../../base/regular-file.ts';

/** A file is hashed in pieces of so many bytes. */
export const PIECE_BYTES = 1 << 23;
const CHUNK_BYTES = 1 << 20;

/**
 * The id of bytes: the hex SHA-256 of up to 8 MiB; of more, that of the hex SHA-256 of each 8 MiB of them, one after the
 * other. So what is added costs no more than its own bytes and those of the piece that they go on with.
 */
export class ContentId {
  /** Hex SHA-256 of each piece that is full. */
  readonly pieces: string[];
  private hash: Hash = createHash('sha256');
  private held = 0;

  /** `pieces`: those of earlier bytes; what came after the last of them must be added again. */
  constructor(pieces: readonly string[] = []) {
    this.pieces = [...pieces];
  }

  add(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + PIECE_BYTES - this.held);
      this.hash.update(part);
      this.held += part.length;
      from += part.length;
      if (this.held === PIECE_BYTES) this.endPiece();
    }
  }

  /** The id of all bytes. Call once, at the end. */
  finish(): string {
    const rest = this.held > 0 || this.pieces.length === 0 ? [this.hash.digest('hex')] : [];
    const all = [...this.pieces, ...rest];
    return all.length === 1 ? (all[0] as string) : createHash('sha256').update(all.join('')).digest('hex');
  }

  private endPiece(): void {
    this.pieces.push(this.hash.digest('hex'));
    this.hash = createHash('sha256');
    this.held = 0;
  }
}

/** The id of a file. Errors of the file system pass through. */
export async function contentIdOf(path: string): Promise<string> {
  const id = new ContentId();
  const handle = await openRegularFile(path);
  for await (const chunk of handle.createReadStream({ highWaterMark: CHUNK_BYTES })) id.add(chunk);
  return id.finish();
}
