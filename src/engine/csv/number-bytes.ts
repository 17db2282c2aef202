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
 * Copies numbers of one style as plain ones: "1.234,5 €" becomes "1234.5". What it does not know, an odd blank say, it
 * leaves to the reader of texts.
 */
export class StyledBytes {
  /** The last number, plain. */
  readonly plain = new Uint8Array(LONGEST);
  evidence: Evidence = 'none';
  private readonly decimal: number;
  /** -1: none. */
  private readonly thousands: number;
  private readonly unit: Uint8Array;

  /** @param style whose unit is neither "%" nor "yes/no". */
  constructor(style: NumberStyle) {
    this.decimal = style.decimal.charCodeAt(0);
    this.thousands = markOf(style.thousands);
    this.unit = Buffer.from(style.unit ?? '');
  }

  /** Returns the bytes of `plain`, or 0 where the field is anything else. */
  copy(bytes: Uint8Array, from: number, to: number): number {
    const { decimal, plain, thousands, unit } = this;
    if (to - from > LONGEST || from === to) return 0;
    let start = from;
    let end = to;
    let p = 0;
    if (bytes[start] === MINUS) plain[p++] = bytes[start++] as number;
    if (unit.length > 0) {
      if (startsAt(bytes, start, end, unit)) {
        start += unit.length;
        if (bytes[start] === BLANK) start++;
      } else if (startsAt(bytes, end - unit.length, end, unit) && end - unit.length > start) {
        end -= unit.length;
        if (bytes[end - 1] === BLANK) end--;
      }
    }
    const first = start;
    let groups = 0;
    let digits = 0;
    let i = start;
    for (; i < end; i++) {
      const c = bytes[i] as number;
      if (c >= ZERO && c <= NINE) {
        plain[p++] = c;
        digits++;
      } else if (c === thousands) {
        if (groups > 0 ? digits !== 3 : digits === 0 || digits > 3 || bytes[first] === ZERO) return 0;
        groups++;
        digits = 0;
      } else break;
    }
    if (digits === 0 || (groups > 0 && digits !== 3)) return 0;
    const whole = i - first;
    if (i === end) {
      this.evidence = groups === 0 || thousands === BLANK ? 'none' : groups === 1 ? 'both' : 'own';
      return p;
    }
    if (bytes[i] !== decimal || ++i === end) return 0;
    const decimals = end - i;
    plain[p++] = POINT;
    for (; i < end; i++) {
      const c = bytes[i] as number;
      if (c < ZERO || c > NINE) return 0;
      plain[p++] = c;
    }
    while (plain[p - 1] === ZERO) p--;
    if (plain[p - 1] === POINT) p--;
    this.evidence = groups === 0 && decimals === 3 && whole <= 3 && bytes[first] !== ZERO ? 'both' : 'own';
    return p;
  }
}

function startsAt(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

function markOf(thousands: ThousandsMark | null): number {
  return thousands === null ? -1 : thousands.charCodeAt(0);
}
