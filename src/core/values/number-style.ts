/** Reads a text as a number in one style: which mark is before the decimals, which between thousands, which unit. */
import { FLAG_UNIT, flagOf } from './flags.ts';
import { MAX_CHARACTERS, parseNumberText, readWord } from './plain-number.ts';
import { spellingsOf } from './units.ts';

export type DecimalMark = '.' | ',';
/** A blank stands for every kind of blank, an apostrophe for both kinds. */
export type ThousandsMark = ',' | '.' | ' ' | "'";

export interface NumberStyle {
  readonly decimal: DecimalMark;
  /** null: there is none. */
  readonly thousands: ThousandsMark | null;
  /** What may stand before or behind the number; null: nothing. "%": it must, and 12 % is 0.12. "yes/no": words are 1 and 0. */
  readonly unit: string | null;
}

export const PLAIN_STYLE: NumberStyle = Object.freeze({ decimal: '.', thousands: null, unit: null });

export type NumberReader = (text: string) => number;

const PERCENT = '%';
const ZERO = 48;
const NINE = 57;
/** Blanks that stand between groups of digits, or between a number and its unit. */
const BLANKS = ' \u00a0\u2007\u2009\u202f';
const MINUSES = '-\u2212';
const APOSTROPHES = "'\u2019";

/**
 * A reader of one style. It answers NaN where a text is no number in it. A text is trimmed before. Negative is a number
 * with a minus before or behind it, or in parentheses. Marks of thousands stand between groups of three digits, the
 * first of one to three and without a zero in front, or nowhere. An exponent goes with no marks of thousands. Time is
 * linear in the text, and one of more than 2,048 characters is no number.
 */
export function numberReader(style: NumberStyle): NumberReader {
  if (style.unit === FLAG_UNIT) return readFlag;
  const units = style.unit === null ? [] : spellingsOf(style.unit).sort((a, b) => b.length - a.length);
  const isPointed = style.unit === null && style.decimal === '.';
  return (text) => {
    const known = isPointed ? parseNumberText(text) : Number.NaN;
    if (!Number.isNaN(known) || text.length > MAX_CHARACTERS) return known;
    const value = readStyled(text, style, units);
    return Number.isNaN(value) && style.unit === null ? readWord(text) : value;
  };
}

function readFlag(text: string): number {
  return text === '1' ? 1 : text === '0' ? 0 : (flagOf(text) ?? Number.NaN);
}

function readStyled(text: string, style: NumberStyle, units: readonly string[]): number {
  const part = bare(text, units);
  if (part === null || (style.unit === PERCENT && !part.hasUnit)) return Number.NaN;
  const plain = plainDigits(text, part.from, part.to, style);
  if (plain === null) return Number.NaN;
  const value = Number(style.unit === PERCENT ? hundredth(plain) : plain);
  return part.isNegative ? -value : value;
}

interface BareNumber {
  readonly from: number;
  readonly to: number;
  readonly isNegative: boolean;
  readonly hasUnit: boolean;
}

/** Where the digits with their marks stand, once sign, parentheses and unit are off; null where there are two of one. */
function bare(text: string, units: readonly string[]): BareNumber | null {
  let from = 0;
  let to = text.length;
  const inParentheses = text[0] === '(' && text[to - 1] === ')';
  if (inParentheses) {
    from++;
    to--;
  }
  let signs = inParentheses ? 1 : 0;
  let isNegative = inParentheses;
  let hasUnit = false;
  const sign = (at: number, plus: boolean): boolean => {
    const c = text[at] ?? '';
    const isMinus = c !== '' && MINUSES.includes(c);
    if (!isMinus && !(plus && c === '+')) return false;
    signs++;
    isNegative ||= isMinus;
    return true;
  };
  const trim = (): void => {
    while (from < to && BLANKS.includes(text[from] as string)) from++;
    while (from < to && BLANKS.includes(text[to - 1] as string)) to--;
  };
  trim();
  if (from < to && sign(from, true)) from++;
  else if (from < to && sign(to - 1, false)) to--;
  trim();
  const before = units.find((unit) => to - from > unit.length && text.startsWith(unit, from));
  const behind =
    before === undefined
      ? units.find((unit) => to - from > unit.length && text.endsWith(unit, to))
      : undefined;
  if (before !== undefined) {
    hasUnit = true;
    from += before.length;
    trim();
    if (sign(from, true)) from++;
  } else if (behind !== undefined) {
    hasUnit = true;
    to -= behind.length;
    trim();
    if (sign(to - 1, false)) to--;
  }
  trim();
  return signs > 1 || from >= to ? null : { from, to, isNegative, hasUnit };
}

/** The digits from `from` to `to` with a point and without marks of thousands; null where they do not fit the style. */
function plainDigits(text: string, from: number, to: number, style: NumberStyle): string | null {
  let plain = '';
  let start = from;
  /** Digits since the last mark of thousands, or since the start. */
  let digits = 0;
  let grouped = false;
  let i = from;
  for (; i < to; i++) {
    if (isDigit(text, i)) digits++;
    else if (isThousands(text[i] as string, style.thousands)) {
      const isSound = grouped ? digits === 3 : digits >= 1 && digits <= 3 && text[from] !== '0';
      if (!isSound) return null;
      plain += text.slice(start, i);
      start = i + 1;
      digits = 0;
      grouped = true;
    } else break;
  }
  if (grouped && digits !== 3) return null;
  plain += text.slice(start, i);
  let decimals = 0;
  if (text[i] === style.decimal && i < to) {
    const first = ++i;
    while (i < to && isDigit(text, i)) i++;
    decimals = i - first;
    plain += `.${text.slice(first, i)}`;
  }
  if (plain.length === 0 || (digits === 0 && decimals === 0)) return null;
  if (i === to) return plain;
  return grouped ? null : exponent(plain, text, i, to);
}

function exponent(plain: string, text: string, at: number, to: number): string | null {
  if (text[at] !== 'e' && text[at] !== 'E') return null;
  let i = at + 1;
  if (text[i] === '+' || text[i] === '-') i++;
  if (i >= to) return null;
  for (let k = i; k < to; k++) if (!isDigit(text, k)) return null;
  return `${plain}e${text.slice(at + 1, to)}`;
}

/** The text of a hundredth of a number, by its exponent, so that no bit is lost. */
function hundredth(plain: string): string {
  const [digits = '', exponent = '0'] = plain.split('e');
  return `${digits}e${Number(exponent) - 2}`;
}

function isDigit(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c >= ZERO && c <= NINE;
}

/** Whether a character is the mark of thousands of a style. */
function isThousands(character: string, mark: ThousandsMark | null): boolean {
  if (mark === null) return false;
  if (mark === ' ') return BLANKS.includes(character);
  return mark === "'" ? APOSTROPHES.includes(character) : character === mark;
}
