/** The watermark of a source: a number or a time as the database writes it, its order, and how far back a pull looks. */
import { parseTimeText } from '../../formats/csv/time-text.ts';

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;
const TIME = /^(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** What kind of watermark a text is; null: none. A decimal number without exponent, or a time in ISO 8601. */
export function watermarkKind(text: string): 'number' | 'time' | null {
  if (NUMBER.test(text)) return 'number';
  return TIME.test(text) && !Number.isNaN(parseTimeText(text)) ? 'time' : null;
}

/** Whether two times are written in one form, so that their order as text is that in time: separator and zone. */
export function isSameForm(a: string, b: string): boolean {
  const [, , separatorA, , , zoneA] = TIME.exec(a) ?? [];
  const [, , separatorB, , , zoneB] = TIME.exec(b) ?? [];
  const isOneDay = separatorA === undefined || separatorB === undefined;
  return isOneDay || (separatorA === separatorB && zoneA === zoneB);
}

/**
 * Which of two watermarks of a source comes first: below 0 the first. Numbers exactly, of any length; times as text,
 * which is their order where a source writes them in one form.
 */
export function compareWatermarks(a: string, b: string): number {
  const [x, y] = [NUMBER.exec(a), NUMBER.exec(b)];
  if (x === null || y === null) return a < b ? -1 : a > b ? 1 : 0;
  const digits = Math.max(x[3]?.length ?? 0, y[3]?.length ?? 0);
  const difference = scaled(x, digits) - scaled(y, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled([, sign = '', whole = '', fraction = '']: RegExpExecArray, digits: number): bigint {
  const value = BigInt(whole + fraction.padEnd(digits, '0').slice(0, digits));
  return sign === '-' ? -value : value;
}

/**
 * From where a pull reads: `overlap` below a watermark, in its own unit for numbers and in seconds for times, rounded
 * away from it. The watermark itself where there is no overlap.
 */
export function lowerBound(watermark: string, overlap: number): string {
  if (overlap === 0) return watermark;
  const number = NUMBER.exec(watermark);
  if (number !== null)
    return String(scaled(number, 0) - BigInt(Math.ceil(overlap)) - (number[3] === undefined ? 0n : 1n));
  const [, day = '', separator, minutes, seconds, zone = ''] = TIME.exec(watermark) ?? [];
  const clock = minutes === undefined ? '' : `T${minutes}${seconds ?? ''}`;
  // The zone stays as it is, so the clock in it is all that moves.
  const local = Math.floor(parseTimeText(`${day}${clock}`) / 1000) - Math.ceil(overlap) - 1;
  const text = new Date(local * 1000).toISOString();
  if (separator === undefined) return text.slice(0, 10);
  return `${text.slice(0, 10)}${separator}${text.slice(11, seconds === undefined ? 16 : 19)}${zone}`;
}

/** A watermark as SQL: what it may be made of needs no escaping. */
export function watermarkSql(watermark: string): string {
  return watermarkKind(watermark) === 'number' ? watermark : `'${watermark}'`;
}
