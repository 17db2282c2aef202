/** Reads a typed CSV, as `TypedRecordReader` has it, as rows of the contract. */
import { asTidewatchError } from '../../base/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { describesColumns } from './description-line.ts';
import { FileRefused } from './file-refused.ts';
import { MAX_COLUMNS } from './first-lines.ts';
import { type HeaderMatch, headerNames, matchHeader } from './header.ts';
import { LineCount } from './line-count.ts';
import type { ReadTableOptions, TableSummary } from './read-csv-table.ts';
import { type Count, readRecordsWith } from './read-records.ts';
import { TypedRecordReader } from './typed-record-reader.ts';

/** A source of rows that is no file, and how it counts them. */
interface TypedSource {
  readonly source: ByteSource;
  readonly count: Count;
  /** Rows under the header that may describe the columns, at most. */
  readonly descriptionLines: number;
}

/** Reads the file at `path`, or `typed` in place of it. @throws as readTable. */
export async function readTypedTable(
  path: string,
  options: ReadTableOptions,
  typed?: TypedSource,
): Promise<TableSummary> {
  const { contract, targetOptional, onHeader, onRow, onBytes, within, maxUnpackedRatio } = options;
  let header: HeaderMatch | null = null;
  let toDescribe = typed?.descriptionLines ?? 0;
  const reader = new TypedRecordReader(MAX_COLUMNS, typed !== undefined);
  const summary = await readRecordsWith(path, {
    reader,
    count: typed?.count ?? new LineCount(),
    within,
    onRecord: (bytes, record, line) => {
      if (header === null) {
        header = headerOf(bytes, record, contract, targetOptional);
        onHeader(header);
        return;
      }
      if (toDescribe > 0) {
        toDescribe--;
        if (describesColumns(contract, header, bytes, record)) return;
        toDescribe = 0;
      }
      if (record.errors.length > 0) record.judge(bytes, header.positions, contract.columns);
      try {
        onRow(bytes, record, line);
      } catch (error) {
        throw asTidewatchError(error);
      }
    },
    ...(typed && { open: async () => typed.source }),
    ...(onBytes && { onBytes }),
    ...(maxUnpackedRatio !== undefined && { maxUnpackedRatio }),
  });
  if (header === null) throw new FileRefused('input-unreadable', 'it has no row that names the columns');
  return { ...summary, reading: null };
}

function headerOf(
  bytes: Uint8Array,
  record: TypedRecordReader,
  contract: ReadTableOptions['contract'],
  targetOptional: boolean,
): HeaderMatch {
  const raw = Buffer.from(record.raw(bytes)).toString('utf8');
  const answer = matchHeader(headerNames(bytes, record), raw, contract, targetOptional);
  if ('reason' in answer) throw new FileRefused(answer.kind, answer.reason);
  return answer;
}
