/** Numbers as people read them: one way of writing each kind, the same in tables, charts and sentences. */
import { groupThousands } from '../../base/thousands.ts';
import type { Estimate, TooFew } from '../../core/document/document.ts';

/** What stands for a value that is not there. */
export const ABSENT = '–';

/**
 * A number with thousands separated by commas. `decimals` fixes the digits after the point; without it whole
 * numbers have none and others about three significant digits. Absent, NaN and infinite values give a dash.
 */
export function formatNumber(value: number | null | undefined, decimals?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return ABSENT;
  const digits = decimals ?? usualDecimals(value);
  if (decimals === undefined && value !== 0 && Math.abs(value) < 5e-4) return value.toExponential(1);
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.includes('e') ? whole : groupThousands(whole);
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

function usualDecimals(value: number): number {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return 0;
  if (size >= 100) return 1;
  return size >= 1 ? 2 : 3;
}

/** A count of things, in whole numbers: "1,234". */
export function formatCount(count: number | null | undefined): string {
  return formatNumber(count, 0);
}

/** A score such as F1, with four decimals, so that a small fall shows: "0.5714". */
export function formatScore(score: number | null | undefined): string {
  return formatNumber(score, 4);
}

/**
 * A share (0 to 1) as a percentage with one decimal, or none where it is whole. A share that is not quite 0 or
 * not quite 1 never reads as such: it is "<0.1 %" or ">99.9 %".
 */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return ABSENT;
  if (share > 0 && share < 0.0005) return '<0.1 %';
  if (share < 1 && share >= 0.9995) return '>99.9 %';
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')} %`;
}

/** A duration in seconds: "0 ms", "240 ms", "1.5 s", "42 s", "2 min 5 s", "1 h 3 min". */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return ABSENT;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (whole < 3600) return `${minutes} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  const rest = Math.round(whole / 60) % 60;
  return `${Math.floor(Math.round(whole / 60) / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/**
 * An estimate with its interval and the rows it comes from: "0.692 (95 % interval 0.45 to 0.87, 2,600 rows)", or why it
 * has none: "0.571 (too few leavers for an interval: 2 of the 20 needed; 5 rows)".
 */
export function formatEstimate(estimate: Estimate): string {
  const { value, interval } = partsOf(estimate);
  const comma = estimate.tooFew === undefined ? ',' : ';';
  return `${value} (${interval}${comma} ${formatCount(estimate.rows)} ${estimate.rows === 1 ? 'row' : 'rows'})`;
}

/** An estimate with its interval, where the rows are told elsewhere: "0.692 (95 % interval 0.45 to 0.87)". */
export function formatInterval(estimate: Estimate): string {
  const { value, interval } = partsOf(estimate);
  return `${value} (${interval})`;
}

/** The interval alone: "95 % interval 0.45 to 0.87", or why there is none. */
export function formatIntervalOnly(estimate: Estimate): string {
  return partsOf(estimate).interval;
}

/** Why an estimate has no interval: "too few leavers for an interval: 12 of the 20 needed". */
export function formatTooFew({ of, rows, needed }: TooFew): string {
  const who = of === 'left' ? 'leavers' : 'stayers';
  return `too few ${who} for an interval: ${formatCount(rows)} of the ${formatCount(needed)} needed`;
}

/** A narrow interval gets as many digits as its ends need to differ, and the value no fewer. */
function partsOf({ value, low, high, level, tooFew }: Estimate): { value: string; interval: string } {
  if (tooFew !== undefined) return { value: formatNumber(value, 3), interval: formatTooFew(tooFew) };
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) {
    return { value: formatNumber(value, 3), interval: 'no interval' };
  }
  const digits = high > low ? Math.min(8, Math.max(2, Math.ceil(1 - Math.log10(high - low)))) : 2;
  return {
    value: formatNumber(value, Math.max(3, digits)),
    interval: `${formatPercent(level)} interval ${formatNumber(low, digits)} to ${formatNumber(high, digits)}`,
  };
}

/** A size in bytes, in steps of 1,000: "512 B", "1.5 kB", "147 MB". */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return ABSENT;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  while (unit < units.length - 1 && size >= 999.5) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
