/** Decides from the texts of a table how its numbers and dates are written, or asks where two readings fit. */

import { TidewatchError } from '../../base/errors.ts';
import { emptyRecord } from '../../base/own-value.ts';
import type { DateFormat } from '../values/date-format.ts';
import type { DateTally } from '../values/date-tally.ts';
import { FLAG_UNIT, flagOf } from '../values/flags.ts';
import { type NumberStyle, numberReader } from '../values/number-style.ts';
import { STYLES, type StyleTally } from '../values/style-tally.ts';
import { idRank } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** What the person says of how values are written. */
export interface ReadingWishes {
  /** null: as the files show. */
  readonly decimal: '.' | ',' | null;
  /** Order of day, month and year where they are digits; null: as the files show. */
  readonly dates: DateOrder | null;
  /** Formats by column. */
  readonly formats: Readonly<Record<string, string>>;
  /** Columns that are not read as numbers or dates. */
  readonly asTexts: readonly string[];
  /** Columns that are read as numbers. */
  readonly asNumbers: readonly string[];
}

/** What was seen of one column. */
export interface ValueTally {
  readonly styles: StyleTally;
  readonly dates: DateTally;
}

export interface ReadingChoice {
  readonly decimal: '.' | ',';
  readonly thousands: NumberStyle['thousands'];
  /** By column. */
  readonly units: Readonly<Record<string, string>>;
  readonly dates: Readonly<Record<string, string>>;
  /** By column: how its values are written, where that is not plain. */
  readonly told: Readonly<Record<string, string>>;
}

type Named = ValueTally & { readonly name: string };

/**
 * @throws TidewatchError usage where two readings fit: the message names a column, shows values in both readings, and
 * says which option decides.
 */
export function chooseReading(
  names: readonly string[],
  tallies: readonly ValueTally[],
  columns: readonly ColumnTally[],
  wishes: ReadingWishes,
): ReadingChoice {
  const named = names.map((name, k) => ({ ...(tallies[k] as ValueTally), name }));
  const open = named.filter(({ name }) => name !== '' && !wishes.asTexts.includes(name));
  const dates = chooseDates(open, wishes);
  const numbers = open.filter(
    ({ name, styles }) => styles.isNumbers && !Object.hasOwn(dates, name) && idRank(name) === 0,
  );
  const style = chooseStyle(numbers, wishes.decimal);
  const units = emptyRecord<string>();
  const told = emptyRecord<string>();
  for (const [name, format] of Object.entries(dates)) told[name] = `written as ${format}`;
  for (const column of numbers) {
    const found = column.styles.unit();
    const fits = isFit(column.styles, style);
    if (!fits) told[column.name] = misfitText(column.styles, style);
    else if ('why' in found) told[column.name] = found.why;
    else {
      if (found.unit !== null) units[column.name] = found.unit;
      const text = styleText(column.styles, style, found.unit);
      if (text !== '') told[column.name] = text;
    }
  }
  for (const name of wishes.asNumbers) {
    if (!isFlags(columns[names.indexOf(name)])) continue;
    units[name] = FLAG_UNIT;
    told[name] = 'its words for yes and no are 1 and 0';
  }
  const { decimal, thousands } = style;
  return { decimal, thousands, units, dates, told };
}

/** The style of all columns together. */
function chooseStyle(numbers: readonly Named[], wish: '.' | ',' | null): NumberStyle {
  const voters = numbers.filter(({ styles }) => styles.hasMarks && styles.fits !== 0);
  const votes = STYLES.map((style, k) => ({
    style,
    votes: voters.filter(({ styles }) => (styles.fits & (1 << k)) !== 0).length,
  })).filter(({ style }) => wish === null || style.decimal === wish);
  const most = Math.max(...votes.map((each) => each.votes));
  const best = votes.filter((each) => each.votes === most).map(({ style }) => style);
  const chosen = best[0] as NumberStyle;
  if (wish !== null) return chosen;
  const twofold = voters.find(({ styles }) => isTwofold(styles));
  const isOpen = best.some(({ decimal }) => decimal !== chosen.decimal) || most < voters.length;
  if (twofold !== undefined && isOpen) throw askDecimal(twofold, most < voters.length);
  return chosen;
}

/** Whether the column is one of other numbers by another decimal mark. */
function isTwofold({ fits, twofold }: StyleTally): boolean {
  const decimals = new Set(STYLES.filter((_, k) => (fits & (1 << k)) !== 0).map(({ decimal }) => decimal));
  return decimals.size === 2 && twofold.length > 0;
}

function isFit({ fits, hasMarks }: StyleTally, style: NumberStyle): boolean {
  return !hasMarks || (fits & (1 << STYLES.indexOf(style))) !== 0;
}

function askDecimal({ name, styles }: Named, isSplit: boolean): TidewatchError {
  const [point, comma] = STYLES.filter((_, k) => (styles.fits & (1 << k)) !== 0).reduce<
    [NumberStyle | null, NumberStyle | null]
  >((found, style) => (style.decimal === '.' ? [style, found[1]] : [found[0], style]), [null, null]);
  const examples = styles.twofold.map((text) => {
    const body = text.replace(/[^\d.,'\u2019\s-]/g, '').trim();
    const read = (style: NumberStyle | null): string =>
      style === null ? '?' : String(numberReader(style)(body));
    return `"${text}" is ${read(point)} with a decimal point and ${read(comma)} with a decimal comma`;
  });
  return new TidewatchError(
    'usage',
    `Column "${name}": ${examples.join('; ')}, and ${isSplit ? 'other columns have both' : 'nothing in the files says which'}. ` +
      'Say --decimal . or --decimal , (or leave the column out with --leave-out).',
    { details: { column: name, values: styles.twofold } },
  );
}

function misfitText({ pointed, comma }: StyleTally, { decimal }: NumberStyle): string {
  if (pointed !== null && comma !== null) {
    return `its numbers are written in two styles: "${pointed}" and "${comma}"`;
  }
  return `its numbers are not written as those of the other columns, with a decimal ${decimal === '.' ? 'point' : 'comma'}`;
}

const THOUSANDS = { ',': 'commas', '.': 'points', ' ': 'blanks', "'": 'apostrophes' } as const;

/** How the numbers are written; empty: plainly. */
function styleText({ hasMarks }: StyleTally, style: NumberStyle, unit: string | null): string {
  const parts = [
    ...(unit === null ? [] : [unit === '%' ? '"%" (12 % is 0.12)' : `"${unit}"`]),
    ...(hasMarks && style.decimal === ',' ? ['a decimal comma'] : []),
    ...(hasMarks && style.thousands !== null ? [`${THOUSANDS[style.thousands]} between thousands`] : []),
  ];
  return parts.length === 0 ? '' : `written with ${parts.join(', ')}`;
}

function isFlags(column: ColumnTally | undefined): boolean {
  if (column === undefined || !column.complete || column.values.size === 0) return false;
  const texts = [...column.values.keys()].filter((text) => !column.missingTexts.has(text));
  return (
    texts.length > 0 &&
    texts.every((text) => flagOf(text) !== null || text === '1' || text === '0') &&
    texts.some((text) => !/^(?:true|false|0|1)$/i.test(text))
  );
}

function chooseDates(columns: readonly Named[], wishes: ReadingWishes): Record<string, string> {
  const found = columns.filter(({ name, dates }) => dates.isDates && !Object.hasOwn(wishes.formats, name));
  const chosen = Object.assign(emptyRecord<string>(), wishes.formats);
  const notDecided: Named[] = [];
  for (const column of found) {
    const fits = withinOrder(column.dates.fits, wishes.dates);
    if (rival(fits) === null) chosen[column.name] = (fits[0] as DateFormat).format;
    else notDecided.push(column);
  }
  const known = Object.values(chosen);
  for (const column of notDecided) {
    const { fits } = column.dates;
    // Dates of one file with the same marks are written by one hand.
    const decided = fits.filter(({ format }) => known.some((other) => dayPart(other) === dayPart(format)));
    if (decided.length === 0 || rival(decided) !== null) throw askOrder(column);
    chosen[column.name] = (decided[0] as DateFormat).format;
  }
  return chosen;
}

function withinOrder(fits: readonly DateFormat[], order: DateOrder | null): readonly DateFormat[] {
  const left = fits.filter(({ format }) => order === null || orderOf(format) === order);
  return left.length === 0 ? fits : left;
}

function orderOf(format: string): DateOrder | null {
  const places = { d: format.indexOf('D'), m: format.search(/M(?!MM)/), y: format.indexOf('Y') };
  if (places.d < 0 || places.m < 0) return null;
  const order = Object.entries(places)
    .sort((a, b) => a[1] - b[1])
    .map(([part]) => part)
    .join('');
  return order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : null;
}

/** Another format among them that reads the same texts as other days; null: there is none. */
function rival(fits: readonly DateFormat[]): DateFormat | null {
  const [first] = fits;
  return fits.find(({ format }) => orderOf(format) !== orderOf((first as DateFormat).format)) ?? null;
}

/** The format without the time of day. */
function dayPart(format: string): string {
  const time = format.search(/(?:,? |\[T\])[Hh]/);
  return (time < 0 ? format : format.slice(0, time)).replace('YYYY', 'YY');
}

function askOrder({ name, dates }: Named): TidewatchError {
  const first = dates.fits[0] as DateFormat;
  const other = rival(dates.fits) as DateFormat;
  const examples = dates.examples.map(
    (text) =>
      `"${text}" is ${first.read(text)} as ${first.format} and ${other.read(text)} as ${other.format}`,
  );
  return new TidewatchError(
    'usage',
    `Column "${name}": ${examples.length === 0 ? 'day and month of all dates are equal' : examples.join('; ')}, and no date in the column says which is first. Say --dates ${orderOf(first.format)} or ` +
      `--dates ${orderOf(other.format)} (or for this column alone --dates "${name}=${first.format}").`,
    { details: { column: name, values: dates.examples } },
  );
}
