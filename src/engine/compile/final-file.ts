/** finaldata.csv while it is written: a temporary file with a running hash. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';

export class FinalFile {
  readonly path: string;
  readonly temporary: string;
  private readonly handle: number;
  private readonly hash = createHash('sha256');
  private closed = false;

  constructor(path: string) {
    this.path = path;
    this.temporary = temporaryName(path);
    mkdirSync(dirname(path), { recursive: true });
    this.handle = openSync(this.temporary, 'wx');
  }

  write(bytes: Uint8Array): void {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
  }

  /** Ends the writing; returns the hex SHA-256 of all that was written. */
  finish(): string {
    this.close();
    return this.hash.digest('hex');
  }

  /** Forces the content to the disk without holding up the process. */
  async sync(): Promise<void> {
    const handle = await open(this.temporary, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  commit(): void {
    commitFile(this.temporary, this.path);
  }

  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
  }

  private close(): void {
    if (!this.closed) closeSync(this.handle);
    this.closed = true;
  }
}
