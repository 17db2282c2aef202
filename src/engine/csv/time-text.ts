/** Which texts are times. */
import { parseTimeText } from '../../core/values/iso-time.ts';

export { parseTimeText };

/** Whether `text` is a calendar date or a date with a time of day, in the notation of ISO 8601. */
export function isTimeText(text: string): boolean {
  return !Number.isNaN(parseTimeText(text));
}
