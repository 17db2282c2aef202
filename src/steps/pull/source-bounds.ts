/** Which watermarks of a source are read, and which are refused. */
import { TidewatchError } from '../../base/errors.ts';
import type { ExternalColumn, ExternalKind } from '../../store/external/external-database.ts';
import type { Bounds, SourceOptions } from './source-query.ts';
import { compareWatermarks, isSameForm, lowerBound, watermarkKind } from './watermark.ts';

/** From where on rows are read, and up to where. Refuses a column that cannot hold what was pulled from it before. */
export function boundsOf(
  [column]: readonly ExternalColumn[],
  last: string | null,
  ahead: string,
  source: SourceOptions,
): Bounds {
  const kind = column?.kind ?? 'any';
  const isSure = kind === 'time' || kind === 'number';
  if (last !== null && isSure && kind !== watermarkKind(last)) {
    throw refusal(source, `a column of type ${column?.type} now`, `values like ${last}`);
  }
  return {
    from: last === null ? null : lowerBound(last, source.overlap),
    before: kind === 'number' || kind === 'truth' ? null : ahead,
  };
}

/**
 * Refuses a watermark that is none, a number that a column of text holds, whose order is not that of numbers, and a
 * time in another form than the one `before` it, or any other kind.
 */
export function checkWatermark(
  watermark: string,
  before: string | null,
  columnKind: ExternalKind,
  source: SourceOptions,
): void {
  const got = `${JSON.stringify(watermark)} in a row`;
  const kind = watermarkKind(watermark);
  if (kind === 'number' && columnKind === 'text') {
    throw refusal(source, got, 'numbers in a column of numbers, since text has another order');
  }
  const isLike = before === null || (kind === watermarkKind(before) && isSameForm(watermark, before));
  if (kind !== null && isLike) return;
  throw refusal(
    source,
    got,
    before === null ? 'a decimal number or a time in ISO 8601' : `values like ${before}`,
  );
}

/** Refuses a watermark that the database put after a greater one. */
export function checkOrder(watermark: string, before: string | null, source: SourceOptions): void {
  if (before === null || compareWatermarks(watermark, before) >= 0) return;
  throw refusal(
    source,
    `${watermark} in a row after the one with ${before}`,
    'the order of numbers or of times',
  );
}

function refusal(source: SourceOptions, got: string, expected: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `The watermark "${source.watermark}" of the source "${source.name}" is ${got}; expected ${expected}. Choose a column of ` +
      'numbers or times, or make it one, in one form, by a query; a source whose watermark is another now needs another name.',
    { details: { source: source.name, column: source.watermark } },
  );
}
