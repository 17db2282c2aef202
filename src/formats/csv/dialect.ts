/** How one CSV file is written, found by its first bytes. */
import type { Reading, TableContract } from '../contract/table-contract.ts';
import type { Delimiter } from './delimiter.ts';
import { guessDescriptions } from './description-line.ts';
import { chooseEncoding, type Encoding } from './encoding.ts';
import { findHeader } from './find-header.ts';
import { FirstLines } from './first-lines.ts';
import { guessStructure } from './guess-structure.ts';

/** How a file is written: where its fields and rows are, and how its characters and numbers are read. */
export interface Dialect {
  readonly delimiter: Delimiter;
  /** null: only ASCII so far, which is the same in every encoding but UTF-16. */
  readonly encoding: Encoding | null;
  /** Lines above the header, empty ones among them; a line `sep=;` at the top is not counted. */
  readonly skipLines: number;
  /** Lines under the header that are no rows. */
  readonly descriptionLines: number;
  /** The style of numbers, as the configuration gives it. */
  readonly decimal: Reading['decimal'];
  readonly thousands: Reading['thousands'];
}

export interface SniffOptions {
  /** Its columns are looked for; where it has none, the header is found by the shape of the lines. */
  readonly contract: TableContract;
  readonly targetOptional: boolean;
  /** What the file is in where that is known; null: UTF-8 or Windows-1252, by its bytes. */
  readonly encoding: Encoding | null;
  /** Whether `bytes` are the whole file. */
  readonly isWhole: boolean;
}

export interface Sniffed {
  readonly dialect: Dialect;
  /** Where the header begins in `bytes`. */
  readonly headerAt: number;
  /** Why one cannot be certain, and which option says it; null: it is certain, or there is nothing to choose from. */
  readonly doubt: string | null;
  /** Whether the line behind the description lines may describe the columns as well. */
  readonly mayDescribe: boolean;
}

/**
 * Finds the dialect by the first `bytes` of a file (a mebibyte is plenty), byte order mark left out and UTF-16 turned
 * into UTF-8. What `contract.reading` sets is held to; but a file whose header has every column in another structure is
 * read by that, since nothing else can be meant: so a file that this system wrote is read beside those of others. Where
 * no line has the columns, the nearest is taken, so that what is missing can be said.
 */
export function sniffDialect(bytes: Uint8Array, options: SniffOptions): Sniffed {
  const { contract, isWhole } = options;
  const encoding = options.encoding ?? chooseEncoding(bytes);
  const lines = new FirstLines(bytes, { encoding, isFound: options.encoding === null, isWhole });
  const wish = {
    delimiter: contract.reading?.delimiter ?? null,
    skipLines: contract.reading?.skipLines ?? null,
  };
  const known = findHeader(lines, contract, options.targetOptional, wish);
  const found = known ?? guessStructure(lines, wish);
  const told = contract.reading?.descriptionLines ?? 0;
  const isGuess = contract.columns.length === 0 && told === 0;
  const described = isGuess
    ? guessDescriptions(lines.recordsUnder(found.line, found.delimiter), new Set(contract.missingTexts))
    : { lines: told, isUnsure: false };
  return {
    dialect: {
      delimiter: found.delimiter,
      encoding,
      skipLines: lines.titlesAbove(found.line),
      descriptionLines: described.lines,
      decimal: contract.reading?.decimal ?? '.',
      thousands: contract.reading?.thousands ?? null,
    },
    headerAt: lines.startOf(found.line),
    doubt: found.doubt,
    mayDescribe: described.isUnsure,
  };
}
