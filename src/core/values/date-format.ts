/** Reads dates and times that are written in one format, and gives them in ISO 8601. */
import { monthOf } from './month-names.ts';

export interface DateFormat {
  readonly format: string;
  /**
   * The time in ISO 8601: "2024-01-31" for a date, "2024-01-01" for a month or a quarter, "2024-01-31T09:30:00" for one
   * with a time of day, the same in UTC with "Z" where the format has a zone. null: the text is not in the format, or
   * no date of the calendar. A text is trimmed before.
   */
  readonly read: (text: string) => string | null;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Milliseconds. */
  fraction: number;
  /** Whether the hours are those of a clock with twelve, and which half of the day it is. */
  half: 'am' | 'pm' | null;
  /** Minutes east of UTC; null: the format has no zone. */
  zone: number | null;
  /** Milliseconds since 1970, where the format is one of epochs. */
  epoch: number;
}

/** Reads a part from `at`, and returns where it ends, or -1. */
type PartReader = (text: string, at: number, parts: Parts) => number;

interface Token {
  readonly read: PartReader;
  /** Digits that it takes: fixed, from one to two, as many as there are, or it takes none. */
  readonly digits: 'fixed' | 'varying' | 'none';
}

const TOKEN = /YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|Q|Z|X|x|\[[^\]]*\]/y;
const EXCEL = 'excel';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Day 0 of the spreadsheets, as days from 1900-03-01 on count. */
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
/** 9999-12-31 there. */
const LAST_SERIAL = 2_958_466;
/** Years of two digits below it are of this century. */
const PIVOT = 70;
const LONGEST = 64;

/**
 * Formats are made of YYYY YY (70 to 99 are 19..), MMM (name of a month), MM M DD D (M and D: one digit or two), Q, HH H
 * (0 to 23), hh h (1 to 12) with A (AM or PM), mm ss SSS (a fraction of one to nine digits), Z (zone), X and x (seconds
 * and milliseconds since 1970), [text] and all other characters as they stand, but letters; or "excel", the days of a spreadsheet.
 * @throws RangeError that says what is wrong with the format.
 */
export function compileDateFormat(format: string): DateFormat {
  if (format === EXCEL) return { format, read: readSerial };
  const tokens = tokensOf(format);
  const names = tokens.map(({ name }) => name);
  checkNames(format, names);
  for (const [k, { digits }] of tokens.entries()) {
    if (digits === 'varying' && (tokens[k + 1]?.digits ?? 'none') !== 'none')
      throw new RangeError(
        `"${format}" has digits of varying number before digits; write ${names[k]}${names[k]}`,
      );
  }
  const hasTime = names.some((name) => /^[Hh]/.test(name));
  const isEpoch = names.some((name) => /^x$/i.test(name));
  return { format, read: (text) => readParts(text, tokens, isEpoch, hasTime) };
}

/** The format with day and month in each other's place; null where it has not both in digits. */
export function swappedFormat(format: string): string | null {
  const names = format === EXCEL ? [] : tokensOf(format).map(({ name }) => name);
  const isMonth = (name: string): boolean => name === 'M' || name === 'MM';
  const isDay = (name: string): boolean => name === 'D' || name === 'DD';
  if (!names.some(isMonth) || !names.some(isDay)) return null;
  const swap: Readonly<Record<string, string>> = { M: 'D', MM: 'DD', D: 'M', DD: 'MM' };
  return names.map((name) => swap[name] ?? name).join('');
}

function tokensOf(format: string): (Token & { readonly name: string })[] {
  const tokens: (Token & { readonly name: string })[] = [];
  let at = 0;
  while (at < format.length) {
    TOKEN.lastIndex = at;
    const name = TOKEN.exec(format)?.[0] ?? (format[at] as string);
    if (name.length === 1 && /\p{L}/u.test(name) && READERS[name] === undefined && name !== 'T') {
      throw new RangeError(
        `"${format}" has "${name}", which means nothing in a date; put text into brackets: [${name}]`,
      );
    }
    tokens.push({ name, ...(READERS[name] ?? literal(name.startsWith('[') ? name.slice(1, -1) : name)) });
    at += name.length;
  }
  return tokens;
}

function checkNames(format: string, names: readonly string[]): void {
  const has = (...wanted: string[]): boolean => names.some((name) => wanted.includes(name));
  const isEpoch = has('X', 'x');
  // By case are told apart: months and minutes, seconds and their fraction.
  const parts = names
    .filter((name) => READERS[name] !== undefined)
    .map((name) => (name === 'mm' || name === 'ss' ? name : name[0]?.toUpperCase()));
  if (new Set(parts).size !== parts.length) throw new RangeError(`"${format}" has a part of the date twice`);
  if (isEpoch ? parts.length > 1 : !has('YYYY', 'YY')) {
    throw new RangeError(
      isEpoch ? `"${format}" has more than seconds since 1970` : `"${format}" has no year (YYYY or YY)`,
    );
  }
  if (has('DD', 'D') && !has('MMM', 'MM', 'M')) throw new RangeError(`"${format}" has a day and no month`);
  if (has('A') !== has('hh', 'h')) throw new RangeError(`"${format}": h and A (AM or PM) go together`);
  if (has('mm', 'ss', 'SSS', 'Z') && !has('HH', 'H', 'hh', 'h')) {
    throw new RangeError(`"${format}" has a part of the time of day and no hour (HH)`);
  }
}

function readParts(
  text: string,
  tokens: readonly Token[],
  isEpoch: boolean,
  hasTime: boolean,
): string | null {
  if (text.length > LONGEST) return null;
  const parts: Parts = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    fraction: 0,
    half: null,
    zone: null,
    epoch: Number.NaN,
  };
  let at = 0;
  for (const token of tokens) {
    at = token.read(text, at, parts);
    if (at < 0) return null;
  }
  if (at !== text.length) return null;
  if (isEpoch) return isoOf(parts.epoch, true, 'Z');
  return isReal(parts) ? isoOf(momentOf(parts), hasTime, parts.zone === null ? '' : 'Z') : null;
}

function isReal({ year, month, day, hour, minute, second, half }: Parts): boolean {
  const isHour = half === null ? hour <= 23 : hour >= 1 && hour <= 12;
  if (!isHour || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year < 100 ? year + 2000 : year, month, 0)).getUTCDate();
}

function momentOf(parts: Parts): number {
  const { year, month, day, minute, second, fraction, half, zone } = parts;
  const hour = half === null ? parts.hour : (parts.hour % 12) + (half === 'pm' ? 12 : 0);
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, fraction));
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() - (zone ?? 0) * MINUTE_MS;
}

/** ISO 8601 of milliseconds since 1970, without what is zero at its end; null beyond the years 0 to 9999. */
function isoOf(moment: number, hasTime: boolean, zone: string): string | null {
  if (!(Math.abs(moment) <= 8.64e15)) return null;
  const text = new Date(moment).toISOString();
  if (text.length !== 24) return null;
  if (!hasTime) return text.slice(0, 10);
  return `${text.endsWith('.000Z') ? text.slice(0, 19) : text.slice(0, 23)}${zone}`;
}

/** A day of a spreadsheet, with the time of day as its fraction. */
function readSerial(text: string): string | null {
  if (text.length > LONGEST || !/^\d+(?:\.\d+)?$/.test(text)) return null;
  const serial = Number(text);
  if (serial < 1 || serial >= LAST_SERIAL) return null;
  return isoOf(EXCEL_EPOCH + Math.round(serial * DAY_MS), !Number.isInteger(serial), '');
}

function literal(expected: string): Token {
  const isBlank = expected === ' ';
  const read: PartReader = (text, at) => {
    const isThere = isBlank ? /[ \u00a0\u202f]/.test(text[at] ?? '') : text.startsWith(expected, at);
    return isThere ? at + expected.length : -1;
  };
  return { read, digits: /^\d/.test(expected) ? 'fixed' : 'none' };
}

/** A part of so many digits. */
function digits(
  least: number,
  most: number,
  set: (parts: Parts, value: number, count: number) => void,
): Token {
  const read: PartReader = (text, at, parts) => {
    let i = at;
    let value = 0;
    while (i < at + most) {
      const digit = text.charCodeAt(i) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      i++;
    }
    if (i - at < least) return -1;
    set(parts, value, i - at);
    return i;
  };
  return { read, digits: least === most ? 'fixed' : 'varying' };
}

const monthName: PartReader = (text, at, parts) => {
  let i = at;
  while (i < text.length && /\p{L}|\p{M}/u.test(text[i] as string)) i++;
  const month = i === at ? null : monthOf(text.slice(at, i));
  if (month === null) return -1;
  parts.month = month;
  return text[i] === '.' && i + 1 < text.length && !/[.\d]/.test(text[i + 1] as string) ? i + 1 : i;
};

const half: PartReader = (text, at, parts) => {
  const word = /^([ap])\.? ?m\.?/i.exec(text.slice(at, at + 5));
  if (word === null) return -1;
  parts.half = word[1]?.toLowerCase() === 'a' ? 'am' : 'pm';
  return at + word[0].length;
};

const zone: PartReader = (text, at, parts) => {
  const found = /^(?:Z|([+-])(\d\d)(?::?(\d\d))?)/.exec(text.slice(at, at + 6));
  if (found === null) return -1;
  const minutes = Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0);
  parts.zone = found[1] === '-' ? -minutes : minutes;
  return at + found[0].length;
};

const READERS: Readonly<Record<string, Token>> = {
  YYYY: digits(4, 4, (parts, value) => {
    parts.year = value;
  }),
  YY: digits(2, 2, (parts, value) => {
    parts.year = value < PIVOT ? 2000 + value : 1900 + value;
  }),
  MMM: { read: monthName, digits: 'none' },
  ...pair('M', (parts, value) => {
    parts.month = value;
  }),
  ...pair('D', (parts, value) => {
    parts.day = value;
  }),
  ...pair('H', (parts, value) => {
    parts.hour = value;
  }),
  ...pair('h', (parts, value) => {
    parts.hour = value;
  }),
  mm: digits(2, 2, (parts, value) => {
    parts.minute = value;
  }),
  ss: digits(2, 2, (parts, value) => {
    parts.second = value;
  }),
  SSS: digits(1, 9, (parts, value, count) => {
    parts.fraction = Math.floor(value / 10 ** (count - 3));
  }),
  Q: digits(1, 1, (parts, value) => {
    // A quarter that there is not becomes a month that there is not.
    parts.month = value >= 1 && value <= 4 ? 3 * value - 2 : 0;
  }),
  A: { read: half, digits: 'none' },
  Z: { read: zone, digits: 'none' },
  X: digits(1, 12, (parts, value) => {
    parts.epoch = value * 1000;
  }),
  x: digits(1, 15, (parts, value) => {
    parts.epoch = value;
  }),
};

function pair(name: string, set: (parts: Parts, value: number) => void): Record<string, Token> {
  return { [name]: digits(1, 2, set), [name + name]: digits(2, 2, set) };
}
