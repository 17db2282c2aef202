/** Reads a row that came by the API by the rules that data files are read by. */
import { TidewatchError } from '../base/errors.ts';
import { quoted } from '../base/shorten.ts';
import type { SourceRow } from '../core/models/row-inputs.ts';
import type { ContractColumn, TableContract } from './contract/table-contract.ts';
import { allColumnsOf } from './csv/columns-to-read.ts';
import { NumberColumn, numberStyleOf } from './csv/number-column.ts';
import { TimeColumn } from './csv/time-column.ts';

export type RowReader = (row: Readonly<Record<string, unknown>>) => SourceRow;

/**
 * Texts in columns of numbers become numbers, as a file's would ("1.234,50 €"), times of a format become those of
 * ISO 8601, and what means "missing" becomes null; all else stays as it is.
 * @throws TidewatchError value-invalid, from the reader, for a text that is no number or no time of its column.
 */
export function givenRowReader(contract: TableContract): RowReader {
  const missing = new Set(['', ...contract.missingTexts]);
  const readers = allColumnsOf(contract).flatMap((column) => {
    const read = textReader(contract, column);
    return read === null ? [] : [[column.name, read] as const];
  });
  return (row) => {
    const texts = readers.filter(([name]) => Object.hasOwn(row, name) && typeof row[name] === 'string');
    if (texts.length === 0) return row as SourceRow;
    const values = texts.map(([name, read]) => {
      const text = row[name] as string;
      const trimmed = text.trim();
      return [name, missing.has(text) || missing.has(trimmed) ? null : read(trimmed)];
    });
    return { ...row, ...Object.fromEntries(values) };
  };
}

/** Reads a trimmed text of the column; null where texts are taken as they are. */
function textReader(
  contract: TableContract,
  column: ContractColumn,
): ((text: string) => number | string) | null {
  const { name, role, dates } = column;
  if (role === 'time') {
    const times = dates === undefined ? null : new TimeColumn(dates);
    return times && ((text) => times.read(text) ?? refuse(name, text, times.expectation));
  }
  if (role !== 'numeric' && role !== 'value') return null;
  const numbers = new NumberColumn(numberStyleOf(contract, column));
  return (text) => {
    const value = numbers.valueOf(text, false);
    return Number.isNaN(value) ? refuse(name, text, numbers.fault(text)) : value;
  };
}

function refuse(column: string, text: string, fault: string): never {
  throw new TidewatchError('value-invalid', `Column ${column} of the row is ${quoted(text)}: ${fault}.`, {
    details: { column },
  });
}
