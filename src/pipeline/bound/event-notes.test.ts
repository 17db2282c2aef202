import { expect, it } from 'vitest';
import { eventNotes } from './event-notes.ts';

const MET = {
  events: 100,
  unknown: 0,
  undated: 0,
  first: '2024-01-01T00:00:00.000Z',
  last: '2024-09-29T00:00:00.000Z',
  rowsAfter: 0,
};

it.each([
  [
    1,
    1,
    [
      '1 event has no time, and counts for nothing.',
      /^1 row is of a time after the last event \(2024-09-29\);/,
    ],
  ],
  [
    2,
    1500,
    ['2 events have no time, and count for nothing.', /^1,500 rows are of a time after the last event/],
  ],
  [0, 0, []],
])('tells of %i events without a time and %i rows after the last', (undated, rowsAfter, said) => {
  expect(eventNotes({ ...MET, undated, rowsAfter })).toEqual(
    said.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
  );
});
