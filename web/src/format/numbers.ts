/** Numbers as people read them: one way for each kind, the same on every page. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** What stands where there is no number. */
export const NONE = '–';

export function formatCount(value: number | null): string {
  return value === null ? NONE : whole.format(value);
}

/** A share from 0 to 1 in per cent: one place, and more where a place would hide that it is not 0 or 1. */
export function formatShare(value: number | null): string {
  if (value === null) return NONE;
  if (value > 0 && value < 0.001) return '< 0.1 %';
  if (value < 1 && value > 0.999) return '> 99.9 %';
  return `${(100 * value).toFixed(1)} %`;
}

/** The same in whole per cent, for the eye. */
export function formatPercent(value: number): string {
  if (value > 0 && value < 0.005) return '< 1 %';
  if (value < 1 && value > 0.995) return '> 99 %';
  return `${Math.round(100 * value)} %`;
}

/** A score from 0 to 1, to three places. */
export function formatScore(value: number | null): string {
  return value === null ? NONE : value.toFixed(3);
}

/** Any number to three digits, but whole numbers whole. */
export function formatValue(value: number | null): string {
  if (value === null) return NONE;
  if (Math.abs(value) >= 1e7) return value.toExponential(1).replace('e+', 'e');
  if (Math.abs(value) >= 1000 || Number.isInteger(value)) return whole.format(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return short.format(value);
}

/** Money or another value at stake, in whole units. */
export function formatMoney(value: number | null): string {
  return value === null ? NONE : whole.format(value);
}

/** A large number in few letters, such as 1.2M. */
export function formatCompact(value: number | null): string {
  return value === null ? NONE : compact.format(value);
}

export function formatSeconds(value: number | null): string {
  if (value === null) return NONE;
  if (value < 1) return `${Math.round(1000 * value)} ms`;
  if (value < 59.95) return `${value.toFixed(1)} s`;
  const rounded = Math.round(value);
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} min ${rounded % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 ** 2) return `${(value / 1024).toFixed(1)} kB`;
  return `${(value / 1024 ** 2).toFixed(1)} MB`;
}

/** A difference of two shares in percentage points, with its sign. */
export function formatPoints(difference: number): string {
  const points = 100 * difference;
  const text = Math.abs(points) < 0.05 ? '0.0' : Math.abs(points).toFixed(1);
  return `${points < -0.05 ? '−' : points > 0.05 ? '+' : '±'}${text}`;
}
