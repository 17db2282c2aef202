/** What keeps a record of a file from being a row, before its values are looked at. */
import { isUtf8 } from 'node:buffer';
import type { RecordView, RowRefusal } from './record-view.ts';

const NOT_UTF8 =
  'the line has bytes that are not UTF-8, as the file is; save the file as UTF-8, or name its encoding (`input.encoding` in config.json)';

/** `width`: fields of the header. null: nothing does. */
export function recordFault(bytes: Uint8Array, record: RecordView, width: number): RowRefusal | null {
  if (record.damage !== null) {
    return record.damage === 'too-long' || isText(bytes, record)
      ? record.refusal()
      : { column: null, reason: NOT_UTF8 };
  }
  if (record.fields !== width) {
    const few = record.fields < width ? 'few' : 'many';
    const reason = `too ${few} fields: got ${record.fields}, expected ${width} as in the header`;
    return { column: null, reason };
  }
  return !record.beyondAscii || isText(bytes, record) ? null : { column: null, reason: NOT_UTF8 };
}

function isText(bytes: Uint8Array, { start, end }: RecordView): boolean {
  return isUtf8(bytes.subarray(start, end));
}
