/** What is said of events that were read. */

import type { EventsIngested } from '../../engine/compile-events.ts';
import type { EventsMet } from '../../engine/port.ts';
import { formatCount, formatPercent } from '../../report/text/format.ts';

/** "10,000,000 events read, 3 duplicates, 0 quarantined". */
export function sayEvents({ rows }: Pick<EventsIngested, 'rows'>): string {
  const { read, duplicates, quarantined } = rows;
  return `${formatCount(read)} events read, ${formatCount(duplicates)} duplicates, ${formatCount(quarantined)} quarantined`;
}

/** What somebody should know of the events beside their number, as sentences; none: all is as it should be. */
export function eventNotes({ events, unknown, undated, last, rowsAfter }: EventsMet): string[] {
  const notes: string[] = [];
  if (events === 0) notes.push('No event has a time, so nothing is known of what clients did.');
  if (unknown > 0) {
    notes.push(
      `${formatPercent(unknown / events)} of events are of clients that are not in the table of clients.`,
    );
  }
  if (undated > 0) {
    notes.push(
      undated === 1
        ? '1 event has no time, and counts for nothing.'
        : `${formatCount(undated)} events have no time, and count for nothing.`,
    );
  }
  if (rowsAfter > 0 && last !== null) {
    notes.push(
      `${rowsAfter === 1 ? '1 row is' : `${formatCount(rowsAfter)} rows are`} of a time after the last event (${last.slice(0, 10)}); what clients did in between is not known yet.`,
    );
  }
  return notes;
}
