/** Which rows of the overlap have been pulled already. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fieldText } from '../../formats/csv/header.ts';
import { readRecords } from '../../formats/csv/read-records.ts';
import type { PulledFile } from './pulled-files.ts';
import { compareWatermarks } from './watermark.ts';

const DIGEST_BYTES = 16;

/**
 * A digest of 128 bits of each row of `files` from the watermark `from` on, in all columns and the watermark. Only
 * files that reach so far are read. Memory grows with the rows of the overlap, not with those of the source.
 */
export async function readKnownRows(
  folder: string,
  files: readonly PulledFile[],
  from: string,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const file of files.filter(({ watermark }) => compareWatermarks(watermark, from) >= 0)) {
    await readRecords(join(folder, file.name), {
      capacity: 1,
      onRecord: (bytes, reader, line) => {
        if (line > 1 && compareWatermarks(fieldText(bytes, reader, 0), from) >= 0)
          known.add(digestOf(reader.raw(bytes)));
      },
    });
  }
  return known;
}

/** What tells a row of a source from others: its line as it is written. */
export function digestOf(line: string | Uint8Array): string {
  return createHash('sha256').update(line).digest().toString('latin1', 0, DIGEST_BYTES);
}
