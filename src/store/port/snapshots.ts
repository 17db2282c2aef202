/** Compiled data. */
import type { SnapshotColumn } from '../../engine/port.ts';
import type { Listed, Page } from './paging.ts';

export interface SnapshotRecord {
  readonly id: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly rows: number;
  readonly read: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly parquetPath: string;
  readonly columns: readonly SnapshotColumn[];
}

export interface SnapshotStore {
  /** Adds the snapshot; one that is known already stays as it was. */
  recordSnapshot(snapshot: SnapshotRecord): Promise<void>;
  snapshot(id: string): Promise<SnapshotRecord | null>;
  latestSnapshot(): Promise<SnapshotRecord | null>;
  snapshots(page: Page): Promise<readonly Listed<SnapshotRecord>[]>;
}
