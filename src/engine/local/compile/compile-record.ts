/** What a compilation leaves behind for the next one, so that files already compiled need not be read again. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../base/atomic-file.ts';
import { readTextFile } from '../../../base/regular-file.ts';
import type { TableContract } from '../../../formats/contract/table-contract.ts';
import type { FileReport } from '../../../formats/file-report.ts';
import { isOutcomeFile } from '../../../formats/outcome-file.ts';
import { quarantinePath } from '../../../formats/quarantine/quarantine-file.ts';
import { isPartList, partListPath, partNameSchema } from '../files/snapshot-parts.ts';
import { contentIdOf } from './content-id.ts';
import { type FileMark, fingerprint, isSameMark, markOf } from './fingerprint.ts';

const RECORD_NAME = '.compiled.json';
/** The table of the rows of finaldata.csv, by which the next compilation knows them again. */
const ROWS_NAME = '.compiled.rows';
const FORMAT = 'tidewatch-compiled/3';

const count = z.int().nonnegative();
const mark = z.object({ size: count, modifiedMs: z.number(), changedMs: z.number(), inode: z.number() });
const recordSchema = z.object({
  format: z.literal(FORMAT),
  /** Hash of the contract that the rows were held against (contractHash). */
  contract: z.string(),
  /** Id of finaldata.csv (ContentId). */
  id: z.string(),
  csv: z.object({
    mark,
    /** Hex SHA-256 of its full pieces (ContentId). */
    pieces: z.array(z.string()),
  }),
  /** The Parquet files of the snapshot, in the order of their rows. */
  parts: z.array(z.object({ name: partNameSchema, rows: count, bytes: count })).min(1),
  /** What the rows showed of the columns (RowWriter). */
  columns: z.object({
    fractional: z.array(z.boolean()),
    missing: z.array(count),
    labels: z.array(z.tuple([z.string(), count])),
    longestLine: count,
  }),
  files: z.array(
    z.object({
      mark,
      report: z.object({
        name: z.string(),
        bytes: count,
        sha256: z.string(),
        status: z.enum(['accepted', 'rejected']),
        reason: z.string().nullable(),
        extraColumns: z.array(z.string()),
        matched: z.array(z.object({ column: z.string(), as: z.string() })).default([]),
        read: count,
        kept: count,
        duplicates: count,
        quarantined: count,
        unlabelled: count.default(0),
      }),
    }),
  ),
});

export type CompileRecord = z.output<typeof recordSchema>;

/** Hash over all that the contract says, and what else of the configuration decides whether a file is taken. */
export function contractHash(contract: TableContract, maxUnpackedRatio: number): string {
  return createHash('sha256')
    .update(JSON.stringify([contract, maxUnpackedRatio]))
    .digest('hex');
}

export interface RecordedFile {
  readonly mark: FileMark;
  readonly report: FileReport;
}

/** Writes the record; files that still wait are not part of it, and where one does there is no record. */
export function writeCompileRecord(
  output: string,
  record: Omit<CompileRecord, 'format' | 'files'> & { readonly files: readonly RecordedFile[] },
): void {
  writeFileAtomic(join(output, RECORD_NAME), `${JSON.stringify({ format: FORMAT, ...record })}\n`);
}

/**
 * The record of the last compilation, if its files are the first of `names` and none has changed. A file is taken
 * to be the same by size, times and inode without being read, else by its hash; an edited file under an old name
 * changes one of them. Null where anything differs: all is read then.
 */
export async function findCompileRecord(
  request: {
    readonly folder: string;
    readonly output: string;
    readonly contract: TableContract;
    readonly maxUnpackedRatio: number;
  },
  names: readonly string[],
  quarantineFolder: string,
): Promise<CompileRecord | null> {
  const record = readRecord(join(request.output, RECORD_NAME));
  if (record?.contract !== contractHash(request.contract, request.maxUnpackedRatio)) return null;
  if (record.files.some(({ report }, k) => report.name !== names[k])) return null;
  for (const { mark, report } of record.files) {
    if (report.quarantined > 0 && !existsSync(quarantinePath(quarantineFolder, report.name))) return null;
    if (!(await isUnchanged(join(request.folder, report.name), mark, report.sha256))) return null;
  }
  return record;
}

/**
 * The files in the order in which they came: those of the last compilation in its order, then the others in the order
 * given, which is that of their names; files of entered outcomes stay last. A record that is of no other use any more,
 * since the contract is another one, still tells the order.
 */
export function inOrderOfArrival(output: string, names: readonly string[]): string[] {
  const known = namesInRecord(join(output, RECORD_NAME));
  const place = new Map(known.map((name, k) => [name, k]));
  const rank = (name: string): number =>
    isOutcomeFile(name) ? known.length + 1 : (place.get(name) ?? known.length);
  return names.toSorted((a, b) => rank(a) - rank(b) || names.indexOf(a) - names.indexOf(b));
}

function namesInRecord(path: string): readonly string[] {
  try {
    return orderSchema.parse(JSON.parse(readTextFile(path))).files.map(({ report }) => report.name);
  } catch {
    return [];
  }
}

const orderSchema = z.object({ files: z.array(z.object({ report: z.object({ name: z.string() }) })) });

/** Path of the table of rows. */
export function rowsPath(output: string): string {
  return join(output, ROWS_NAME);
}

/**
 * Whether the snapshot of the record is still on the disk as it was written. finaldata.csv is taken to be the same by
 * size, times and inode without being read, else by its id.
 */
export async function isIntact(record: CompileRecord, csvPath: string, partFolder: string): Promise<boolean> {
  const sizes = record.parts.map(
    ({ name }) => statSync(join(partFolder, name), { throwIfNoEntry: false })?.size,
  );
  if (sizes.some((size, k) => size !== record.parts[k]?.bytes)) return false;
  if (record.parts.length > 1 && !isPartList(partListPath(partFolder, record.id), record.parts)) return false;
  const now = await markOf(csvPath).catch(() => null);
  if (now === null || now.size !== record.csv.mark.size) return false;
  return isSameMark(now, record.csv.mark) || (await contentIdOf(csvPath)) === record.id;
}

async function isUnchanged(path: string, mark: FileMark, sha256: string): Promise<boolean> {
  const now = await markOf(path).catch(() => null);
  if (now === null || now.size !== mark.size) return false;
  return isSameMark(now, mark) || (await fingerprint(path)).sha256 === sha256;
}

/** A record that is absent, damaged or of another version is as good as none: it only spares work. */
function readRecord(path: string): CompileRecord | null {
  if (!existsSync(path)) return null;
  try {
    return recordSchema.safeParse(JSON.parse(readTextFile(path))).data ?? null;
  } catch {
    return null;
  }
}
