/** The keys of the objects of a file, each with a number: first the columns of the contract, then the others. */
import { foldName } from '../../base/fold-name.ts';
import type { ContractColumn, MatchedColumn } from '../contract/table-contract.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { foldedColumns, unclearText } from '../csv/match-columns.ts';
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
  /** Keys that stand for a column of another name. */
  readonly matched: MatchedColumn[] = [];
  private readonly spellings = new Map<string, number>();
  /** Spellings of columns that the file has, and the columns. */
  private readonly met = new Set<number>();
  private readonly present = new Set<number>();
  /** For a column that the file has under a name that only folds to it: that name. */
  private readonly guessed = new Map<number, string>();
  private readonly names: string[] = [];
  /** Of all keys beside the columns. */
  private characters = 0;
  /** Bytes of each key as it stands between quotes; null where that needs an escape. */
  private readonly plain: (Buffer | null)[] = [];
  /** Key at each place of the last object. */
  private readonly order: number[] = [];
  /** The key that each spelling is; of a column's own name, and of keys beside the columns, the number is the same. */
  private readonly keyOf: number[] = [];
  private readonly columns: number;
  private readonly folds: ReadonlyMap<string, number>;

  /** A key that is not a name or an alias of a column is one that folds to it (`matchColumns`). */
  constructor(columns: readonly Pick<ContractColumn, 'name' | 'aliases'>[]) {
    this.columns = columns.length;
    this.folds = foldedColumns(columns);
    for (const { name } of columns) this.put(name);
    for (const [key, { aliases = [] }] of columns.entries())
      for (const alias of aliases) this.put(alias, key);
  }

  /** The spelling at this place of the last object, if the bytes from `at` on are it and its closing quote; else -1. */
  guess(place: number, bytes: Uint8Array, at: number): number {
    const spelling = this.order[place] ?? -1;
    const name = this.plain[spelling] ?? null;
    if (name === null) return -1;
    const length = name.length;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== name[i]) return -1;
    return bytes[at + length] === QUOTE ? spelling : -1;
  }

  /** Bytes that a spelling takes which was guessed. */
  length(spelling: number): number {
    return this.plain[spelling]?.length ?? 0;
  }

  /** The key that a spelling is which was guessed. */
  key(spelling: number): number {
    return this.keyOf[spelling] ?? -1;
  }

  /**
   * The key of a name.
   * @throws FileRefused where there are more keys than a table has columns, or two may be one column.
   */
  lookUp(place: number, name: string): number {
    const spelling = this.spellings.get(name) ?? this.add(name);
    this.order[place] = spelling;
    const key = this.key(spelling);
    if (key < this.columns && !this.met.has(spelling)) this.meet(spelling, key, name);
    return key;
  }

  name(key: number): string {
    return this.names[key] ?? '';
  }

  /** Notes that a column is there under this name. Under an alias it may be there as well, but not under a guess. */
  private meet(spelling: number, key: number, name: string): void {
    const guess = this.guessed.get(key);
    if (guess !== undefined && guess !== name) {
      throw new FileRefused('input-unreadable', unclearText(this.name(key), [guess, name]));
    }
    this.met.add(spelling);
    this.present.add(key);
    if (spelling !== key) this.matched.push({ column: name, as: this.name(key) });
  }

  private add(name: string): number {
    const column = this.folds.get(foldName(name));
    if (column !== undefined && (this.guessed.has(column) || !this.present.has(column))) {
      this.guessed.set(column, this.guessed.get(column) ?? name);
      return this.put(name, column);
    }
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

  private put(name: string, key = this.names.length): number {
    const spelling = this.names.length;
    this.spellings.set(name, spelling);
    this.names.push(name);
    this.keyOf.push(key);
    this.plain.push(JSON.stringify(name) === `"${name}"` ? Buffer.from(name) : null);
    this.seenIn.push(0);
    return spelling;
  }
}
