/** The elements of an array of JSON as one line each, as the reader of lines of JSON takes them. */
import { type ByteSource, openByteSource } from '../csv/byte-source.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { LF, QUOTE } from '../csv/record-reader.ts';
import { isJsonArray } from '../data-endings.ts';
import { isWhiteSpace } from './object-count.ts';

const CHUNK_BYTES = 1 << 18;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const COMMA = 44;
const SPACE = 32;
const TAB = 9;

/** Opens a file of JSON objects so that each is a line. Errors as `openByteSource`. */
export async function openObjects(path: string, within?: string): Promise<ByteSource> {
  const source = await openByteSource(path, within);
  return isJsonArray(path) ? new ArraySource(source) : source;
}

/** Where in the array the next byte stands. */
type State =
  /** Before its first element, or its end. */
  | 'start'
  /** Where an element must come. */
  | 'element'
  | 'inside'
  /** Behind an element. */
  | 'behind'
  | 'ended';

/**
 * Takes the place of `inner`, whose bytes are one array, written on one line or many; a line of it is the element of that
 * number. Line feeds between the parts of an element go; one within a text, which JSON does not have, becomes a tab, so that the line
 * is refused as it should be. An element that is no object is a line too, and refused as one. Bytes that are no array
 * come as they are, unless they are one object alone.
 */
export class ArraySource implements ByteSource {
  private readonly inner: ByteSource;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private from = 0;
  private to = 0;
  /** null: not known yet. */
  private isArray: boolean | null = null;
  private state: State = 'start';
  private elements = 0;
  private depth = 0;
  private isText = false;
  private isEscaped = false;

  constructor(inner: ByteSource) {
    this.inner = inner;
  }

  get bytesRead(): number {
    return this.inner.bytesRead;
  }

  digest(): string {
    return this.inner.digest();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.isArray === null) await this.begin();
    if (!this.isArray) return this.readPlain(into, at, length);
    let end = at;
    while (end === at) {
      if (this.from === this.to && !(await this.refill())) return this.finish();
      end = this.take(into, at, at + length);
    }
    return end - at;
  }

  /** Looks at the first byte that says something, and behind an object at what its first line is. */
  private async begin(): Promise<void> {
    await this.refill();
    const { chunk } = this;
    let at = this.from;
    if (chunk[at] === 0xef && chunk[at + 1] === 0xbb && chunk[at + 2] === 0xbf) at += 3;
    while (at < this.to && isWhiteSpace(chunk[at] as number)) at++;
    this.isArray = chunk[at] === OPEN_LIST;
    if (this.isArray) this.from = at + 1;
    else if (chunk[at] === OPEN_OBJECT) refuseOneObject(chunk.subarray(at, this.to), this.to < CHUNK_BYTES);
  }

  private async readPlain(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.from === this.to) return this.inner.read(into, at, length);
    const part = this.chunk.subarray(this.from, Math.min(this.to, this.from + length));
    into.set(part, at);
    this.from += part.length;
    return part.length;
  }

  /** Fills the chunk; false at the end. */
  private async refill(): Promise<boolean> {
    this.from = 0;
    this.to = 0;
    for (let read = -1; this.to < CHUNK_BYTES && read !== 0; this.to += read) {
      read = await this.inner.read(this.chunk, this.to, CHUNK_BYTES - this.to);
    }
    return this.to > 0;
  }

  private finish(): 0 {
    if (this.state !== 'ended') {
      refuse(
        `its array has no end after ${this.elements} elements, as in a copy that did not end; copy it again`,
      );
    }
    return 0;
  }

  /** Moves bytes into `into[at..end)` until one of both is used up; returns where it stopped. */
  private take(into: Uint8Array, at: number, end: number): number {
    const { chunk, to } = this;
    let out = at;
    let i = this.from;
    while (i < to && out < end) {
      const c = chunk[i] as number;
      if (this.state === 'inside') {
        if (this.isText) {
          into[out++] = c === LF ? TAB : c;
          if (this.isEscaped) this.isEscaped = false;
          else if (c === BACKSLASH) this.isEscaped = true;
          else if (c === QUOTE) this.isText = false;
          i++;
          continue;
        }
        if (this.depth === 0 && (c === COMMA || c === CLOSE_LIST || isWhiteSpace(c))) {
          // The same byte is looked at again, behind the element.
          into[out++] = LF;
          this.elements++;
          this.state = 'behind';
          continue;
        }
        i++;
        if (c === LF || c === 13) into[out++] = SPACE;
        else {
          into[out++] = c;
          if (c === QUOTE) this.isText = true;
          else if (c === OPEN_OBJECT || c === OPEN_LIST) this.depth++;
          else if (c === CLOSE_OBJECT || c === CLOSE_LIST) this.depth--;
        }
        continue;
      }
      if (isWhiteSpace(c)) i++;
      else if (this.step(c)) i++;
    }
    this.from = i;
    return out;
  }

  /** What a byte between elements means; false where it begins one, and is to be looked at again. */
  private step(c: number): boolean {
    const { state } = this;
    if (state === 'ended') refuse('there is something behind the end of its array');
    if (state === 'behind') {
      if (c !== COMMA && c !== CLOSE_LIST) {
        refuse(`behind element ${this.elements} of its array expected a comma or the end, got ${shown(c)}`);
      }
      this.state = c === COMMA ? 'element' : 'ended';
      return true;
    }
    if (c === CLOSE_LIST && state === 'start') {
      this.state = 'ended';
      return true;
    }
    if (c === COMMA || c === CLOSE_LIST || c === CLOSE_OBJECT) {
      refuse(`before element ${this.elements + 1} of its array expected an object, got ${shown(c)}`);
    }
    this.state = 'inside';
    this.depth = 0;
    return false;
  }
}

/**
 * Refuses a file that is one object and holds its rows inside: an array under a key, or columns with their values. One
 * object a line is as good as an array, and so is one object of values alone.
 */
function refuseOneObject(bytes: Uint8Array, isWhole: boolean): void {
  const lf = bytes.indexOf(LF);
  const line = bytes.subarray(0, lf < 0 ? bytes.length : lf);
  const rest = lf < 0 ? '' : Buffer.from(bytes.subarray(lf)).toString('latin1').trim();
  const object = parsed(line);
  if (object !== null && rest !== '') return;
  const isFlat =
    object !== null && Object.values(object).every((value) => value === null || typeof value !== 'object');
  if (isFlat && isWhole) return;
  refuse(
    'it is one object; expected an array of objects, as [{"name": value, ...}, ...], or one object a line. Write the array ' +
      'alone that it holds (with pandas: to_json(orient="records"))',
  );
}

function parsed(line: Uint8Array): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(line).toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function shown(c: number): string {
  return c > SPACE && c < 127 ? JSON.stringify(String.fromCharCode(c)) : `the byte ${c}`;
}

function refuse(reason: string): never {
  throw new FileRefused('input-unreadable', reason);
}
