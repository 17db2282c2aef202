/** Looks at the bytes of a JSON body as they arrive, before anything is made of them: how deep, how many values, where to cut it. */
import { TidewatchError } from '../base/errors.ts';

/** Bodies of the API are three deep at most. */
export const MAX_DEPTH = 16;
/** Keys of one object: columns of a table. */
export const MAX_KEYS = 10_000;
/** Bytes of a list between two places where it may be cut. */
const SLICE_BYTES = 1 << 16;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** A list of a body, with the places of commas between its items, some bytes apart. */
export interface ListPlace {
  /** Place of its opening bracket. */
  readonly start: number;
  /** Place of its closing bracket; -1 while it has not come. */
  end: number;
  readonly cuts: number[];
}

/**
 * A running look at a body. It does not say whether the body is JSON, only that it is not more than can be read: the
 * reader of JSON says the rest.
 */
export class JsonScan {
  /** The first long list that is the body or a member of it, where the rows are; else the last short one. */
  list: ListPlace | null = null;
  private readonly mostValues: number;
  private values = 1;
  private depth = 0;
  private place = 0;
  private inText = false;
  private escaped = false;
  /** By depth: the keys of the object that is open there. */
  private readonly keys = new Uint32Array(MAX_DEPTH + 1);
  private listDepth = -1;
  private nextCut = 0;

  constructor(mostValues: number) {
    this.mostValues = mostValues;
  }

  /** Looks at the bytes that follow on those before. Errors: `request-too-large`. */
  add(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i] as number;
      if (this.inText) {
        if (this.escaped) this.escaped = false;
        else if (c === BACKSLASH) this.escaped = true;
        else if (c === QUOTE) this.inText = false;
      } else if (c === QUOTE) this.inText = true;
      else if (c === COMMA) this.comma(this.place + i);
      else if (c === COLON) this.colon();
      else if (c === OPEN_LIST || c === OPEN_OBJECT) this.open(c, this.place + i);
      else if (c === CLOSE_LIST || c === CLOSE_OBJECT) this.close(c, this.place + i);
    }
    this.place += bytes.length;
  }

  private open(c: number, place: number): void {
    this.count();
    if (c === OPEN_LIST && this.depth <= 1) this.openList(place);
    this.depth++;
    if (this.depth > MAX_DEPTH) {
      throw tooLarge(`is nested more than ${MAX_DEPTH} deep`, 'Send it flatter.', { depth: MAX_DEPTH });
    }
    this.keys[this.depth] = 0;
  }

  private openList(place: number): void {
    const { list } = this;
    if (list !== null && (list.end === -1 || list.cuts.length > 0)) return;
    this.list = { start: place, end: -1, cuts: [] };
    this.listDepth = this.depth + 1;
    this.nextCut = place + SLICE_BYTES;
  }

  private close(c: number, place: number): void {
    if (c === CLOSE_LIST && this.list?.end === -1 && this.depth === this.listDepth) this.list.end = place;
    if (this.depth > 0) this.depth--;
  }

  private comma(place: number): void {
    this.count();
    const { list } = this;
    if (list === null || list.end !== -1 || this.depth !== this.listDepth || place < this.nextCut) return;
    list.cuts.push(place);
    this.nextCut = place + SLICE_BYTES;
  }

  private colon(): void {
    const keys = (this.keys[this.depth] as number) + 1;
    this.keys[this.depth] = keys;
    if (keys > MAX_KEYS) {
      throw tooLarge(`has an object of more than ${MAX_KEYS} keys`, 'Send fewer columns.', {
        keys: MAX_KEYS,
      });
    }
  }

  private count(): void {
    if (++this.values <= this.mostValues) return;
    throw tooLarge(
      `has more than ${this.mostValues} values`,
      'Send the clients in several calls, or as CSV, or raise server.body_values in config.json.',
      { values: this.mostValues },
    );
  }
}

function tooLarge(what: string, advice: string, details: Readonly<Record<string, number>>): TidewatchError {
  return new TidewatchError('request-too-large', `The body ${what}. ${advice}`, { details });
}
