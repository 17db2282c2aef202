/** Puts the lines of an earlier finaldata.csv on their way again, without reading them as rows again. */
import { createHash } from 'node:crypto';
import { openRegularFile } from '../../base/regular-file.ts';
import type { LineFeed } from './line-feed.ts';

const CHUNK_BYTES = 1 << 20;
const LF = 10;
const QUOTE = 34;

/**
 * Adds every line after the first to `feed`. Returns the hex SHA-256 of the file, by which the caller knows whether
 * it was the file that it took it for; what was added is of no use otherwise.
 */
export async function loadLines(path: string, feed: LineFeed): Promise<string> {
  const hash = createHash('sha256');
  const lines = new LineSplitter(feed);
  const chunk = new Uint8Array(CHUNK_BYTES);
  const handle = await openRegularFile(path);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      lines.take(chunk, bytesRead);
      await feed.ready();
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

class LineSplitter {
  private readonly feed: LineFeed;
  private header = true;
  private inside = false;
  /** The begin of a line whose end is in the next chunk. */
  private rest: Uint8Array = new Uint8Array(0);

  constructor(feed: LineFeed) {
    this.feed = feed;
  }

  take(chunk: Uint8Array, length: number): void {
    let start = 0;
    let { inside } = this;
    for (let i = 0; i < length; i++) {
      const c = chunk[i] as number;
      if (c === QUOTE) inside = !inside;
      else if (c === LF && !inside) {
        this.add(chunk, start, i + 1);
        start = i + 1;
      }
    }
    this.inside = inside;
    this.rest = Buffer.concat([this.rest, chunk.subarray(start, length)]);
  }

  private add(chunk: Uint8Array, start: number, end: number): void {
    const { feed, rest } = this;
    if (!this.header) {
      feed.reserve(rest.length + end - start);
      const { block } = feed;
      let to = feed.position;
      for (let i = 0; i < rest.length; i++) block[to++] = rest[i] as number;
      for (let i = start; i < end; i++) block[to++] = chunk[i] as number;
      feed.add(to);
    }
    this.header = false;
    if (rest.length > 0) this.rest = new Uint8Array(0);
  }
}
