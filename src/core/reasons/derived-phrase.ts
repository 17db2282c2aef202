/** Values of derived columns in words: every text template of them is here. */
import type { DerivedColumn } from '../derived/derived-column.ts';
import { type ColumnPhrase, valueText } from './sentence.ts';

/** How a derived column is spoken of, by what it is made of: "last_login was 43 days before", "longer" than others. */
export function derivedPhrase({ kind, from }: DerivedColumn): ColumnPhrase {
  const [first = '', second = ''] = from;
  const of = (name: string, text: (value: number) => string, less: string, more: string): ColumnPhrase => ({
    text: (value) => `${name} ${value === null ? 'is missing' : text(value)}`,
    less,
    more,
  });
  switch (kind) {
    case 'days_since':
      return of(first, (value) => dayText(-value), 'more recent', 'longer');
    case 'days_until':
      return of(first, dayText, 'sooner', 'later');
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

/** Where a date lies, seen from the time of the row; above 0 it is to come. */
function dayText(days: number): string {
  if (days === 0) return 'is on that day';
  const count = Math.abs(days) === 1 ? '1 day' : `${valueText(Math.abs(days))} days`;
  return days < 0 ? `was ${count} before` : `is ${count} ahead`;
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
