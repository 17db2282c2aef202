/** The lines that are to become finaldata.csv while they are written, readable again, with a running id. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../../base/make-folder.ts';
import { openRegularFileSync } from '../../../base/regular-file.ts';
import { ContentId, PIECE_BYTES } from './content-id.ts';

/** A finaldata.csv that lines are added to. */
export interface FinalBase {
  readonly path: string;
  readonly bytes: number;
  /** Hex SHA-256 of its full pieces (ContentId). */
  readonly pieces: readonly string[];
}

/** What was written. */
export interface FinalContent {
  /** Id of finaldata.csv with these lines (ContentId). */
  readonly id: string;
  readonly pieces: readonly string[];
  /** Bytes of finaldata.csv with these lines. */
  readonly bytes: number;
}

const CHUNK_BYTES = 1 << 20;

/**
 * With a base the file has the header and the new lines alone, and is a CSV of its own; places are those in
 * finaldata.csv all the same, as if the lines stood there already.
 */
export class FinalFile {
  /** Where in finaldata.csv the next line stands. */
  position: number;
  private readonly handle: number;
  private readonly base: number | null;
  private readonly baseBytes: number;
  /** What is added to the place of a line in this file to have that in finaldata.csv. */
  private readonly ahead: number;
  private readonly content: ContentId;
  private closed = false;

  /** Makes the folder and the file, which must not exist. `header`: its first line, LF included. */
  constructor(path: string, header: Uint8Array, base: FinalBase | null = null) {
    makeFolder(dirname(path));
    this.handle = openSync(path, 'wx+');
    this.base = base === null ? null : openRegularFileSync(base.path);
    this.baseBytes = base?.bytes ?? 0;
    this.ahead = base === null ? 0 : base.bytes - header.length;
    this.position = this.baseBytes;
    this.content = new ContentId(base?.pieces);
    if (base === null) this.write(header);
    else {
      this.put(header);
      this.addRest(base.pieces.length * PIECE_BYTES);
    }
  }

  write(bytes: Uint8Array): void {
    this.content.add(bytes);
    this.put(bytes);
    this.position += bytes.length;
  }

  /** Puts what stands at place `at` of finaldata.csv into `into`; returns how many bytes, fewer at the end of a file. */
  read(at: number, into: Uint8Array): number {
    if (at >= this.baseBytes) return readSync(this.handle, into, 0, into.length, at - this.ahead);
    return readSync(this.base as number, into, 0, Math.min(into.length, this.baseBytes - at), at);
  }

  /** Ends the writing. */
  finish(): FinalContent {
    this.close();
    return { id: this.content.finish(), pieces: this.content.pieces, bytes: this.position };
  }

  close(): void {
    if (!this.closed) {
      closeSync(this.handle);
      if (this.base !== null) closeSync(this.base);
    }
    this.closed = true;
  }

  private put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.handle, bytes, done);
  }

  /** Takes the bytes of the base that are in no full piece into the id. */
  private addRest(from: number): void {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, this.baseBytes - from));
    for (let at = from; at < this.baseBytes; ) {
      const read = this.read(at, chunk);
      if (read === 0) throw new Error('finaldata.csv is shorter than it was');
      this.content.add(chunk.subarray(0, read));
      at += read;
    }
  }
}
