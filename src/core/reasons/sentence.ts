/** Reasons as sentences: every text template is here. */
import { groupThousands } from '../../base/thousands.ts';
import type { Place } from './spread.ts';

/** "lastmonth_activity is 3, lower than 92 % of clients". Without a full stop, so that it can stand in a list. */
export function reasonSentence(column: string, place: Place): string {
  switch (place.kind) {
    case 'missing':
      return `${column} is missing (${shareOfClients(place.share)})`;
    case 'level':
      return `${column} is ${place.level} (${shareOfClients(place.share)})`;
    case 'number':
      return `${column} is ${valueText(place.value)}, ${numberPlace(place)}`;
  }
}

function numberPlace({ below, equal, above, complete }: Extract<Place, { kind: 'number' }>): string {
  const whose = complete ? 'of clients' : 'of the clients that have one';
  if (below === 1) return complete ? 'higher than all clients' : `higher than all ${whose.slice(3)}`;
  if (above === 1) return complete ? 'lower than all clients' : `lower than all ${whose.slice(3)}`;
  if (equal >= below && equal >= above) return `as for ${percent(Math.round(equal * 100), equal)} ${whose}`;
  const [word, share] = above > below ? ['lower', above] : ['higher', below];
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
