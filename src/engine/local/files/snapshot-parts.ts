/** The Parquet files of a snapshot: one, or several whose rows follow one another, which a small file lists. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../base/atomic-file.ts';
import { TidewatchError } from '../../../base/errors.ts';
import { readTextFile } from '../../../base/regular-file.ts';
import type { EventsMet } from '../../port.ts';

const LIST_ENDING = '.json';
/** A file of a snapshot lies in the folder of the snapshots: its name leads nowhere else. */
export const partNameSchema = z.string().regex(/^[^/\\]+\.parquet$/);
const metSchema = z.object({
  events: z.int(),
  unknown: z.int(),
  undated: z.int(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  rowsAfter: z.int(),
});
const listSchema = z.object({
  format: z.literal('tidewatch-parts/1'),
  /** Names of the files, in the order of their rows; all lie beside the list. */
  parts: z.array(partNameSchema).min(1),
  /** The file with the computed columns of all rows, the id of the snapshot without them, and what of events was met. */
  computed: z.object({ name: partNameSchema, of: z.string(), met: metSchema.nullable() }).optional(),
});

/** Path of the Parquet file with all rows of a snapshot from `firstRow` on. */
export function partPath(folder: string, id: string, firstRow: number): string {
  return join(folder, firstRow === 0 ? `${id}.parquet` : `${id}-${firstRow}.parquet`);
}

/** Path of the list of a snapshot's files. */
export function partListPath(folder: string, id: string): string {
  return join(folder, `${id}${LIST_ENDING}`);
}

/** The computed columns of a snapshot. */
export interface ComputedPart {
  /** Path of the Parquet file that has them, a row each as the parts have them. */
  readonly path: string;
  /** Id of the snapshot that they were computed for. */
  readonly of: string;
  /** null: none is of events. */
  readonly met: EventsMet | null;
}

/** Lists files, which must be written already; all lie beside the list. */
export function writePartList(path: string, partPaths: readonly string[], computed?: ComputedPart): void {
  const content: z.input<typeof listSchema> = {
    format: 'tidewatch-parts/1',
    parts: partPaths.map((part) => basename(part)),
    ...(computed && { computed: { name: basename(computed.path), of: computed.of, met: computed.met } }),
  };
  writeFileAtomic(path, `${JSON.stringify(content)}\n`);
}

/**
 * The Parquet files that the `parquetPath` of a snapshot stands for, in the order of their rows: itself, or those of a
 * list. `nothing-ingested` where a list is damaged.
 */
export function partPathsOf(parquetPath: string): string[] {
  const paths = listedIn(parquetPath)?.parts;
  if (paths !== undefined) return paths;
  throw new TidewatchError(
    'nothing-ingested',
    `${parquetPath} does not list the files of a snapshot any more. Run "tidewatch ingest" to make the snapshot again ` +
      'from the input folder.',
    { details: { path: parquetPath } },
  );
}

/** The file with the computed columns of a snapshot; null: it has none. */
export function computedPartOf(parquetPath: string): ComputedPart | null {
  return listedIn(parquetPath)?.computed ?? null;
}

/** Whether all files of a snapshot are there, and their list is whole. */
export function hasParts(parquetPath: string): boolean {
  if (!existsSync(parquetPath)) return false;
  const listed = listedIn(parquetPath);
  if (listed === null) return false;
  const computed = listed.computed === null ? [] : [listed.computed.path];
  return [...listed.parts, ...computed].every((path) => existsSync(path));
}

/** Whether there is a list of just these files. */
export function isPartList(path: string, parts: readonly { readonly name: string }[]): boolean {
  const listed = existsSync(path) ? listedIn(path)?.parts : null;
  return listed?.length === parts.length && listed.every((part, k) => basename(part) === parts[k]?.name);
}

/**
 * Names of the files that a snapshot may have in the folder: of one that was made twice, both in parts and whole. A list
 * that is damaged leads to no file, and is none.
 */
export function partNamesOf(folder: string, id: string): string[] {
  const list = partListPath(folder, id);
  const listed = existsSync(list) ? listedIn(list) : null;
  const parts = listed === null ? [] : [list, ...listed.parts];
  const own = [partPath(folder, id, 0), ...parts].map((path) => basename(path));
  const computed = listed?.computed ?? null;
  // A list of computed columns stands beside that of the rows, which is gone on from when more come.
  return computed === null || computed.of === id
    ? own
    : [...own, basename(computed.path), ...partNamesOf(folder, computed.of)];
}

interface Listed {
  readonly parts: string[];
  readonly computed: ComputedPart | null;
}

/** The files that a `parquetPath` stands for; null where a list is damaged. */
function listedIn(parquetPath: string): Listed | null {
  if (!parquetPath.endsWith(LIST_ENDING)) return { parts: [parquetPath], computed: null };
  const list = listSchema.safeParse(parseJson(readTextFile(parquetPath)));
  if (!list.success) return null;
  const { parts, computed } = list.data;
  const pathOf = (name: string) => join(dirname(parquetPath), name);
  return {
    parts: parts.map(pathOf),
    computed: computed === undefined ? null : { ...computed, path: pathOf(computed.name) },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON fails the schema as well, with the one message that helps.
    return null;
  }
}
