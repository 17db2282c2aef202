/** Reads one CSV file as rows of the contract: header first, then each record as a line or a refusal. */
import { isUtf8 } from 'node:buffer';
import { asTidewatchError } from '../../base/errors.ts';
import type { TableContract } from '../port.ts';
import { FileRefused } from './file-refused.ts';
import { type HeaderMatch, headerNames, matchHeader } from './header.ts';
import { otherFormat } from './other-format.ts';
import { otherSeparator } from './other-separator.ts';
import { type RecordsSummary, readRecords } from './read-records.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordView } from './record-view.ts';

/** Columns that a file may have. */
export const MAX_COLUMNS = 16_384;

export interface ReadTableOptions {
  readonly contract: TableContract;
  readonly targetOptional: boolean;
  /** Called before the first row. Of a file without a header `extraColumns` grows while the file is read. */
  readonly onHeader: (header: HeaderMatch) => void;
  readonly onRow: (bytes: Uint8Array, record: RecordView, line: number) => void;
  readonly onBytes?: (bytes: number) => Promise<void>;
  /** Where a link may lead, as `openRegularFile`; absent: anywhere. */
  readonly within?: string | undefined;
  /** As in ReadOptions. */
  readonly maxUnpackedRatio?: number;
  /** Whether the file is a copy of another format that `TypedRecordReader` reads, whatever its name. */
  readonly isTyped?: boolean;
}

/**
 * @throws FileRefused with a reason in plain words; TidewatchError for what is not the file's fault (a full disk
 * in `onRow`, rows that do not add up).
 */
export async function readCsvTable(path: string, options: ReadTableOptions): Promise<RecordsSummary> {
  let headed = false;
  const onRecord = (bytes: Uint8Array, reader: RecordReader, line: number): void => {
    if (headed) {
      try {
        options.onRow(bytes, reader, line);
      } catch (error) {
        throw asTidewatchError(error);
      }
    } else {
      headed = true;
      options.onHeader(checkHeader(bytes, reader, options));
    }
  };
  const { onBytes, within, maxUnpackedRatio } = options;
  const summary = await readRecords(path, {
    capacity: MAX_COLUMNS,
    onRecord,
    within,
    ...(onBytes === undefined ? {} : { onBytes }),
    ...(maxUnpackedRatio === undefined ? {} : { maxUnpackedRatio }),
  });
  if (!headed) {
    const what = summary.bytes === 0 ? 'the file is empty (0 bytes)' : 'the file has only empty lines';
    throw new FileRefused('input-unreadable', `${what}; expected a line that names the columns`);
  }
  return summary;
}

function checkHeader(bytes: Uint8Array, reader: RecordReader, options: ReadTableOptions): HeaderMatch {
  const raw = reader.raw(bytes);
  const other = otherFormat(bytes.subarray(reader.start));
  const refuse = (kind: FileRefused['kind'], reason: string): never => {
    throw other === null ? new FileRefused(kind, reason) : new FileRefused('input-unreadable', other);
  };
  if (reader.damage === 'carriage-return') {
    refuse('input-unreadable', 'the first line has carriage returns inside; lines must end in LF or CRLF');
  }
  const text = Buffer.from(raw).toString('utf8');
  if (reader.damage !== null || !isUtf8(raw) || reader.fields > MAX_COLUMNS) {
    const wanted = options.contract.columns.map(({ name }) => name);
    refuse(
      'input-unreadable',
      otherSeparator([], text, wanted) ??
        'the first line is not the header of a CSV file in UTF-8; expected column names separated by commas',
    );
  }
  const answer = matchHeader(headerNames(bytes, reader), text, options.contract, options.targetOptional);
  return 'reason' in answer ? refuse(answer.kind, answer.reason) : answer;
}
