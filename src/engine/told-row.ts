/** Reads a row that came by the API by the rules that data files are read by. */
import { TidewatchError } from '../base/errors.ts';
import { quoted } from '../base/shorten.ts';
import type { SourceRow } from '../core/models/scorer.ts';
import { NumberColumn, numberStyleOf } from './csv/number-column.ts';
import type { TableContract } from './port.ts';

export type RowReader = (row: Readonly<Record<string, unknown>>) => SourceRow;

/**
 * Texts in columns of numbers become numbers, as a file's would ("1.234,50 €"), and null where they mean "missing"; all
 * else stays as it is.
 * @throws TidewatchError value-invalid, from the reader, for a text that is no number of its column.
 */
export function toldRowReader(contract: TableContract): RowReader {
  const missing = new Set(['', ...contract.missingTexts]);
  const columns = contract.columns
    .filter(({ role }) => role === 'numeric' || role === 'value')
    .map((column) => [column.name, new NumberColumn(numberStyleOf(contract, column))] as const);
  return (row) => {
    const texts = columns.filter(([name]) => Object.hasOwn(row, name) && typeof row[name] === 'string');
    if (texts.length === 0) return row as SourceRow;
    const read = texts.map(([name, column]) => [name, numberOf(name, column, row[name] as string, missing)]);
    return { ...row, ...Object.fromEntries(read) };
  };
}

function numberOf(
  name: string,
  column: NumberColumn,
  text: string,
  missing: ReadonlySet<string>,
): number | null {
  const trimmed = text.trim();
  if (missing.has(text) || missing.has(trimmed)) return null;
  const value = column.valueOf(trimmed, false);
  if (!Number.isNaN(value)) return value;
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} of the row is ${quoted(text)}: ${column.fault(trimmed)}.`,
    { details: { column: name } },
  );
}
