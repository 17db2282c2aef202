/** Trends as text for people: a plot a series, and tables of the numbers. */
import type { ModelChange, TrendPoint, TrendSeries, Trends } from '../pipeline/trends/trends.ts';
import { seriesTitle } from '../pipeline/trends/trends-verb.ts';
import { formatCount } from '../report/text/format.ts';
import { formatMeasure } from '../report/text/format-measure.ts';
import { asciiOf, renderPlot } from '../report/text/render-plot.ts';
import { renderTable } from '../report/text/render-table.ts';

export interface TrendsTextOptions {
  /** Whether to list the points themselves. */
  readonly detailed: boolean;
  readonly width: number;
  readonly colour: boolean;
  /** Only ASCII characters. */
  readonly ascii: boolean;
}

/** Newest points that a table lists. */
const LISTED = 20;
/** Lines of a plot among many, and of one that was asked for. */
const SMALL_PLOT = 5;
const LARGE_PLOT = 9;
const WIDEST_PLOT = 100;

/** The whole answer of `tidewatch trends`. Where nothing was measured, it says how to begin. */
export function renderTrends(trends: Trends, options: TrendsTextOptions): string {
  const { series } = trends;
  if (series.every(({ points }) => points.length === 0)) return nothingText(trends);
  const tables = options.detailed
    ? series.map((each) => pointTable(each, trends, options))
    : [overview(series, options), changesText(trends, options)];
  const sections = [headline(trends), ...series.map((each) => plotText(each, trends, options)), ...tables];
  const text = sections.filter((section) => section !== '').join('\n\n');
  return options.ascii ? asciiOf(text) : text;
}

function nothingText({ series, since, until, modelVersion }: Trends): string {
  if (since !== null || until !== null || modelVersion !== null) {
    return 'Nothing was measured there. Leave out --since, --until and --model to see all that was.';
  }
  const what = series.length === 0 ? 'Nothing has' : `${series.map(seriesTitle).join(', ')}: nothing has`;
  return `${what} been measured yet. "tidewatch run" measures, and every run adds a point.`;
}

function headline({ by, since, until, modelVersion, deployments }: Trends): string {
  const from = since === null ? '' : ` from ${dayText(since)}`;
  const to = until === null ? '' : ` to ${dayText(until)}`;
  const of = modelVersion === null ? '' : ` of model ${modelVersion}`;
  const marks = deployments.length === 0 ? '' : '; ┊ a model went live';
  return `Trends by ${by}${of}${from}${to}, times in UTC${marks}`;
}

function plotText(series: TrendSeries, trends: Trends, options: TrendsTextOptions): string {
  const { width, colour } = options;
  const { points, unit, scale } = series;
  const ordered = trends.by === 'model';
  const shown = points.map((point, index) => ({
    x: ordered ? index : Date.parse(point.from),
    y: point.value,
    low: trends.by === 'run' ? point.low : point.min,
    high: trends.by === 'run' ? point.high : point.max,
  }));
  const plot = renderPlot(shown, {
    width: Math.min(width, WIDEST_PLOT),
    height: options.detailed ? LARGE_PLOT : SMALL_PLOT,
    colour,
    scale,
    bounds: { low: unit === 'value' ? null : 0, high: unit === 'score' || unit === 'share' ? 1 : null },
    marks: ordered ? [] : marksOf(shown, trends),
    format: (value) => formatMeasure(value, unit),
    ends: [placeText(points[0], trends), placeText(points.at(-1), trends)],
  });
  const title = `${seriesTitle(series)}: ${latestText(series, trends)}`;
  const drawn = points.filter(({ value }) => value !== null).length;
  if (drawn === 1) return `${title} (one point so far)`;
  return plot === null ? title : `${title}\n${plot}`;
}

/** A run deploys after it has begun, so a model change stands where the last point up to it stands. */
function marksOf(shown: readonly { readonly x: number }[], { deployments }: Trends): number[] {
  return deployments.flatMap(({ at }) => {
    const before = shown.findLast(({ x }) => x <= Date.parse(at));
    return before === undefined ? [] : [before.x];
  });
}

/** The newest number in words. */
function latestText({ points, unit, truncated }: TrendSeries, { by }: Trends): string {
  const newest = points.findLast(({ value }) => value !== null);
  if (newest === undefined) return points.length === 0 ? 'not measured yet' : 'no number yet';
  const interval =
    by === 'run' && newest.low !== null && newest.high !== null ? ` (${intervalText(newest, unit)})` : '';
  const value = by === 'run' ? newest.value : newest.last;
  const cut = truncated ? `, the newest ${formatCount(points.length)} points` : '';
  return `${formatMeasure(value, unit)}${interval}${cut}`;
}

function intervalText({ low, high }: TrendPoint, unit: TrendSeries['unit']): string {
  return low === null || high === null ? '' : `${formatMeasure(low, unit)} to ${formatMeasure(high, unit)}`;
}

/** A line a series: what it is now and what it was. */
function overview(series: readonly TrendSeries[], options: TrendsTextOptions): string {
  return renderTable(
    [
      { header: 'measure' },
      { header: 'newest', align: 'right' },
      { header: 'interval' },
      { header: 'mean', align: 'right' },
      { header: 'least', align: 'right' },
      { header: 'greatest', align: 'right' },
      { header: 'numbers', align: 'right' },
      { header: 'rows', align: 'right' },
    ],
    series.map((each) => {
      const { points, unit, name } = each;
      const newest = points.findLast(({ value }) => value !== null) ?? null;
      const { mean, min, max, count } = totals(points);
      return [
        name,
        formatMeasure(newest?.last ?? null, unit),
        newest === null ? '' : intervalText(newest, unit),
        formatMeasure(mean, unit),
        formatMeasure(min, unit),
        formatMeasure(max, unit),
        formatCount(count),
        formatCount(newest?.rows ?? null),
      ];
    }),
    options,
  );
}

function totals(points: readonly TrendPoint[]) {
  const counted = points.filter(({ value }) => value !== null);
  const count = counted.reduce((sum, point) => sum + point.count, 0);
  const sum = counted.reduce((total, point) => total + (point.value ?? 0) * point.count, 0);
  const least = counted.reduce((a, { min }) => Math.min(a, min ?? a), Number.POSITIVE_INFINITY);
  const greatest = counted.reduce((a, { max }) => Math.max(a, max ?? a), Number.NEGATIVE_INFINITY);
  return count === 0
    ? { mean: null, min: null, max: null, count }
    : { mean: sum / count, min: least, max: greatest, count };
}

/** The newest points one by one, newest first; a model that is not the one before it is marked. */
function pointTable(series: TrendSeries, trends: Trends, options: TrendsTextOptions): string {
  const { points, unit } = series;
  const shown = points.slice(-LISTED).toReversed();
  const single = trends.by === 'run';
  const table = renderTable(
    [
      { header: trends.by },
      { header: single ? 'value' : 'mean', align: 'right' },
      { header: single ? 'interval' : 'least to greatest' },
      { header: single ? 'rows' : 'numbers', align: 'right' },
      { header: 'model' },
    ],
    shown.map((point, index) => [
      placeText(point, trends),
      formatMeasure(point.value, unit),
      single ? intervalText(point, unit) : intervalText({ ...point, low: point.min, high: point.max }, unit),
      formatCount(single ? point.rows : point.count),
      modelText(point, shown[index + 1] ?? points.at(-LISTED - 1)),
    ]),
    options,
  );
  const more = points.length > LISTED ? `, the newest ${LISTED} of ${formatCount(points.length)}` : '';
  return `${seriesTitle(series)}${more}\n${table}`;
}

function modelText(point: TrendPoint, before: TrendPoint | undefined): string {
  const version = point.modelVersion ?? '';
  const isNew = before !== undefined && before.modelVersion !== point.modelVersion && version !== '';
  return isNew ? `${version} (new)` : version;
}

function changesText({ deployments }: Trends, options: TrendsTextOptions): string {
  if (deployments.length === 0) return '';
  const shown = deployments.slice(-5).toReversed();
  const table = renderTable(
    [{ header: 'went live' }, { header: 'model' }, { header: 'F1', align: 'right' }],
    shown.map(({ at, modelVersion, f1 }: ModelChange) => [
      timeText(at),
      modelVersion,
      formatMeasure(f1, 'score'),
    ]),
    options,
  );
  const more =
    deployments.length > shown.length ? `, the newest ${shown.length} of ${deployments.length}` : '';
  return `Model changes${more}\n${table}`;
}

function placeText(point: TrendPoint | undefined, { by }: Trends): string {
  if (point === undefined) return '';
  return by === 'run' ? timeText(point.from) : (point.bucket ?? 'no model');
}

function timeText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function dayText(time: string): string {
  return time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : timeText(time);
}
