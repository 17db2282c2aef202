/** Trends as CSV: a line a point, oldest first, numbers in full, an empty field where there is none. */
import { guardFormula } from '../../formats/csv/formula-guard.ts';
import { renderRecord } from '../../formats/csv/header.ts';
import type { DeploymentStore } from '../../store/port/deployments.ts';
import type { MeasurementStore } from '../../store/port/measurements.ts';
import type { TrendRequest } from './trend-request.ts';
import { readTrends, type TrendPoint, type TrendSeries, type Trends } from './trends.ts';

const NUMBERS = ['value', 'low', 'high', 'min', 'max', 'last', 'count', 'rows'] as const;

const HEADER = `${renderRecord(['name', 'label', 'from', 'to', 'bucket', 'model', ...NUMBERS])}\n`;

/** The lines of a series, without the header. */
function renderTrendLines(series: TrendSeries): string {
  const head = renderRecord([series.name, series.label ?? ''].map(guardFormula));
  return series.points.map((point) => renderLine(head, point)).join('');
}

/** Times, ids and numbers hold nothing that needs quotes. */
function renderLine(head: string, point: TrendPoint): string {
  const { from, to, bucket, modelVersion } = point;
  const numbers = NUMBERS.map((key) => point[key] ?? '').join(',');
  return `${head},${from},${to},${bucket ?? ''},${modelVersion ?? ''},${numbers}\n`;
}

/** The points of trends that were read. */
export function renderTrendCsv({ series }: Trends): string {
  return HEADER + series.map(renderTrendLines).join('');
}

/** Every point of the request, in chunks, a series at a time, so that no more than one is in memory. */
export async function* trendCsv(
  store: Pick<MeasurementStore, 'measurements' | 'measurementBuckets' | 'measurementNames'> &
    Pick<DeploymentStore, 'deployments'>,
  request: TrendRequest,
): AsyncGenerator<string> {
  yield HEADER;
  const all = request.series ?? (await store.measurementNames()).map(({ name, label }) => ({ name, label }));
  for (const name of all) {
    const { series } = await readTrends(store, { ...request, by: request.by ?? 'run', series: [name] });
    for (const each of series) yield renderTrendLines(each);
  }
}
