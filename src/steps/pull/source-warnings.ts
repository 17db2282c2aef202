/** What is odd about a source although it answers: rows that a pull does not see, or may not. */
import { parseTimeText } from '../../formats/csv/time-text.ts';
import { compareWatermarks, watermarkKind } from './watermark.ts';

const DAY_MS = 86_400_000;

/**
 * The first day (ISO 8601, UTC) whose watermarks are not taken: the day after tomorrow, since a local clock may be half
 * a day ahead of UTC. A watermark from the future would hide all rows that come before its time.
 */
export function aheadOf(now: Date): string {
  return new Date(now.getTime() + 2 * DAY_MS).toISOString().slice(0, 10);
}

export interface Seen {
  /** How far the source had been pulled before. */
  readonly last: string | null;
  /** Where reading began. */
  readonly from: string | null;
  /** The newest watermark in the source; null where it has no row, or none was looked for. */
  readonly newest: string | null;
  /** The day from which on no rows are taken. */
  readonly ahead: string;
  readonly rowsAhead: number;
  /** Rows of the overlap that earlier pulls took, how many of them are there as they were, and how many others. */
  readonly overlap: { readonly taken: number; readonly same: number; readonly others: number };
}

/** A sentence or two for each oddity, with what to do about it. */
export function warnOf(seen: Seen): readonly string[] {
  return [warnAhead(seen), warnBehind(seen), warnRemade(seen)].flatMap((warning) => warning ?? []);
}

function warnAhead({ last, ahead, rowsAhead }: Seen): string | null {
  if (last !== null && watermarkKind(last) === 'time' && parseTimeText(last) >= parseTimeText(ahead)) {
    return `It has been pulled up to ${last}, which is later than tomorrow, so that no row below is seen. ${ANEW}`;
  }
  if (rowsAhead === 0) return null;
  return (
    `${rowsAhead} rows have a watermark later than tomorrow and are left there until its day has come. Set the clocks ` +
    'right, or leave such rows out in a query.'
  );
}

function warnBehind({ last, from, newest }: Seen): string | null {
  if (last === null || (newest !== null && compareWatermarks(newest, last) >= 0)) return null;
  const there = newest === null ? 'It has no row with a watermark' : `Its newest row has ${newest}`;
  return (
    `${there}, but it has been pulled up to ${last}: rows were deleted, the table was emptied or made anew, or a clock was ` +
    `set back. Rows below ${from} are not seen. ${ANEW}`
  );
}

function warnRemade({ last, overlap: { taken, same, others } }: Seen): string | null {
  if (last === null || taken === 0 || same > 0 || others === 0) return null;
  return (
    `None of the ${taken} rows around ${last} is there as it was pulled, but ${others} others are: rows have changed without ` +
    `their watermark, a type or a time zone has changed, or the table was made anew. ${ANEW}`
  );
}

const ANEW =
  'To pull a new table from its start, remove the files of the source, or give the source another name.';
