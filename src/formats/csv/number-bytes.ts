/** Writes numbers from the bytes of a field, so that nearly none becomes a string. */
import type { NumberStyle, ThousandsMark } from '../../core/values/number-style.ts';

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const BLANK = 32;
/** Whole numbers of so many digits are below 2^53. */
const SAFE_DIGITS = 15;
/** Bytes of a field that is looked at; a longer one is read as a text. */
const LONGEST = 64;

/**
 * Copies a number that already stands as its double would be written: no sign but a minus, no needless zeros, at
 * most 15 digits (which a double always gives back), and 1e-6 at the least. Returns the end of a whole number,
 * minus the end of another, or 0 where the text is anything else.
 */
export function writePlainNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  to: number,
): number {
  let i = start;
  let p = to;
  if (bytes[i] === MINUS) out[p++] = bytes[i++] as number;
  const whole = i;
  if (end - i > SAFE_DIGITS + 1) return 0;
  let c = 0;
  for (; i < end; i++) {
    c = bytes[i] as number;
    if (c < ZERO || c > NINE) break;
    out[p++] = c;
  }
  const digits = i - whole;
  if (digits === 0 || (digits > 1 && bytes[whole] === ZERO)) return 0;
  if (i === end) return digits > SAFE_DIGITS || (bytes[whole] === ZERO && whole > start) ? 0 : p;
  if (c !== POINT || i + 1 === end || bytes[end - 1] === ZERO) return 0;
  const point = i;
  for (; i < end; i++) {
    c = bytes[i] as number;
    if (i > point && (c < ZERO || c > NINE)) return 0;
    out[p++] = c;
  }
  return digits === 1 && bytes[whole] === ZERO && isBelowMillionth(bytes, point + 1, end) ? 0 : -p;
}

/** Whether the first six digits after the point are zeros. */
function isBelowMillionth(bytes: Uint8Array, start: number, end: number): boolean {
  const stop = Math.min(end, start + 6);
  for (let i = start; i < stop; i++) if (bytes[i] !== ZERO) return false;
  return true;
}

/** What a number says of the style of its file, held against the one with the other decimal mark. */
export type Evidence = 'none' | 'own' | 'both';

/**
 * Copies numbers of one style as plain ones: "1.234,5 €" becomes "1234.5". What it does not know, parentheses say, it
 * leaves to the reader of texts (`numberReader`), with which it agrees.
 */
export class StyledBytes {
  /** The last number, plain. */
  readonly plain = new Uint8Array(2 * LONGEST);
  evidence: Evidence = 'none';
  private readonly digits = new Uint8Array(LONGEST);
  private readonly decimal: number;
  private readonly thousands: ThousandsMark | null;
  private readonly unit: Uint8Array;
  private readonly isPercent: boolean;

  /** @param style whose unit is not "yes/no". */
  constructor(style: NumberStyle) {
    this.decimal = style.decimal.charCodeAt(0);
    this.thousands = style.thousands;
    this.unit = Buffer.from(style.unit ?? '');
    this.isPercent = style.unit === '%';
  }

  /** Returns the bytes of `plain`, or 0 where the field is anything else. */
  copy(bytes: Uint8Array, from: number, to: number): number {
    const { decimal, digits, unit } = this;
    if (to - from > LONGEST || from === to) return 0;
    let start = bytes[from] === MINUS ? from + 1 : from;
    let end = to;
    const isNegative = start > from;
    if (unit.length > 0) {
      if (startsAt(bytes, end - unit.length, end, unit) && end - unit.length > start) {
        end -= unit.length;
        end -= blankBefore(bytes, end);
      } else if (startsAt(bytes, start, end, unit)) {
        start += unit.length;
        start += blankAt(bytes, start);
      } else if (this.isPercent) return 0;
    }
    const first = start;
    let n = 0;
    let groups = 0;
    let since = 0;
    let i = start;
    while (i < end) {
      const c = bytes[i] as number;
      if (c >= ZERO && c <= NINE) {
        digits[n++] = c;
        since++;
        i++;
        continue;
      }
      const mark = this.thousands === null ? 0 : markAt(bytes, i, this.thousands);
      if (mark === 0) break;
      if (groups > 0 ? since !== 3 : since === 0 || since > 3 || bytes[first] === ZERO) return 0;
      groups++;
      since = 0;
      i += mark;
    }
    if (since === 0 || (groups > 0 && since !== 3)) return 0;
    const whole = n;
    if (i < end) {
      if (bytes[i] !== decimal || ++i === end) return 0;
      for (; i < end; i++) {
        const c = bytes[i] as number;
        if (c < ZERO || c > NINE) return 0;
        digits[n++] = c;
      }
    }
    this.evidence = this.evidenceOf(groups, whole, n - whole, bytes[first] as number);
    return this.render(n, n - whole + (this.isPercent ? 2 : 0), isNegative);
  }

  private evidenceOf(groups: number, whole: number, decimals: number, first: number): Evidence {
    if (decimals > 0) return groups === 0 && decimals === 3 && whole <= 3 && first !== ZERO ? 'both' : 'own';
    if (groups === 0 || this.thousands === ' ' || this.thousands === "'") return 'none';
    return groups === 1 ? 'both' : 'own';
  }

  /** Puts the point before the last `scale` of `n` digits, without zeros at the end. */
  private render(n: number, scale: number, isNegative: boolean): number {
    const { digits, plain } = this;
    let p = 0;
    if (isNegative) plain[p++] = MINUS;
    const whole = n - scale;
    if (whole <= 0) plain[p++] = ZERO;
    for (let i = 0; i < whole; i++) plain[p++] = digits[i] as number;
    if (scale === 0) return p;
    plain[p++] = POINT;
    for (let i = whole; i < n; i++) plain[p++] = i < 0 ? ZERO : (digits[i] as number);
    while (plain[p - 1] === ZERO) p--;
    return plain[p - 1] === POINT ? p - 1 : p;
  }
}

function startsAt(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/** Bytes of the mark of thousands at a place; 0: there is none. */
function markAt(bytes: Uint8Array, at: number, mark: ThousandsMark): number {
  if (mark === ' ') return blankAt(bytes, at);
  if (bytes[at] === mark.charCodeAt(0)) return 1;
  // U+2019
  return mark === "'" && bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && bytes[at + 2] === 0x99 ? 3 : 0;
}

/** Bytes of the blank at a place: U+0020, U+00A0, U+2007, U+2009 or U+202F; 0: there is none. */
function blankAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] === BLANK) return 1;
  if (bytes[at] === 0xc2) return bytes[at + 1] === 0xa0 ? 2 : 0;
  if (bytes[at] !== 0xe2 || bytes[at + 1] !== 0x80) return 0;
  const last = bytes[at + 2];
  return last === 0x87 || last === 0x89 || last === 0xaf ? 3 : 0;
}

/** Bytes of the blank that ends at a place. */
function blankBefore(bytes: Uint8Array, end: number): number {
  for (const length of [1, 2, 3]) if (blankAt(bytes, end - length) === length) return length;
  return 0;
}
