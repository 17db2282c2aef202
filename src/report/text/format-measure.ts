/** A number of a measure in words, as its unit asks. */
import type { MeasureUnit } from '../../store/nouns/measures.ts';
import { formatCount, formatNumber, formatPercent, formatScore, formatSeconds } from './format.ts';

const FORMATS: Readonly<Record<MeasureUnit, (value: number | null) => string>> = {
  score: formatScore,
  share: formatPercent,
  rows: formatCount,
  columns: formatNumber,
  seconds: formatSeconds,
  value: formatNumber,
};

/** Such as `0.5714`, `1.2 %`, `17,191`, `240 ms`. Absent values are dashes. */
export function formatMeasure(value: number | null, unit: MeasureUnit): string {
  return FORMATS[unit](value);
}
