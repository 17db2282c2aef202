/** The text of cells as the fields of a typed CSV (src/engine/local/csv/typed-record-reader.ts). */

/** `_x000D_` and the like: how a workbook writes characters that XML cannot have. */
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/** A text, in quotes; one without characters is an empty field. NUL, which no text has, stays escaped. */
export function textField(text: string): string {
  if (text === '') return '';
  const plain = text.includes('_x')
    ? text.replace(ESCAPE, (whole, hex: string) => {
        const code = Number.parseInt(hex, 16);
        return code === 0 || (code >= 0xd800 && code <= 0xdfff) ? whole : String.fromCharCode(code);
      })
    : text;
  return plain.includes('"') ? `"${plain.replaceAll('"', '""')}"` : `"${plain}"`;
}

/** The text of a field, its quotes undone. */
export function plainText(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

const DAY_MS = 86_400_000;
/** Days between 1899-12-30, from which Excel counts, and 1970. */
const EPOCH_DAYS = 25_569;
/** What a workbook that counts from 1904 is behind. */
const DAYS_TO_1904 = 1462;
/** The day after 9999-12-31. */
const MAX_DAYS = 2_958_466;

/**
 * The date that a number of days stands for, in ISO 8601: a whole number a date, another with its time to the
 * millisecond. null where Excel itself shows none. Excel counts a 29 February 1900 that never was (60), so the days
 * before it are one later than counted.
 */
export function serialTime(days: number, counts1904: boolean): string | null {
  const counted = counts1904 ? days + DAYS_TO_1904 : days;
  if (!(counted >= 1 && counted < MAX_DAYS)) return null;
  const day = !counts1904 && counted < 60 ? counted + 1 : counted;
  const date = new Date(Math.round((day - EPOCH_DAYS) * DAY_MS));
  const text = date.toISOString();
  if (text.length !== 24) return null;
  if (text.endsWith('T00:00:00.000Z')) return text.slice(0, 10);
  return text.endsWith('.000Z') ? text.slice(0, 19) : text.slice(0, 23);
}
