/** A database that keeps the rows and is asked by SQL alone: a warehouse, a cluster, or one that stands in for them. */
import type { Dialect } from './dialects/dialect.ts';
import type { Snapshot } from './port.ts';
import type { SqlRow } from './statistics/statistic.ts';

export interface SqlDatabase {
  readonly dialect: Dialect;
  /** Whether a SELECT without an order gives the rows of a snapshot in one order, always. */
  readonly ordered: boolean;
  /** The rows of an answer. */
  query(sql: string): Promise<readonly SqlRow[]>;
  /** What a snapshot is selected from, and the names that its columns have there. */
  snapshotTable(snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>): {
    /** What stands after FROM. */
    readonly from: string;
    /** One a column of the snapshot, in order. */
    readonly names: readonly string[];
  };
}
