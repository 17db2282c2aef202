/** Times as a report tells them. */
import { ABSENT } from '../text/format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "24 Nov 2026, 17:50 UTC" of an ISO 8601 time; a dash without one. */
export function timeText(time: string | null | undefined): string {
  return time === null || time === undefined ? ABSENT : `${dayText(time)}, ${clockText(time)}`;
}

/** "24 Nov 2026" of an ISO 8601 time; a dash without one. */
export function dayText(time: string | null | undefined): string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(time ?? '');
  if (parts === null) return ABSENT;
  const [, year, month, day] = parts;
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** "17:50 UTC" of an ISO 8601 time. */
export function clockText(time: string): string {
  return `${time.slice(11, 16)} UTC`;
}
