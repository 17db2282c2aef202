/** Tells by a few bytes of a field that its text needs no second look, so that only few become strings. */

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const SPACE = 32;
const LOWER_F = 102;
const LOWER_T = 116;
/** First byte of U+0080 to U+00BF, among which are white space. */
const LATIN = 0xc2;
/** First byte of the least character that has another form in NFC or can be composed with the one before it, U+0300. */
const COMBINING = 0xcc;
/** Last byte of the no-break space. */
const NO_BREAK = 0xa0;

/** Whether there is no white space of ASCII at either end; the field is not empty. */
export function isTrimmed(bytes: Uint8Array, start: number, end: number): boolean {
  return (bytes[start] as number) > SPACE && (bytes[end - 1] as number) > SPACE;
}

/** Whether the text, UTF-8, is surely in NFC and without other white space at its ends. May be false where it is, too. */
export function isComposed(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === LATIN || bytes[end - 1] === NO_BREAK) return false;
  for (let i = start; i < end; i++) if ((bytes[i] as number) >= COMBINING) return false;
  return true;
}

/** Whether a trimmed text may be true or false. */
export function mayBeBoolean(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 4 && length !== 5) return false;
  return ((bytes[start] as number) | 32) === (length === 4 ? LOWER_T : LOWER_F);
}

/** Whether a trimmed text may be a whole number with a fraction of zeros. */
export function mayEndInZeros(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== ZERO || !isDigitOrMinus(bytes[start] as number)) return false;
  let i = end - 2;
  while (i > start && bytes[i] === ZERO) i--;
  return bytes[i] === POINT;
}

/** Whether a trimmed text may be a number that a spreadsheet has shortened: it ends in + and two or three digits. */
export function mayBeShortened(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 4 && (bytes[end - 3] === PLUS || bytes[end - 4] === PLUS);
}

/** Whether a number of JSON is a whole one without fraction, exponent and sign, which keeps every digit. */
export function isWholeNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if ((bytes[i] as number) < ZERO || (bytes[i] as number) > NINE) return false;
  return true;
}

function isDigitOrMinus(c: number): boolean {
  return c === MINUS || (c >= ZERO && c <= NINE);
}
