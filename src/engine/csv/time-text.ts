/** Which texts are times, and which moment they mean. */

const ISO =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?$/;
const MONTH_LENGTH = 'YYYY-MM'.length;
const MINUTE_MS = 60_000;

/** Whether `text` is a calendar date, a month or a date with a time of day, in the notation of ISO 8601. */
export function isTimeText(text: string): boolean {
  return !Number.isNaN(parseTimeText(text));
}

/** A time in ISO 8601 as it stands in finaldata.csv: a month is its first day, all else stays; null for any other text. */
export function isoTimeOf(text: string): string | null {
  if (!isTimeText(text)) return null;
  return text.length === MONTH_LENGTH ? `${text}-01` : text;
}

/**
 * The moment that a date or a month (its first) or a date with a time of day means, in milliseconds since 1970; NaN for
 * any other text. A text that names no time zone is in UTC, wherever it is read.
 */
export function parseTimeText(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const date = new Date(Date.UTC(2000, (month as number) - 1, day as number));
  date.setUTCFullYear(year as number, (month as number) - 1, day as number);
  const real = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const [fraction = '0', zone = 'Z'] = match.slice(7);
  const clock = (hour * 60 + minute) * MINUTE_MS + second * 1000 + Number(`0.${fraction}`) * 1000;
  return date.getTime() + clock - offsetMs(zone);
}

/** Offset from UTC of `Z`, `+hh`, `+hhmm` or `+hh:mm`. */
function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}
