/** Small plots for terminals: points with their intervals over time, and upright lines where something changed. */
import { styleText } from 'node:util';

export interface PlotPoint {
  /** Where along the axis, in any unit that grows. */
  readonly x: number;
  /** null: nothing is drawn. */
  readonly y: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface PlotOptions {
  /** Characters a line may have; below 30 it is drawn as for 30. */
  readonly width: number;
  /** Lines of the plot itself, from 3. */
  readonly height: number;
  readonly colour: boolean;
  readonly scale: 'linear' | 'log';
  /** What the values can be at all; the axis goes no further. */
  readonly bounds: { readonly low: number | null; readonly high: number | null };
  /** Where something changed, in the unit of x. */
  readonly marks: readonly number[];
  /** A value in words, for the axis. */
  readonly format: (value: number) => string;
  /** What stands below the left and the right end. */
  readonly ends: readonly [left: string, right: string];
}

const NARROWEST = 30;
const INK = Object.freeze({ point: '●', interval: '│', mark: '┊', axis: '┤', corner: '└', floor: '─' });
const ASCII: Readonly<Record<string, string>> = Object.freeze({
  '●': '*',
  '│': ':',
  '┊': '|',
  '┤': '|',
  '└': '+',
  '─': '-',
  '–': '-',
});

interface Column {
  sum: number;
  count: number;
  low: number;
  high: number;
}

/**
 * The plot as lines of text: a dot a column (the mean, where several points share one), its interval as a bar, marks
 * as dotted lines. Values that are null, not finite or (on a logarithmic scale) not above 0 are left out. Null where
 * no value is left to draw.
 */
export function renderPlot(points: readonly PlotPoint[], options: PlotOptions): string | null {
  const scaleOf = options.scale === 'log' ? Math.log10 : (value: number) => value;
  const usable = points.filter(({ y }) => y !== null && Number.isFinite(scaleOf(y)));
  if (usable.length === 0) return null;
  const axis = valueAxis(usable, options, scaleOf);
  const labels = [axis.high, axis.low].map((end) => options.format(axis.valueOf(end)));
  const gutter = Math.max(...labels.map((text) => text.length));
  const width = Math.max(options.width, NARROWEST) - gutter - 2;
  const place = placeOf(usable, options.marks, width);
  const columns = gather(usable, place, scaleOf);
  const marks = new Set(options.marks.map(place).filter((column) => column >= 0 && column < width));
  const rowOf = (value: number) => {
    const share = (value - axis.low) / (axis.high - axis.low);
    return options.height - 1 - Math.round(Math.min(Math.max(share, 0), 1) * (options.height - 1));
  };
  const lines = Array.from({ length: options.height }, (_, row) => {
    const label = row === 0 ? labels[0] : row === options.height - 1 ? labels[1] : '';
    const cells = Array.from({ length: width }, (_, column) =>
      cellOf(columns.get(column), marks.has(column), row, rowOf),
    );
    return `${(label ?? '').padStart(gutter)} ${INK.axis}${paint(cells.join('').trimEnd(), options.colour)}`;
  });
  return [...lines, ...footer(gutter, width, options.ends)].join('\n');
}

/** A text of this system's own drawing characters in plain ASCII. */
export function asciiOf(text: string): string {
  return text.replace(/[●│┊┤└─–]/g, (character) => ASCII[character] ?? character);
}

function valueAxis(
  points: readonly PlotPoint[],
  { bounds, scale }: PlotOptions,
  scaleOf: (value: number) => number,
) {
  const ends = points
    .flatMap(({ y, low, high }) => [y, low, high])
    .flatMap((value) => (value === null ? [] : [scaleOf(value)]))
    .filter(Number.isFinite);
  const least = ends.reduce((a, b) => Math.min(a, b));
  const greatest = ends.reduce((a, b) => Math.max(a, b));
  // One value alone stands in the middle of what is about its own size.
  const room = greatest > least ? 0 : Math.max(Math.abs(least) * 0.1, 1e-3);
  const bound = (value: number, end: number | null, pick: (a: number, b: number) => number) =>
    end === null || scale === 'log' ? value : pick(value, end);
  const low = bound(least - room, bounds.low, Math.max);
  const high = bound(greatest + room, bounds.high, Math.min);
  return {
    low,
    high: high > low ? high : low + Math.max(1e-9, Math.abs(low) * 1e-9),
    valueOf: (end: number) => (scale === 'log' ? 10 ** end : end),
  };
}

/** The column of a place; one place alone is in the middle. Marks before the first point are left of the plot. */
function placeOf(points: readonly PlotPoint[], marks: readonly number[], width: number) {
  const places = points.map(({ x }) => x);
  const first = places.reduce((a, b) => Math.min(a, b));
  const last = [...places, ...marks.filter((mark) => mark >= first)].reduce((a, b) => Math.max(a, b));
  return (x: number): number =>
    last === first ? Math.floor(width / 2) : Math.round(((x - first) / (last - first)) * (width - 1));
}

function gather(
  points: readonly PlotPoint[],
  place: (x: number) => number,
  scaleOf: (value: number) => number,
): ReadonlyMap<number, Column> {
  const columns = new Map<number, Column>();
  for (const { x, y, low, high } of points) {
    if (y === null) continue;
    const value = scaleOf(y);
    const at = place(x);
    const column = columns.get(at) ?? { sum: 0, count: 0, low: value, high: value };
    column.sum += value;
    column.count += 1;
    column.low = Math.min(column.low, value, low === null ? value : scaleOf(low));
    column.high = Math.max(column.high, value, high === null ? value : scaleOf(high));
    columns.set(at, column);
  }
  return columns;
}

function cellOf(
  column: Column | undefined,
  marked: boolean,
  row: number,
  rowOf: (value: number) => number,
): string {
  if (column !== undefined) {
    if (row === rowOf(column.sum / column.count)) return INK.point;
    if (row >= rowOf(column.high) && row <= rowOf(column.low)) return INK.interval;
  }
  return marked ? INK.mark : ' ';
}

function footer(gutter: number, width: number, [left, right]: PlotOptions['ends']): string[] {
  const gap = Math.max(1, width - left.length - right.length);
  const names = left === right ? left : `${left}${' '.repeat(gap)}${right}`;
  return [
    `${' '.repeat(gutter)} ${INK.corner}${INK.floor.repeat(width)}`,
    `${' '.repeat(gutter + 2)}${names}`.trimEnd(),
  ];
}

function paint(text: string, colour: boolean): string {
  if (!colour) return text;
  return text
    .replace(/●+/g, (dots) => styleText('cyan', dots, { validateStream: false }))
    .replace(/┊/g, (mark) => styleText('dim', mark, { validateStream: false }));
}
