/** The file that is to become finaldata.csv while it is written, with a running hash. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export class FinalFile {
  private readonly handle: number;
  private readonly hash = createHash('sha256');
  private closed = false;

  /** Makes the folder and the file, which must not exist. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.handle = openSync(path, 'wx');
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

  close(): void {
    if (!this.closed) closeSync(this.handle);
    this.closed = true;
  }
}
