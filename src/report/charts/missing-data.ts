/** Missing data as a chart: the columns that lack values, and how many rows each. */
import { formatPercent } from '../text/format.ts';
import { bars } from './bars.ts';
import { type ChartSpec, COLOURS } from './chart.ts';
import { emptyChart } from './empty-chart.ts';

export interface ColumnMissing {
  readonly name: string;
  /** Percentage of rows without a value, 0 to 100. */
  readonly missingPercent: number;
}

const TITLE = 'Missing data';
const MAX = 20;

/** A bar a column that lacks values, the 20 with the most; a sentence where none does. */
export function missingData(columns: readonly ColumnMissing[]): ChartSpec {
  const lacking = columns
    .filter(({ missingPercent }) => missingPercent > 0)
    .toSorted((a, b) => b.missingPercent - a.missingPercent || (a.name < b.name ? -1 : 1));
  if (lacking.length === 0) return emptyChart(TITLE, 'Every column has a value in every row.');
  const shown = lacking.slice(0, MAX).map(({ name, missingPercent }) => {
    const share = missingPercent / 100;
    return { name, value: share * 100, text: formatPercent(share), fill: COLOURS.sky };
  });
  const more = lacking.length - shown.length;
  return bars(shown, {
    title: TITLE,
    subtitle: [
      `${lacking.length} of ${columns.length} columns lack values${more > 0 ? `; ${more} more are not drawn` : ''}`,
    ],
    axisTitle: 'Rows without a value (%)',
    most: Math.max(...shown.map(({ value }) => value)),
    line: null,
  });
}
