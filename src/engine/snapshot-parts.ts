/** The Parquet files of a snapshot: one, or several whose rows follow one another, which a small file lists. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';

const LIST_ENDING = '.json';
/** A file of a snapshot lies in the folder of the snapshots: its name leads nowhere else. */
export const partNameSchema = z.string().regex(/^[^/\\]+\.parquet$/);
const listSchema = z.object({
  format: z.literal('tidewatch-parts/1'),
  /** Names of the files, in the order of their rows; all lie beside the list. */
  parts: z.array(partNameSchema).min(1),
});

/** Path of the Parquet file with all rows of a snapshot from `firstRow` on. */
export function partPath(folder: string, id: string, firstRow: number): string {
  return join(folder, firstRow === 0 ? `${id}.parquet` : `${id}-${firstRow}.parquet`);
}

/** Path of the list of a snapshot's files. */
export function partListPath(folder: string, id: string): string {
  return join(folder, `${id}${LIST_ENDING}`);
}

/** Lists files, which must be written already; all lie beside the list. */
export function writePartList(path: string, partPaths: readonly string[]): void {
  const content: z.input<typeof listSchema> = {
    format: 'tidewatch-parts/1',
    parts: partPaths.map((part) => basename(part)),
  };
  writeFileAtomic(path, `${JSON.stringify(content)}\n`);
}

/**
 * The Parquet files that the `parquetPath` of a snapshot stands for, in the order of their rows: itself, or those of a
 * list. `nothing-ingested` where a list is damaged.
 */
export function partPathsOf(parquetPath: string): string[] {
  const paths = listedPaths(parquetPath);
  if (paths !== null) return paths;
  throw new TidewatchError(
    'nothing-ingested',
    `${parquetPath} does not list the files of a snapshot any more. Run "tidewatch ingest" to make the snapshot again ` +
      'from the input folder.',
    { details: { path: parquetPath } },
  );
}

/** Whether all files of a snapshot are there, and their list is whole. */
export function hasParts(parquetPath: string): boolean {
  if (!existsSync(parquetPath)) return false;
  return listedPaths(parquetPath)?.every((path) => existsSync(path)) ?? false;
}

/** Whether there is a list of just these files. */
export function isPartList(path: string, parts: readonly { readonly name: string }[]): boolean {
  const listed = existsSync(path) ? listedPaths(path) : null;
  return listed?.length === parts.length && listed.every((part, k) => basename(part) === parts[k]?.name);
}

/**
 * Names of the files that a snapshot may have in the folder: of one that was made twice, both in parts and whole. A list
 * that is damaged leads to no file, and is none.
 */
export function partNamesOf(folder: string, id: string): string[] {
  const list = partListPath(folder, id);
  const listed = existsSync(list) ? listedPaths(list) : null;
  const parts = listed === null ? [] : [list, ...listed];
  return [partPath(folder, id, 0), ...parts].map((path) => basename(path));
}

/** As `partPathsOf`; null where a list is damaged. */
function listedPaths(parquetPath: string): string[] | null {
  if (!parquetPath.endsWith(LIST_ENDING)) return [parquetPath];
  const list = listSchema.safeParse(parseJson(readTextFile(parquetPath)));
  return list.data?.parts.map((name) => join(dirname(parquetPath), name)) ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON fails the schema as well, with the one message that helps.
    return null;
  }
}
