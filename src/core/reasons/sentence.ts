/** Reasons as sentences: every text template is here. */
import { groupThousands } from '../../base/thousands.ts';
import type { DerivedColumn, DerivedKind } from '../derived/derived-column.ts';
import type { Place } from './spread.ts';

/**
 * "lastmonth_activity is 3, lower than 92 % of clients", and of a column that is derived what it is of: "last_login was
 * 43 days before, longer than 91 % of clients". Without a full stop, so that it can stand in a list.
 */
export function reasonSentence(column: string, place: Place, derived?: DerivedColumn): string {
  const name = derived === undefined ? column : subjectOf(derived);
  switch (place.kind) {
    case 'missing':
      return `${name} is missing (${shareOfClients(place.share)})`;
    case 'level':
      return `${name} is ${place.level} (${shareOfClients(place.share)})`;
    case 'number':
      return `${name} ${valuePhrase(place, derived?.kind)}`;
  }
}

function subjectOf({ kind, from }: DerivedColumn): string {
  const [first = '', second = ''] = from;
  if (kind === 'ratio') return `${first} / ${second}`;
  return kind === 'difference' ? `${first} less ${second}` : first;
}

type NumberPlace = Extract<Place, { kind: 'number' }>;

function valuePhrase(place: NumberPlace, kind: DerivedKind | undefined): string {
  const { value, equal } = place;
  switch (kind) {
    case 'month':
      return `is in ${MONTHS[value - 1] ?? valueText(value)} (${shareOfClients(equal)})`;
    case 'days_since':
      return value < 0
        ? `is ${daysText(-value)} after, ${numberPlace(place, ['earlier', 'later'])}`
        : `was ${value === 0 ? 'on that day' : `${daysText(value)} before`}, ${numberPlace(place, ['longer', 'shorter'])}`;
    case 'days_until':
      return value < 0
        ? `was ${daysText(-value)} before, ${numberPlace(place, ['later', 'earlier'])}`
        : `is ${value === 0 ? 'on that day' : `in ${daysText(value)}`}, ${numberPlace(place, ['later', 'sooner'])}`;
    default:
      return `is ${valueText(value)}, ${numberPlace(place, ['higher', 'lower'])}`;
  }
}

function daysText(days: number): string {
  return `${valueText(days)} ${days === 1 ? 'day' : 'days'}`;
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

/** `words`: for a value that is above those of most, and below. */
function numberPlace(
  { below, equal, above, complete }: NumberPlace,
  [more, less]: readonly [string, string],
): string {
  const whose = complete ? 'of clients' : 'of the clients that have one';
  if (below === 1) return complete ? `${more} than all clients` : `${more} than all ${whose.slice(3)}`;
  if (above === 1) return complete ? `${less} than all clients` : `${less} than all ${whose.slice(3)}`;
  if (equal >= below && equal >= above) return `as for ${percent(Math.round(equal * 100), equal)} ${whose}`;
  const [word, share] = above > below ? [less, above] : [more, below];
  // Rounded down, so that it is never more than true.
  return `${word} than ${percent(Math.floor(share * 100 + 1e-9), share)} ${whose}`;
}

function shareOfClients(share: number): string {
  return share === 0 ? 'no other client' : `${percent(Math.round(share * 100), share)} of clients`;
}

/** Whole percent; a share that is not 0 never reads as 0. */
function percent(rounded: number, share: number): string {
  return rounded < 1 && share > 0 ? 'under 1 %' : `${rounded} %`;
}

/** A value with its whole digits and up to six digits in all; from five whole digits on, commas part thousands. */
export function valueText(value: number): string {
  const isLong = Number.isInteger(value) || Math.abs(value) >= 1e5;
  const text = String(isLong ? Math.round(value) : Number(value.toPrecision(6)));
  const [whole = '', ...rest] = text.split('.');
  if (!/^-?\d{5,}$/.test(whole)) return text;
  return [groupThousands(whole), ...rest].join('.');
}
