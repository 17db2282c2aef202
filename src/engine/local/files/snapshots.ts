/** The snapshots of this machine: Parquet files in the output folder. */
import { sha256File } from '../../../base/hash.ts';
import type { Snapshot, Snapshots } from '../../port.ts';
import { contentIdOf } from '../compile/content-id.ts';
import { pruneSnapshots, readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts';
import { computedPartOf, hasParts } from './snapshot-parts.ts';

export const localSnapshots: Snapshots = Object.freeze({
  current: readSnapshotFile,
  point: writeSnapshotFile,
  prune: pruneSnapshots,
  has: ({ parquetPath }) => hasParts(parquetPath),
  isUnchanged,
} satisfies Snapshots);

/** Snapshots of earlier versions are named by the hash of the whole file, however large it is. */
async function isUnchanged({ csvPath, parquetPath, id: whole }: Snapshot): Promise<boolean> {
  const id = computedPartOf(parquetPath)?.of ?? whole;
  return (await contentIdOf(csvPath)) === id || (await sha256File(csvPath)) === id;
}
