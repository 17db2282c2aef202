/** A moment of long work as one line: what it is, a bar, how much is done, how fast, how long it still takes. */
import type { ProgressEvent } from '../base/progress.ts';
import { cutToWidth, displayWidth, safeText } from '../report/text/display-width.ts';
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../report/text/format.ts';
import type { Pace } from './pace.ts';

export interface ProgressTextOptions {
  /** Columns that the line may take. */
  readonly width: number;
  /** Whether the bar may be drawn with block characters. */
  readonly unicode: boolean;
}

const WIDEST_BAR = 24;
const NARROWEST_BAR = 8;
const PARTS = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const GAP = '  ';

/**
 * Such as `reading part3.csv  ██████▌      54 %  402 MB of 741 MB  148 MB/s  3 s left`. What does not fit is left out,
 * the least important first: the counts, the rate, the bar; last the label is cut. A step is named only.
 */
export function renderProgress(event: ProgressEvent, pace: Pace, options: ProgressTextOptions): string {
  const label = safeText(event.label).replaceAll('\n', ' ');
  const ellipsis = options.unicode ? '…' : '~';
  if (event.unit === 'steps')
    return cutToWidth(`${label} ${options.unicode ? '…' : '...'}`, options.width, ellipsis);
  const share = shareOf(event);
  const percent = share === null ? '' : `${Math.floor(100 * share)} %`.padStart(5);
  const left = pace.secondsLeft === null ? '' : `${wholeSeconds(pace.secondsLeft)} left`;
  const rate = pace.rate === null ? '' : rateText(pace.rate, event.unit);
  const counts = countsText(event);
  for (const rest of [
    [percent, counts, rate, left],
    [percent, rate, left],
    [percent, left],
    [share === null ? counts : percent],
  ]) {
    const line = fitted(
      label,
      share,
      rest.filter((part) => part !== ''),
      options,
    );
    if (line !== null) return line;
  }
  return cutToWidth([label, percent.trim()].filter((part) => part !== '').join(GAP), options.width, ellipsis);
}

/** The line with as wide a bar as there is room for, or null where there is too little. */
function fitted(
  label: string,
  share: number | null,
  rest: readonly string[],
  { width, unicode }: ProgressTextOptions,
): string | null {
  const taken = displayWidth([label, ...rest].join(GAP));
  if (share === null) return taken <= width ? [label, ...rest].join(GAP) : null;
  const room = Math.min(WIDEST_BAR, width - taken - GAP.length);
  return room < NARROWEST_BAR ? null : [label, barOf(share, room, unicode), ...rest].join(GAP);
}

function shareOf({ done, total }: ProgressEvent): number | null {
  return total === undefined || total <= 0 ? null : Math.min(1, Math.max(0, done / total));
}

/** A bar of so many columns: eighths of a block, or `[####----]`. */
function barOf(share: number, width: number, unicode: boolean): string {
  if (!unicode) {
    const full = Math.floor(share * (width - 2));
    return `[${'#'.repeat(full)}${'-'.repeat(width - 2 - full)}]`;
  }
  const eighths = Math.floor(share * width * 8);
  const full = Math.floor(eighths / 8);
  const part = full < width ? PARTS[eighths % 8] : '';
  return `${'█'.repeat(full)}${part ?? ''}`.padEnd(width);
}

function countsText({ done, total, unit }: ProgressEvent): string {
  if (unit === 'bytes') {
    return total === undefined || total <= 0
      ? formatBytes(done)
      : `${formatBytes(done)} of ${formatBytes(total)}`;
  }
  const of = total === undefined || total <= 0 ? '' : ` of ${formatCount(total)}`;
  return `${formatCount(done)}${of} ${unit}`;
}

/** Units a second, or seconds a unit where one takes longer. */
function rateText(rate: number, unit: ProgressEvent['unit']): string {
  if (unit === 'bytes') return `${formatBytes(rate)}/s`;
  if (rate < 1) return `${formatSeconds(1 / rate)} a ${unit.slice(0, -1)}`;
  return `${rate >= 10 ? formatCount(rate) : formatNumber(rate, 1)} ${unit}/s`;
}

/** Tenths of a second would only flicker. */
function wholeSeconds(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 10 ? `${whole} s` : formatSeconds(whole);
}
