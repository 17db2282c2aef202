/** Values of derived columns in words: every text template of them is here. */
import type { DerivedColumn } from '../derived/derived-column.ts';
import { type ColumnPhrase, valueText } from './sentence.ts';

/** How a derived column is spoken of, by what it is made of: "43 days since last_login", "longer" than others. */
export function derivedPhrase({ kind, from }: DerivedColumn): ColumnPhrase {
  const [first = '', second = ''] = from;
  const of = (name: string, text: (value: number) => string, less: string, more: string): ColumnPhrase => ({
    text: (value) => `${name} ${value === null ? 'is missing' : text(value)}`,
    less,
    more,
  });
  switch (kind) {
    case 'days_since':
      return { text: (value) => dayText(first, value, -1), less: 'more recent', more: 'longer' };
    case 'days_until':
      return { text: (value) => dayText(first, value, 1), less: 'sooner', more: 'later' };
    case 'month':
      return {
        ...of(first, (value) => `is in ${MONTHS[value - 1] ?? valueText(value)}`, 'earlier', 'later'),
        isUnordered: true,
      };
    case 'ratio':
      return of(`${first} / ${second}`, (value) => `is ${valueText(value)}`, 'lower', 'higher');
    case 'difference':
      return of(`${first} less ${second}`, (value) => `is ${valueText(value)}`, 'lower', 'higher');
  }
}

/** Where a date lies, seen from the time of the row. `sign`: 1 where days above 0 are to come, -1 where they are past. */
function dayText(name: string, value: number | null, sign: 1 | -1): string {
  if (value === null) return `${name} is missing`;
  if (value === 0) return `${name} is on the day of the row`;
  const count = Math.abs(value) === 1 ? '1 day' : `${valueText(Math.abs(value))} days`;
  return `${count} ${value * sign < 0 ? 'since' : 'until'} ${name}`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
