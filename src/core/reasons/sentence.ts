/** Reasons as sentences: every text template is here. */
import { groupThousands } from '../../base/thousands.ts';
import type { Place } from './spread.ts';

/** How the numbers of a column are spoken of, where it is not "name is value, lower than ...". */
export interface ColumnPhrase {
  /** null: missing. */
  text(value: number | null): string;
  readonly less: string;
  readonly more: string;
}

/**
 * "lastmonth_activity is 3, lower than 92 % of clients". Without a full stop, so that it can stand in a list.
 * `phrase`: how the column is spoken of; absent: by its name.
 */
export function reasonSentence(column: string, place: Place, phrase?: ColumnPhrase): string {
  switch (place.kind) {
    case 'missing':
      return `${phrase?.text(null) ?? `${column} is missing`} (${shareOfClients(place.share)})`;
    case 'level':
      return `${column} is ${place.level} (${shareOfClients(place.share)})`;
    case 'number':
      return `${phrase?.text(place.value) ?? `${column} is ${valueText(place.value)}`}, ${numberPlace(place, phrase)}`;
  }
}

function numberPlace(
  { below, equal, above, complete }: Extract<Place, { kind: 'number' }>,
  { less, more }: Pick<ColumnPhrase, 'less' | 'more'> = { less: 'lower', more: 'higher' },
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
