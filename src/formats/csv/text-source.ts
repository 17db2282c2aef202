/** The bytes of a text file in an encoding that has ASCII's bytes for ASCII's characters: UTF-16 becomes UTF-8. */
import { type ByteSource, openByteSource } from './byte-source.ts';
import { type Encoding, findMark, findUtf16, putCharacter } from './encoding.ts';

/** Bytes by which UTF-16 is known. */
const FIRST_BYTES = 1024;
const CHUNK_BYTES = 1 << 18;

export interface TextSource extends ByteSource {
  /** What the file is in, where its first bytes or `given` tell; null: to be found by its text. */
  readonly encoding: Encoding | null;
}

/**
 * Opens a file as `openByteSource` does. `given`: the encoding that the configuration names; a byte order mark is
 * believed before it. Code units of UTF-16 that are no character become a byte that UTF-8 does not have.
 */
export async function openTextSource(
  path: string,
  given: Encoding | null,
  within?: string,
): Promise<TextSource> {
  const source = await openByteSource(path, within);
  try {
    const first = await firstBytes(source);
    const encoding = findMark(first) ?? given ?? findUtf16(first);
    const whole = new PeekedSource(source, first, encoding);
    return encoding === 'utf-16le' || encoding === 'utf-16be' ? new Utf16Source(whole, encoding) : whole;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function firstBytes(source: ByteSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(FIRST_BYTES);
  let held = 0;
  for (let read = -1; held < FIRST_BYTES && read !== 0; held += read) {
    read = await source.read(bytes, held, FIRST_BYTES - held);
  }
  return bytes.subarray(0, held);
}

/** A source of which the first bytes have been looked at. */
class PeekedSource implements TextSource {
  readonly encoding: Encoding | null;
  private readonly source: ByteSource;
  private first: Uint8Array;

  constructor(source: ByteSource, first: Uint8Array, encoding: Encoding | null) {
    this.source = source;
    this.first = first;
    this.encoding = encoding;
  }

  get bytesRead(): number {
    return this.source.bytesRead;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.first.length === 0) return this.source.read(into, at, length);
    const taken = this.first.subarray(0, length);
    into.set(taken, at);
    this.first = this.first.subarray(taken.length);
    return taken.length;
  }

  digest(): string {
    return this.source.digest();
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

/** Most bytes that a character takes in UTF-8. */
const CHARACTER_BYTES = 4;
/** Stands for what is no character; no text in UTF-8 has it. */
const NO_CHARACTER = 0xff;

class Utf16Source implements TextSource {
  readonly encoding: 'utf-16le' | 'utf-16be';
  private readonly source: ByteSource;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  /** Bytes of the chunk that have not been decoded. */
  private from = 0;
  private to = 0;
  /** The first half of a character of two code units, whose second has not been seen; 0: none. */
  private high = 0;
  private ended = false;
  /** Bytes that were decoded where there was no room for a whole character. */
  private spare = new Uint8Array(0);

  constructor(source: ByteSource, encoding: 'utf-16le' | 'utf-16be') {
    this.source = source;
    this.encoding = encoding;
  }

  get bytesRead(): number {
    return this.source.bytesRead;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (length >= CHARACTER_BYTES && this.spare.length === 0) return this.readWhole(into, at, length);
    if (this.spare.length === 0) {
      const bytes = new Uint8Array(CHARACTER_BYTES);
      this.spare = bytes.subarray(0, await this.readWhole(bytes, 0, CHARACTER_BYTES));
    }
    const taken = this.spare.subarray(0, length);
    into.set(taken, at);
    this.spare = this.spare.subarray(taken.length);
    return taken.length;
  }

  private async readWhole(into: Uint8Array, at: number, length: number): Promise<number> {
    for (;;) {
      const end = this.decode(into, at, at + length);
      if (end > at) return end - at;
      if (this.ended) return 0;
      await this.fill();
    }
  }

  digest(): string {
    return this.source.digest();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async fill(): Promise<void> {
    const { chunk } = this;
    chunk.copyWithin(0, this.from, this.to);
    this.to -= this.from;
    this.from = 0;
    const read = await this.source.read(chunk, this.to, chunk.length - this.to);
    this.to += read;
    this.ended = read === 0;
  }

  /** Writes as much as is there and has room; returns its end. */
  private decode(out: Uint8Array, at: number, limit: number): number {
    const { chunk, to } = this;
    const [low, up] = this.encoding === 'utf-16le' ? [0, 1] : [1, 0];
    let i = this.from;
    let p = at;
    let { high } = this;
    while (i + 1 < to && p + CHARACTER_BYTES <= limit) {
      const unit = (chunk[i + low] as number) | ((chunk[i + up] as number) << 8);
      i += 2;
      if (high !== 0) {
        const isPair = unit >= 0xdc00 && unit < 0xe000;
        if (isPair) p = putCharacter(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00), out, p);
        else {
          out[p++] = NO_CHARACTER;
          i -= 2;
        }
        high = 0;
      } else if (unit < 0x80) out[p++] = unit;
      else if (unit >= 0xd800 && unit < 0xdc00) high = unit;
      else if (unit >= 0xdc00 && unit < 0xe000) out[p++] = NO_CHARACTER;
      else p = putCharacter(unit, out, p);
    }
    // An odd byte, or half a character, at the end of the file.
    if (this.ended && p < limit && (high !== 0 || i + 1 === to)) {
      out[p++] = NO_CHARACTER;
      high = 0;
      i = to;
    }
    this.from = i;
    this.high = high;
    return p;
  }
}
