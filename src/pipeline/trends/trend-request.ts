/** What trends may be asked for, read from texts: series such as `psi:age`, and the ends of a stretch of time. */
import { type ErrorCode, TidewatchError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest.ts';
import { isMeasureName, MEASURE_NAMES, MEASURES, type MeasureName } from '../../store/nouns/measures.ts';
import type { BucketSize } from '../../store/port/measurements.ts';

/** A measure, of the whole (label null) or of one column or segment. */
export interface SeriesName {
  readonly name: MeasureName;
  readonly label: string | null;
}

export type TrendStep = 'run' | BucketSize;

export interface TrendRequest {
  /** null: the most important ones that were measured. */
  readonly series: readonly SeriesName[] | null;
  /** ISO 8601, UTC; `since` is inclusive, `until` exclusive; null: no end. */
  readonly since: string | null;
  readonly until: string | null;
  /** null: by run where there are few, else by day, week or month. */
  readonly by: TrendStep | null;
  /** Only measurements of this model. */
  readonly modelVersion: string | null;
  /** Points a series at most, the newest. */
  readonly limit: number;
}

/** Who is told of a text that cannot be read. */
type Refusal = Extract<ErrorCode, 'usage' | 'request-invalid'>;

/** Reads `NAME` or `NAME:LABEL`. A name that is not measured is refused with the nearest one. */
export function parseSeriesName(text: string, refusal: Refusal): SeriesName {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const label = colon < 0 ? null : text.slice(colon + 1);
  if (!isMeasureName(name)) {
    const nearest = nearestName(name, MEASURE_NAMES);
    const meant = nearest === null ? '' : `Did you mean "${nearest}"? `;
    throw new TidewatchError(
      refusal,
      `"${name.slice(0, 80)}" is not measured. ${meant}Expected one of ${MEASURE_NAMES.join(', ')}.`,
      { details: { name, nearest } },
    );
  }
  if (label !== null && (label === '' || MEASURES[name].label === null)) {
    const what = MEASURES[name].label;
    throw new TidewatchError(
      refusal,
      `"${text.slice(0, 80)}" has ${label === '' ? 'no name after the colon' : 'a part after the colon'}; ` +
        (what === null ? `"${name}" is of the whole only.` : `expected the name of a ${what}.`),
      { details: { name, label } },
    );
  }
  return { name, label };
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;

/**
 * Reads an end of a stretch of time: a day (UTC), or a time with its zone. `until` a day means to the end of it.
 * Returns ISO 8601 in UTC.
 */
export function parseTimeEnd(key: 'since' | 'until', text: string, refusal: Refusal): string {
  const day = DAY.test(text);
  const time = day || TIME.test(text) ? Date.parse(day ? `${text}T00:00:00Z` : text) : Number.NaN;
  if (Number.isNaN(time) || (day && new Date(time).toISOString().slice(0, 10) !== text)) {
    throw new TidewatchError(
      refusal,
      `${key} is "${text.slice(0, 40)}"; expected a day such as 2026-03-01, or a time such as 2026-03-01T08:00:00Z.`,
      { details: { key } },
    );
  }
  return new Date(time + (day && key === 'until' ? DAY_MS : 0)).toISOString();
}

/** A request as it comes over HTTP. */
export interface TrendQuery {
  /** One name or several. */
  readonly name?: string | readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly by?: TrendStep | undefined;
  readonly model?: string | undefined;
  readonly limit: number;
}

/** Reads a query. Error `request-invalid` for an unknown name or an invalid time. */
export function requestOfQuery({ name, since, until, by, model, limit }: TrendQuery): TrendRequest {
  const names = typeof name === 'string' ? [name] : (name ?? null);
  return {
    series: names?.map((each) => parseSeriesName(each, 'request-invalid')) ?? null,
    since: since === undefined ? null : parseTimeEnd('since', since, 'request-invalid'),
    until: until === undefined ? null : parseTimeEnd('until', until, 'request-invalid'),
    by: by ?? null,
    modelVersion: model ?? null,
    limit,
  };
}
