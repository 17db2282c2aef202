/** Which texts are times. */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Whether `text` is a calendar date or a date with a time of day, in the notation of ISO 8601. */
export function isTimeText(text: string): boolean {
  const match = ISO.exec(text);
  if (match === null) return false;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const date = new Date(Date.UTC(2000, (month as number) - 1, day as number));
  date.setUTCFullYear(year as number, (month as number) - 1, day as number);
  const real = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  return real && hour <= 23 && minute <= 59 && second <= 60;
}
