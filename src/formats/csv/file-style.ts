/** Tells a file whose numbers or dates are written in another style than the configuration says. */
import { quoted } from '../../base/shorten.ts';
import type { NumberColumn } from './number-column.ts';
import type { TimeColumn } from './time-column.ts';

/**
 * Why a file must not be taken: it has values that fit the other style alone, more than those that fit its own, and
 * others that were taken for what they do not mean ("1.234" where a thousand was meant). null where it may be: a few
 * odd values are in quarantine then. `columns` are those of the contract, with null where they hold neither.
 */
export function otherStyle(
  names: readonly string[],
  columns: readonly (NumberColumn | TimeColumn | null)[],
): string | null {
  for (const [k, column] of columns.entries()) {
    if (column === null || column.both === 0 || column.others <= column.own) continue;
    return `${names[k]}: ${quoted(column.firstOther)} ${'style' in column ? decimalText(column) : dateText(column)}`;
  }
  return otherDecimals(names, columns);
}

/** The decimal mark is one for all columns, so the whole file may show what one column does not. */
function otherDecimals(
  names: readonly string[],
  columns: readonly (NumberColumn | TimeColumn | null)[],
): string | null {
  const numbers = columns.flatMap((column) => (column !== null && 'style' in column ? [column] : []));
  const sum = (key: 'own' | 'both' | 'others'): number =>
    numbers.reduce((all, column) => all + column[key], 0);
  const first = numbers.find(({ others }) => others > 0);
  if (first === undefined || sum('both') === 0 || sum('others') <= sum('own')) return null;
  return `${names[columns.indexOf(first)]}: ${quoted(first.firstOther)} ${decimalText(first)}`;
}

function decimalText({ style }: NumberColumn): string {
  const [has, says, example] =
    style.decimal === '.' ? ['comma', 'point', '1.234'] : ['point', 'comma', '1,234'];
  return (
    `has a decimal ${has}, and the configuration says a ${says} (\`input.decimal\`), so that a number such as ` +
    `"${example}" of this file would be taken for another one; export the file with a decimal ${says}`
  );
}

function dateText({ format }: TimeColumn): string {
  return (
    `has day and month in each other's place: the configuration says ${format} (\`input.dates\`), so that other ` +
    'dates of this file would be taken for what they are not; export the file with dates as the configuration says'
  );
}
