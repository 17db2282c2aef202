/** The options of `init` that say how files and their values are written, where that is not to be found in them. */
import { TidewatchError } from '../base/errors.ts';
import { emptyRecord } from '../base/own-value.ts';
import { compileDateFormat } from '../core/values/date-format.ts';
import type { Reading } from '../formats/contract/table-contract.ts';
import type { ValueOptions } from '../formats/found-reading.ts';

export interface ReadingOptions {
  readonly delimiter?: NonNullable<Reading['delimiter']>;
  readonly encoding?: NonNullable<Reading['encoding']>;
  readonly skipLines?: number;
  readonly descriptionLines?: number;
  readonly decimal?: string;
  readonly dates?: readonly string[];
}

const DELIMITERS: ReadonlyMap<string, NonNullable<Reading['delimiter']>> = new Map([
  [',', ','],
  ['comma', ','],
  [';', ';'],
  ['semicolon', ';'],
  ['\t', '\t'],
  ['\\t', '\t'],
  ['tab', '\t'],
  ['|', '|'],
  ['bar', '|'],
]);

const ENCODINGS: ReadonlyMap<string, NonNullable<Reading['encoding']>> = new Map([
  ['utf-8', 'utf-8'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  ['windows-1252', 'windows-1252'],
  // Windows-1252 has all of its characters.
  ['iso-8859-1', 'windows-1252'],
  ['iso-8859-15', 'iso-8859-15'],
]);

export function parseDelimiter(text: string): NonNullable<Reading['delimiter']> {
  const found = DELIMITERS.get(text.toLowerCase());
  if (found !== undefined) return found;
  throw new TidewatchError('usage', `--delimiter is "${text}"; expected comma, semicolon, tab or bar.`);
}

export function parseEncoding(text: string): NonNullable<Reading['encoding']> {
  const found = ENCODINGS.get(text.toLowerCase());
  if (found !== undefined) return found;
  throw new TidewatchError(
    'usage',
    `--encoding is "${text}"; expected one of ${[...ENCODINGS.keys()].join(', ')}.`,
  );
}

/** Parses a number of lines from 0 to `most` for an option. */
export function linesUpTo(option: string, most: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,4}$/.test(text) && Number(text) <= most) return Number(text);
    throw new TidewatchError('usage', `${option} is "${text}"; expected a whole number from 0 to ${most}.`);
  };
}

export function readingOf(options: ReadingOptions): Partial<Reading> {
  const { delimiter, encoding, skipLines, descriptionLines } = options;
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(skipLines === undefined ? {} : { skipLines }),
    ...(descriptionLines === undefined ? {} : { descriptionLines }),
  };
}

/** What --decimal and --dates say. @throws TidewatchError usage. */
export function valuesOf({ decimal, dates = [] }: ReadingOptions): ValueOptions {
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new TidewatchError('usage', `--decimal is "${decimal}"; expected . or ,`);
  }
  const formats = emptyRecord<string>();
  let order: ValueOptions['dates'] = null;
  for (const text of dates) {
    const at = text.indexOf('=');
    if (at > 0) formats[text.slice(0, at)] = checkedFormat(text.slice(at + 1));
    else if (text === 'dmy' || text === 'mdy' || text === 'ymd') order = text;
    else {
      throw new TidewatchError(
        'usage',
        `--dates is "${text}"; expected dmy, mdy or ymd, or COLUMN=FORMAT such as joined=DD.MM.YYYY.`,
      );
    }
  }
  return { decimal: decimal ?? null, dates: order, formats };
}

function checkedFormat(format: string): string {
  try {
    return compileDateFormat(format).format;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidewatchError('usage', `--dates: ${cause.message}.`, { cause });
  }
}
