/** The picture of a chart that has nothing to show: its title, and why. */
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';

/** A frame with a sentence in it, in the size of a small chart. */
export function emptyChart(title: string, why: string): ChartSpec {
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `${title}. ${why}`,
    width: 420,
    height: 90,
    title: { text: title },
    view: { stroke: COLOURS.grid },
    data: { values: [{ why }] },
    mark: { type: 'text', fontSize: 12, color: COLOURS.quiet, limit: 400 },
    encoding: { text: { field: 'why', type: 'nominal' } },
  };
}
