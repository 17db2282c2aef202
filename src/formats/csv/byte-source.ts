/** The bytes of an input file, unpacked where it is compressed, with the hash of what lies on the disk. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { openRegularFile } from '../../base/regular-file.ts';
import { FileRefused, refusedAs } from './file-refused.ts';

const PACKED_CHUNK = 1 << 18;

export interface ByteSource {
  /** Puts up to `length` bytes at `into[at]`; returns how many, 0 at the end. */
  read(into: Uint8Array, at: number, length: number): Promise<number>;
  /** Bytes of the file on the disk read so far. */
  readonly bytesRead: number;
  /** Hex SHA-256 of the file on the disk. Call once, at the end. */
  digest(): string;
  close(): Promise<void>;
}

/** Opens a file; a name that ends in `.gz` is unpacked. `within` as `openRegularFile`. FileRefused for what is no file. */
export async function openByteSource(path: string, within?: string): Promise<ByteSource> {
  const handle = await openRegularFile(path, within).catch(refusedAs);
  return path.toLowerCase().endsWith('.gz') ? new GzipSource(handle) : new PlainSource(handle);
}

class PlainSource implements ByteSource {
  bytesRead = 0;
  private readonly handle: FileHandle;
  private readonly hash: Hash = createHash('sha256');

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    const { bytesRead } = await this.handle.read(into, at, length, null);
    this.hash.update(into.subarray(at, at + bytesRead));
    this.bytesRead += bytesRead;
    return bytesRead;
  }

  digest(): string {
    return this.hash.digest('hex');
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

class GzipSource implements ByteSource {
  bytesRead = 0;
  private readonly handle: FileHandle;
  private readonly hash: Hash = createHash('sha256');
  private readonly gunzip: Gunzip = createGunzip();
  private readonly unpacked: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);
  /** Whether the file begins as gzip does. */
  private packed = false;

  constructor(handle: FileHandle) {
    this.handle = handle;
    this.unpacked = this.gunzip[Symbol.asyncIterator]();
    this.feed().catch((error: unknown) => {
      this.gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.held.length === 0) {
      const { value, done } = await this.unpacked.next().catch((error: unknown) => this.failed(error));
      if (done === true) return this.finish();
      this.held = value;
    }
    const taken = this.held.subarray(0, length);
    into.set(taken, at);
    this.held = this.held.subarray(taken.length);
    return taken.length;
  }

  digest(): string {
    return this.hash.digest('hex');
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.handle.close();
  }

  /** Node stops without a word at bytes that are not a gzip member; here they are an error. */
  private finish(): number {
    if (this.gunzip.bytesWritten < this.bytesRead) {
      throw new Error(`there are ${this.bytesRead - this.gunzip.bytesWritten} bytes after the gzip data`);
    }
    return 0;
  }

  /** Throws what zlib says of the file in words for whoever sent it, and any other error as it is. */
  private failed(error: unknown): never {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const { code, message } = error;
    const refuse = (reason: string): never => {
      throw new FileRefused('input-unreadable', reason, error);
    };
    if (code === 'Z_BUF_ERROR')
      refuse('its gzip data is cut off, as by a copy that did not end; copy it again');
    if (code === 'Z_DATA_ERROR' && !this.packed)
      refuse('its name ends in .gz, but it is not packed with gzip');
    if (code === 'Z_DATA_ERROR') {
      refuse(`its gzip data is damaged, or has something behind (${message}); copy it again`);
    }
    throw error;
  }

  private async feed(): Promise<void> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(PACKED_CHUNK);
      const { bytesRead } = await this.handle.read(chunk, 0, PACKED_CHUNK, null);
      if (bytesRead === 0) break;
      const part = chunk.subarray(0, bytesRead);
      if (this.bytesRead === 0) this.packed = part[0] === 0x1f && part[1] === 0x8b;
      this.hash.update(part);
      this.bytesRead += bytesRead;
      await new Promise<void>((resolve, reject) => {
        if (this.gunzip.destroyed) resolve();
        else this.gunzip.write(part, (error) => (error ? reject(error) : resolve()));
      });
      if (this.gunzip.destroyed) return;
    }
    this.gunzip.end();
  }
}
