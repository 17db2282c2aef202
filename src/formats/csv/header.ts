/** Holds the header of a file against the contract. */
import { nearColumns, nearColumnsQuestion, quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import type { MatchedColumn, TableContract } from '../contract/table-contract.ts';
import { aliasCommand } from './alias-command.ts';
import { allColumnsOf, columnsToRead } from './columns-to-read.ts';
import { matchColumns } from './match-columns.ts';
import { ESCAPED, type RecordReader } from './record-reader.ts';
import type { RecordView } from './record-view.ts';

/** Where the columns of the contract are in a file. */
export interface HeaderMatch {
  /** Number of columns in the file. */
  readonly width: number;
  /**
   * Position in the file of each column of the contract, those of `raw` after them. -1 where it is absent, or is
   * derived of columns that the file has.
   */
  readonly positions: readonly number[];
  readonly extraColumns: readonly string[];
  /** Columns that the file has under another name than the contract. */
  readonly matched: readonly MatchedColumn[];
  /** The header as it stands in the file, in UTF-8 and without its line ending; null where files of this format have none. */
  readonly raw: string | null;
  /** Of a workbook: the sheet that is read, and those that have a table too and are not. */
  readonly sheet?: { readonly name: string; readonly others: readonly string[] };
}

/** Why a file is no table of this contract. */
export interface HeaderRefusal {
  readonly kind: 'column-missing' | 'input-unreadable';
  readonly reason: string;
}

export type HeaderAnswer = HeaderMatch | HeaderRefusal;

/** Texts of the header's fields, spaces around them taken off. The record must be sound and not over-wide. */
export function headerNames(bytes: Uint8Array, reader: RecordReader): string[] {
  return Array.from({ length: reader.fields }, (_, field) => fieldText(bytes, reader, field).trim());
}

/** Text of a stored field, quotes undone; bytes that are not UTF-8 become U+FFFD. */
export function fieldText(bytes: Uint8Array, reader: RecordView, field: number): string {
  const slice = bytes.subarray(reader.starts[field], reader.ends[field]);
  const text = Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength).toString('utf8');
  return reader.quoting[field] === ESCAPED ? text.replaceAll('""', '"') : text;
}

/** Finds the columns of the contract by name. `targetOptional`: the target may be absent. */
export function matchHeader(
  names: readonly string[],
  raw: string,
  contract: TableContract,
  targetOptional: boolean,
): HeaderAnswer {
  const all = allColumnsOf(contract);
  const places = matchColumns(names, all);
  if ('reason' in places) return refuse('input-unreadable', places.reason);
  const read = columnsToRead(contract, places.positions);
  const { positions } = read;
  const used = new Set(positions);
  const matched = places.matched.filter(({ column }) => used.has(names.indexOf(column)));
  const missing = read.missing.filter(({ role }) => !(targetOptional && role === 'target'));
  const extraColumns = names.filter((_, field) => !used.has(field));
  if (missing.length === 0) return { width: names.length, positions, extraColumns, matched, raw };
  const found =
    names.length > 1 ? `its columns are ${quotedList(names)}` : `its first line is ${quoted(raw)}`;
  return refuse(
    'column-missing',
    missingText(
      missing.map(({ name }) => name),
      extraColumns,
      found,
    ),
  );
}

/** `found` says which columns there are, `spare` are those that the contract does not have. */
function missingText(missing: readonly string[], spare: readonly string[], found: string): string {
  const what = `the column${missing.length > 1 ? 's' : ''} ${quotedList(missing)} ${missing.length > 1 ? 'are' : 'is'} missing`;
  const question = nearColumnsQuestion(missing, spare);
  return question === null
    ? `${what}; ${found}. The first line must name the columns as the configuration does (\`columns\` in config.json)${otherNameText(missing, spare)}`
    : `${what}; ${question} ${renameText(missing, spare)}; ${found}`;
}

function otherNameText([missing]: readonly string[], spare: readonly string[]): string {
  const command = missing === undefined ? null : aliasCommand([{ column: 'NAME', as: missing }]);
  return spare.length === 0 || command === null ? '' : `; where the column NAME is it, run: ${command}`;
}

/** What to do where columns have a near name. */
export function renameText(missing: readonly string[], spare: readonly string[]): string {
  const command = aliasCommand([...nearColumns(missing, spare)].map(([as, column]) => ({ column, as })));
  const rename = 'Rename it in the file to the name in `columns` of config.json';
  return command === null ? rename : `If so, run: ${command} (or rename it in the file)`;
}

function refuse(kind: HeaderRefusal['kind'], reason: string): HeaderRefusal {
  return { kind, reason };
}

/** Fields as one CSV record without its line ending, in quotes only where they need them. */
export function renderRecord(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
