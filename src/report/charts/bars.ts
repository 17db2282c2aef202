/** Horizontal bars with their values beside them: one a column, the longest first. */
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';

export interface Bar {
  readonly name: string;
  /** Length, from 0. */
  readonly value: number;
  /** What stands beside the bar. */
  readonly text: string;
  readonly fill: string;
}

export interface BarsOptions {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly axisTitle: string;
  /** Longest length that the axis has room for. */
  readonly most: number;
  /** A dashed line across at this length; null: none. */
  readonly line: number | null;
}

const LONGEST_NAME = 26;

/** The chart, as tall as there are bars. Nothing is told by colour alone: the text beside a bar says it. */
export function bars(values: readonly Bar[], options: BarsOptions): ChartSpec {
  // Names that are cut short may be equal, so bars are placed by number and named by their axis.
  const data = values.map((bar, order) => ({ ...bar, order: String(order), zero: 0 }));
  const names = Object.fromEntries(data.map(({ order, name }) => [order, shorten(name)]));
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    title: options.axisTitle,
    scale: { domain: [0, options.most * 1.35], nice: false },
    axis: { grid: false, tickCount: 4 },
  };
  const y = {
    field: 'order',
    type: 'nominal' as const,
    sort: data.map(({ order }) => order),
    axis: {
      title: null,
      ticks: false,
      domain: false,
      labelPadding: 8,
      labelExpr: `(${JSON.stringify(names)})[datum.value]`,
    },
  };
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `${options.title}. ${values.map(({ name, text }) => `${name}: ${text}`).join('; ')}.`,
    width: 360,
    height: Math.max(1, values.length) * 24,
    title: { text: options.title, subtitle: [...options.subtitle] },
    data: { values: data },
    layer: [
      {
        mark: { type: 'bar', stroke: COLOURS.quiet, strokeWidth: 0.5, height: 15 },
        encoding: { x, y, color: { field: 'fill', type: 'nominal', scale: null } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, color: COLOURS.ink },
        encoding: { x, y, text: { field: 'text', type: 'nominal' } },
      },
      ...(options.line === null ? [] : [lineAt(options.line)]),
    ],
  };
}

function shorten(name: string): string {
  const letters = [...name];
  return letters.length <= LONGEST_NAME ? name : `${letters.slice(0, LONGEST_NAME - 1).join('')}…`;
}

function lineAt(value: number) {
  return {
    data: { values: [{ value }] },
    mark: { type: 'rule' as const, color: COLOURS.ink, strokeDash: [5, 4], strokeWidth: 1.5 },
    encoding: { x: { field: 'value', type: 'quantitative' as const } },
  };
}
