/** Drift of the inputs as a chart: how far each column has moved from what the model was trained on. */
import type { ColumnDrift, DriftDetails } from '../drift-details.ts';
import { formatNumber } from '../text/format.ts';
import { bars } from './bars.ts';
import { type ChartSpec, COLOURS } from './chart.ts';
import { emptyChart } from './empty-chart.ts';

const TITLE = 'Have the inputs moved?';
const MAX = 20;
/** PSI from which a shift is called moderate, and from which large, by old custom. */
const BANDS = [0.1, 0.25] as const;

/** A bar a column, the 20 that moved most; alarms say so in words and are drawn in another colour. */
export function inputDrift(details: DriftDetails | null): ChartSpec {
  const moved = (details?.columns ?? [])
    .flatMap(({ name, alarm, readings: { psi } }) => (psi === null ? [] : [{ name, alarm, psi: psi.value }]))
    .toSorted((a, b) => b.psi - a.psi || (a.name < b.name ? -1 : 1));
  if (moved.length === 0) return emptyChart(TITLE, 'No drift check has looked at the inputs yet.');
  const shown = moved.slice(0, MAX).map(barOf);
  const alarms = moved.filter(({ alarm }) => alarm === true).length;
  const more = moved.length - shown.length;
  return bars(shown, {
    title: TITLE,
    subtitle: [
      `${alarms} of ${moved.length} columns raise an alarm${more > 0 ? `; ${more} more are not drawn` : ''}`,
    ],
    axisTitle: 'Population stability index',
    most: Math.max(BANDS[1], ...shown.map(({ value }) => value)),
    line: null,
  });
}

function barOf({ name, psi, alarm }: Pick<ColumnDrift, 'name' | 'alarm'> & { readonly psi: number }) {
  const value = Math.max(0, psi);
  const fill = alarm === true ? COLOURS.vermilion : value >= BANDS[0] ? COLOURS.blue : COLOURS.sky;
  return { name, value, text: `${formatNumber(psi, 3)}${alarm === true ? '  alarm' : ''}`, fill };
}
