/** Which texts are times, and how they stand in finaldata.csv. */
import { parseTimeText } from '../../core/values/iso-time.ts';

export { parseTimeText };

const MONTH_LENGTH = 'YYYY-MM'.length;

/** Whether `text` is a calendar date, a month or a date with a time of day, in the notation of ISO 8601. */
export function isTimeText(text: string): boolean {
  return !Number.isNaN(parseTimeText(text));
}

/** A time in ISO 8601 as it stands in finaldata.csv: a month is its first day, all else stays; null for any other text. */
export function isoTimeOf(text: string): string | null {
  if (!isTimeText(text)) return null;
  return text.length === MONTH_LENGTH ? `${text}-01` : text;
}
