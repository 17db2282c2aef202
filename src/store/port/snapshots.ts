/** Compiled data. */
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
  /** Columns as JSON data (SnapshotColumn[] of engine/port.ts). */
  readonly columns: unknown;
}

export interface SnapshotStore {
  /** Adds the snapshot; one that is known already stays as it was. */
  recordSnapshot(snapshot: SnapshotRecord): Promise<void>;
  snapshot(id: string): Promise<SnapshotRecord | null>;
  latestSnapshot(): Promise<SnapshotRecord | null>;
  snapshots(page: Page): Promise<readonly Listed<SnapshotRecord>[]>;
}
