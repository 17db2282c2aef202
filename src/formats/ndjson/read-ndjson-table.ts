/** Reads one file of JSON objects, one a line or in an array, as rows of the contract: each as a row or a refusal. */

import { asTidewatchError } from '../../base/errors.ts';
import { isOtherSpelling, nearColumnsQuestion, quotedList } from '../../base/near-columns.ts';
import { readColumnsOf } from '../contract/contract.ts';
import { allColumnsOf } from '../csv/columns-to-read.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { renameText } from '../csv/header.ts';
import { otherFormat } from '../csv/other-format.ts';
import type { ReadTableOptions, TableSummary } from '../csv/read-csv-table.ts';
import { readRecordsWith } from '../csv/read-records.ts';
import { isJsonArray } from '../data-endings.ts';
import { openObjects } from './array-source.ts';
import { JsonLineReader } from './json-line-reader.ts';
import { KeyTable } from './key-table.ts';
import { ObjectCount } from './object-count.ts';

/** A column that so many objects lack, all of a file, is no column without values but one of another name. */
const ENOUGH_OBJECTS = 20;

/**
 * Keys are the names of columns, in any order; a key that an object lacks is a missing value, and one that no object
 * has of a file of 20 or more is a missing column, as in CSV. The header comes before the first row, and its `extraColumns`
 * and `matched` are all there at the end.
 * @throws FileRefused with a reason in plain words, at the end of the file too; TidewatchError as readTable.
 */
export async function readNdjsonTable(path: string, options: ReadTableOptions): Promise<TableSummary> {
  const { contract, onHeader, onRow, onBytes, within, maxUnpackedRatio } = options;
  const read = readColumnsOf(contract);
  const keys = new KeyTable(read);
  const reader = new JsonLineReader(keys, read.length);
  let first: string | null = null;
  let other: string | null = null;
  const summary = await readRecordsWith(path, {
    reader,
    count: new ObjectCount(),
    open: openObjects,
    onRecord: (bytes, record, line) => {
      if (first === null) {
        other = otherFormat(bytes.subarray(record.start));
        first = record.damage === null ? '' : `of its first line: ${record.refusal().reason}`;
        const positions = allColumnsOf(contract).map((column) => read.indexOf(column));
        const { others: extraColumns, matched } = keys;
        onHeader({ width: read.length, positions, extraColumns, matched, raw: null });
      }
      try {
        onRow(bytes, record, line);
      } catch (error) {
        throw asTidewatchError(error);
      }
    },
    within,
    ...(onBytes === undefined ? {} : { onBytes }),
    ...(maxUnpackedRatio === undefined ? {} : { maxUnpackedRatio }),
  });
  if (first === null) {
    const nothing = isJsonArray(path) ? 'the file has no object in it' : 'the file has only empty lines';
    const what = summary.bytes === 0 ? 'the file is empty (0 bytes)' : nothing;
    throw new FileRefused('input-unreadable', `${what}; expected one JSON object a line`);
  }
  if (reader.objects === 0) {
    throw new FileRefused(
      'input-unreadable',
      other ??
        `no line of it is an object of JSON; expected one object a line, as {"name": value, ...}; ${first}`,
    );
  }
  refuseMissing(options, reader, keys);
  return { ...summary, reading: null };
}

/**
 * A name that no object has is most likely written otherwise there, so the file is refused as a CSV would be: of a few
 * objects only where they have it in another spelling.
 */
function refuseMissing(
  { contract, targetOptional }: ReadTableOptions,
  { seen, objects }: JsonLineReader,
  keys: KeyTable,
): void {
  // Objects that have what is derived itself are of a table that the derivation was made for already.
  const given = contract.columns.flatMap(({ name, derived }) =>
    derived !== undefined && keys.others.includes(name) ? derived.from : [],
  );
  const isCertain = (name: string) =>
    objects >= ENOUGH_OBJECTS ||
    given.includes(name) ||
    keys.others.some((key) => isOtherSpelling(name, key));
  const missing = readColumnsOf(contract)
    .filter(({ role }, k) => seen[k] !== true && !(targetOptional && role === 'target'))
    .map(({ name }) => name)
    .filter(isCertain);
  if (missing.length === 0) return;
  const question = nearColumnsQuestion(missing, keys.others);
  throw new FileRefused(
    'column-missing',
    `no object of the file has the key${missing.length > 1 ? 's' : ''} ${quotedList(missing)}; ` +
      `${question === null ? '' : `${question} ${renameText(missing, keys.others)}; `}` +
      `${keys.others.length === 0 ? '' : `keys of no column are ${quotedList(keys.others)}. `}` +
      `${question === null ? 'Keys must be named as the configuration does (`columns` in config.json); where' : 'Where'} ` +
      'a column has no value at all, write null once',
  );
}
