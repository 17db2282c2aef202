/** `snapshot.json` in output_folder_path: which snapshot finaldata.csv is, and what it was made of. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../base/atomic-file.ts';
import { TidewatchError } from '../../../base/errors.ts';
import { readTextFile } from '../../../base/regular-file.ts';
import type { Snapshot } from '../../port.ts';
import { snapshotColumn } from '../../snapshot-column.ts';
import { hasParts, partNamesOf } from './snapshot-parts.ts';

const SNAPSHOT_FILE = 'snapshot.json';
/** Folder of the Parquet files inside the output folder. */
export const SNAPSHOT_FOLDER = 'snapshots';

const snapshotSchema = z.object({
  format: z.literal('tidewatch-snapshot/1'),
  id: z.string(),
  rows: z.int(),
  columns: z.array(snapshotColumn),
  files: z.array(z.object({ name: z.string(), sha256: z.string() })),
  /** Relative to the folder of the file, so that a workspace can be moved. */
  parquet: z.string(),
  csv: z.string(),
});

/** Points the output folder at its snapshot; the last thing that ingestion writes. */
export function writeSnapshotFile(output: string, snapshot: Snapshot): void {
  const { id, rows, columns, files, parquetPath, csvPath } = snapshot;
  const content: z.input<typeof snapshotSchema> = {
    format: 'tidewatch-snapshot/1',
    id,
    rows,
    columns: columns.map(({ name, role, type, computed }) => ({
      name,
      role,
      type,
      ...(computed && { computed }),
    })),
    files: files.map(({ name, sha256 }) => ({ name, sha256 })),
    parquet: relative(output, parquetPath),
    csv: relative(output, csvPath),
  };
  writeFileAtomic(join(output, SNAPSHOT_FILE), `${JSON.stringify(content, null, 2)}\n`);
}

/** The snapshot of the output folder, or null before the first ingestion. `nothing-ingested` where it is damaged. */
export function readSnapshotFile(output: string): Snapshot | null {
  const path = join(output, SNAPSHOT_FILE);
  if (!existsSync(path)) return null;
  const text = readTextFile(path);
  const parsed = snapshotSchema.safeParse(parseJson(text));
  const snapshot = parsed.success ? parsed.data : null;
  if (snapshot === null || isAbsolute(snapshot.parquet) || !hasParts(join(output, snapshot.parquet))) {
    throw new TidewatchError(
      'nothing-ingested',
      `${path} does not lead to a snapshot any more. Run "tidewatch ingest" to make it again from the input folder.`,
      { details: { path } },
    );
  }
  const { id, rows, columns, files } = snapshot;
  return {
    id,
    rows,
    columns,
    files,
    parquetPath: join(output, snapshot.parquet),
    csvPath: join(output, snapshot.csv),
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

/** Removes the snapshots of the output folder that are not in `keep`, by id. */
export function pruneSnapshots(output: string, keep: readonly string[]): void {
  const folder = join(output, SNAPSHOT_FOLDER);
  const wanted = new Set(keep.flatMap((id) => partNamesOf(folder, id)));
  for (const name of readdirSync(folder)) {
    if (/\.(?:parquet|json)$/.test(name) && !name.startsWith('.') && !wanted.has(name))
      rmSync(join(folder, name));
  }
}
