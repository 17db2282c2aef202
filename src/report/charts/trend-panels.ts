/** Trends as a picture: a panel a measure over a common axis of time, with intervals as bands and model changes as rules. */
import type { MeasureUnit } from '../../store/nouns/measures.ts';
import { type ChartSpec, COLOURS, VEGA_LITE_SCHEMA } from './chart.ts';

export interface TrendPanelPoint {
  /** ISO 8601 in UTC, or a day of it. */
  readonly from: string;
  /** null: nothing is drawn. */
  readonly value: number | null;
  /** Ends of the band; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface TrendPanel {
  /** Unique among the panels. */
  readonly title: string;
  readonly unit: MeasureUnit;
  readonly scale: 'linear' | 'log';
  /** In order of time. */
  readonly points: readonly TrendPanelPoint[];
}

export interface TrendPanelValues {
  readonly title: string;
  readonly subtitle: string;
  readonly panels: readonly TrendPanel[];
  /** When a model went live, in order of time. */
  readonly changes: readonly { readonly at: string; readonly modelVersion: string }[];
}

const WIDTH = 620;
const HEIGHT = 110;
/** Room that the name of a model takes, in pixels. */
const NAME_WIDTH = 66;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Frame {
  readonly domain: readonly [number, number];
  readonly changes: TrendPanelValues['changes'];
}

/** One panel each, the names of the models above the first. Times are UTC. Without a panel it says so. */
export function trendPanels(values: TrendPanelValues): ChartSpec {
  const frame = frameOf(values);
  const panels = values.panels.length === 0 ? [nothing(values)] : values.panels;
  return {
    $schema: VEGA_LITE_SCHEMA,
    description: `${values.title}: ${values.panels.map(({ title }) => title).join(', ')}.`,
    title: { text: values.title, subtitle: values.subtitle },
    spacing: 14,
    vconcat: panels.map((panel, index) => panelSpec(panel, frame, index === 0, index === panels.length - 1)),
  };
}

function nothing({ title }: TrendPanelValues): TrendPanel {
  return { title, unit: 'value', scale: 'linear', points: [] };
}

/** From the first to the last point; a single one gets a day to each side. Earlier changes are out of sight. */
function frameOf({ panels, changes }: TrendPanelValues): Frame {
  const times = panels.flatMap(({ points }) => points.map(({ from }) => Date.parse(from)));
  const all = times.length > 0 ? times : changes.map(({ at }) => Date.parse(at));
  if (all.length === 0) return { domain: [0, DAY_MS], changes: [] };
  const first = all.reduce((a, b) => Math.min(a, b));
  const later = changes.map(({ at }) => Date.parse(at)).filter((time) => time >= first);
  const last = [...all, ...later].reduce((a, b) => Math.max(a, b));
  const room = last > first + HOUR_MS ? 0.02 * (last - first) : DAY_MS;
  const domain = [first - room, last + room] as const;
  return { domain, changes: changes.filter(({ at }) => Date.parse(at) >= domain[0]) };
}

function panelSpec(panel: TrendPanel, frame: Frame, isFirst: boolean, isLast: boolean) {
  const { points, scale } = panel;
  const drawable = points.filter(({ value }) => isDrawable(value, scale));
  const spanMs = frame.domain[1] - frame.domain[0];
  const x = {
    field: 'from',
    type: 'temporal' as const,
    title: isLast ? 'Time (UTC)' : null,
    scale: { type: 'utc' as const, domain: [...frame.domain], nice: false },
    axis: {
      grid: false,
      labels: isLast,
      ticks: isLast,
      labelOverlap: 'greedy' as const,
      tickCount: 6,
      format: spanMs < 4 * DAY_MS ? '%-d %b %H:%M' : '%-d %b %Y',
    },
  };
  const y = {
    type: 'quantitative' as const,
    title: null,
    scale: valueScale(panel, drawable),
    axis: { tickCount: 4, ...valueAxis(panel, drawable) },
  };
  return {
    width: WIDTH,
    height: HEIGHT,
    title: { text: panel.title, fontSize: 13, offset: isFirst ? 20 : 6 },
    layer: [
      ...(drawable.length === 0 ? [absent(x, y, frame)] : []),
      ...changeMarks(x, frame, isFirst),
      ...(drawable.length === 0 ? [] : pointMarks(panel, x, y, spanMs)),
    ],
  };
}

/** Bands, line and dots; a line over hundreds of points has no dots, and none goes over what is not there. An interval alone, of one point, is a bar. */
function pointMarks({ points, scale }: TrendPanel, x: object, y: object, spanMs: number) {
  const values = points.map((point) => ({
    ...point,
    from: Date.parse(point.from),
    value: isDrawable(point.value, scale) ? point.value : null,
  }));
  const banded = values.filter(({ low, high }) => isDrawable(low, scale) && isDrawable(high, scale));
  const dots = points.length <= 150;
  const wide = values.length > 1 && spanMs > 0;
  const band = wide
    ? { type: 'area' as const, color: COLOURS.blue, opacity: 0.18 }
    : { type: 'rule' as const, color: COLOURS.blue, opacity: 0.4, strokeWidth: 4 };
  return [
    ...(banded.length === 0
      ? []
      : [
          {
            data: { values: banded },
            mark: band,
            encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
        ]),
    {
      data: { values },
      mark: {
        type: 'line' as const,
        invalid: 'break-paths-filter-domains' as const,
        strokeWidth: 1.5,
        color: COLOURS.blue,
        point: dots ? { filled: true, size: 26, color: COLOURS.blue } : false,
      },
      encoding: { x, y: { ...y, field: 'value' } },
    },
  ];
}

/** A number that has a place on the axis. */
function isDrawable(value: number | null, scale: TrendPanel['scale']): boolean {
  return value !== null && (scale === 'linear' || value > 0);
}

/** Words in an empty frame. */
function absent(x: object, y: object, { domain }: Frame) {
  return {
    data: { values: [{ from: (domain[0] + domain[1]) / 2, value: 0.5, text: 'not measured yet' }] },
    mark: { type: 'text' as const, fontSize: 12, color: COLOURS.quiet },
    encoding: {
      x,
      y: { ...y, field: 'value', scale: { domain: [0, 1] }, axis: null },
      text: { field: 'text', type: 'nominal' as const },
    },
  };
}

function changeMarks(x: object, frame: Frame, named: boolean) {
  const values = frame.changes.map(({ at, modelVersion }) => ({
    from: Date.parse(at),
    modelVersion: modelVersion.slice(0, 8),
  }));
  if (values.length === 0) return [];
  const rules = {
    data: { values },
    mark: { type: 'rule' as const, strokeDash: [4, 4], strokeWidth: 1, color: COLOURS.vermilion },
    encoding: { x },
  };
  const names = {
    data: { values: readable(values, frame) },
    mark: { type: 'text' as const, fontSize: 10, color: COLOURS.vermilion, align: 'center' as const, dy: -8 },
    encoding: { x, y: { value: 0 }, text: { field: 'modelVersion', type: 'nominal' as const } },
  };
  return named ? [rules, names] : [rules];
}

/** Those whose names do not run into the one before. */
function readable<T extends { readonly from: number }>(changes: readonly T[], { domain }: Frame): T[] {
  const width = ((domain[1] - domain[0]) * NAME_WIDTH) / WIDTH;
  let end = Number.NEGATIVE_INFINITY;
  return changes.filter(({ from }) => {
    if (from - end < width) return false;
    end = from;
    return true;
  });
}

/** Scores and shares need no more room than they take; counts and times begin at 0. */
function valueScale({ unit, scale }: TrendPanel, points: readonly TrendPanelPoint[]) {
  if (scale === 'log') return { type: 'log' as const, nice: true };
  const ends = points.flatMap(({ value, low, high }) => [value, low, high]).filter((end) => end !== null);
  if (unit === 'score' && ends.length > 0) {
    const least = ends.reduce((a, b) => Math.min(a, b));
    const greatest = ends.reduce((a, b) => Math.max(a, b));
    return { domain: [Math.max(0, least - 0.05), Math.min(1, greatest + 0.05)], nice: false };
  }
  if (ends.every((end) => end === 0)) return { domain: [0, 1] };
  return { zero: true, nice: true };
}

/** On a logarithmic axis only powers of ten, or every value between them would have a line. */
function valueAxis({ unit, scale }: TrendPanel, points: readonly TrendPanelPoint[]): object {
  if (scale === 'log') return { format: '~g', values: powersOfTen(points) };
  if (unit === 'share') return { labelExpr: "format(datum.value * 100, '~g') + ' %'" };
  if (unit === 'seconds') return { labelExpr: "format(datum.value, '~g') + ' s'" };
  if (unit === 'score') return { format: '.2f' };
  return unit === 'value' ? { format: '~g' } : { format: ',d', tickMinStep: 1 };
}

function powersOfTen(points: readonly TrendPanelPoint[]): number[] {
  const logs = points.flatMap(({ value }) => (value === null ? [] : [Math.log10(value)]));
  const first = Math.floor(logs.reduce((a, b) => Math.min(a, b), 0));
  const last = Math.ceil(logs.reduce((a, b) => Math.max(a, b), 1));
  const step = Math.max(1, Math.ceil((last - first) / 4));
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => 10 ** (first + step * index));
}
