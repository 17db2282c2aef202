/** Which watermarks of a source are read, and which are refused. */
import { TidewatchError } from '../../base/errors.ts';
import type { ExternalColumn, ExternalKind } from '../../store/external/external-database.ts';
import type { Bounds, SourceOptions } from './source-query.ts';
import { lowerBound, watermarkKind } from './watermark.ts';

/** From where on rows are read, and up to where. Refuses a column that cannot hold what was pulled from it before. */
export function boundsOf(
  [column]: readonly ExternalColumn[],
  last: string | null,
  ahead: string,
  source: SourceOptions,
): Bounds {
  const kind = column?.kind ?? 'any';
  const isOther = kind === 'time' || kind === 'number';
  if (last !== null && isOther && kind !== watermarkKind(last)) {
    checkWatermark(kind === 'time' ? ahead : '0', last, kind, source);
  }
  return {
    from: last === null ? null : lowerBound(last, source.overlap),
    before: kind === 'number' || kind === 'truth' ? null : ahead,
  };
}

/**
 * Refuses a watermark that is none, or of another kind than the one `before` it, or a number that a column of text
 * holds, whose order is not that of numbers.
 */
export function checkWatermark(
  watermark: string,
  before: string | null,
  columnKind: ExternalKind,
  source: SourceOptions,
): void {
  const kind = watermarkKind(watermark);
  const isText = kind === 'number' && columnKind === 'text';
  if (kind !== null && !isText && (before === null || kind === watermarkKind(before))) return;
  const expected =
    before !== null
      ? `a value like ${before}`
      : 'a decimal number or a time in ISO 8601, from year 1 to 9999';
  throw new TidewatchError(
    'value-invalid',
    `The watermark "${source.watermark}" of the source "${source.name}" is ${JSON.stringify(watermark)} in a row; expected ` +
      `${isText ? 'a number in a column of numbers, since text has another order' : expected}. Choose a column of numbers or ` +
      'times, or make it one in a query; a source whose watermark is another column now needs another name.',
    { details: { source: source.name, column: source.watermark, value: watermark } },
  );
}
