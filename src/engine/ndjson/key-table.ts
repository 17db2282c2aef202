/** The keys of the objects of a file, each with a number: first the columns of the contract, then the others. */
import { FileRefused } from '../csv/file-refused.ts';
import { MAX_RECORD_BYTES, QUOTE } from '../csv/record-reader.ts';

/** Different keys that the objects of a file may have in all, and characters of these: those of the longest header. */
const MAX_KEYS = 16_384;
const MAX_CHARACTERS = MAX_RECORD_BYTES;

/**
 * Objects of a file nearly always have the same keys in the same order, so the key at a place is first held against
 * the one that was there last, byte by byte, and only looked up where it is another.
 */
export class KeyTable {
  /** Keys beside the columns, by first appearance. */
  readonly others: string[] = [];
  /** For each key: the object that had it last, so that a second one shows. */
  readonly seenIn: number[] = [];
  /** Keys that had an object or a list as their value. */
  readonly nested = new Set<string>();
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];
  /** Of all keys beside the columns. */
  private characters = 0;
  /** Bytes of each key as it stands between quotes; null where that needs an escape. */
  private readonly plain: (Buffer | null)[] = [];
  /** Key at each place of the last object. */
  private readonly order: number[] = [];

  constructor(columns: readonly string[]) {
    for (const name of columns) this.put(name);
  }

  /** The key at this place of the last object, if the bytes from `at` on are it and its closing quote; else -1. */
  guess(place: number, bytes: Uint8Array, at: number): number {
    const id = this.order[place] ?? -1;
    const name = this.plain[id] ?? null;
    if (name === null) return -1;
    const length = name.length;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return -1;
    return bytes[at + length] === QUOTE ? id : -1;
  }

  /** Bytes that a key takes which was guessed. */
  length(id: number): number {
    return this.plain[id]?.length ?? 0;
  }

  /** @throws FileRefused where there are more keys than a table has columns. */
  lookUp(place: number, name: string): number {
    const id = this.ids.get(name) ?? this.add(name);
    this.order[place] = id;
    return id;
  }

  name(id: number): string {
    return this.names[id] ?? '';
  }

  private add(name: string): number {
    this.characters += name.length;
    if (this.others.length >= MAX_KEYS || this.characters > MAX_CHARACTERS) {
      throw new FileRefused(
        'input-unreadable',
        `its objects have more than ${MAX_KEYS} different keys, or keys of more than ${MAX_CHARACTERS} characters together; expected the same columns in each`,
      );
    }
    this.others.push(name);
    return this.put(name);
  }

  private put(name: string): number {
    const id = this.names.length;
    this.ids.set(name, id);
    this.names.push(name);
    this.plain.push(JSON.stringify(name) === `"${name}"` ? Buffer.from(name) : null);
    this.seenIn.push(0);
    return id;
  }
}
