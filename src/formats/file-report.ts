/** What became of a file of the input folder, and how its rows were counted. */
import type { MatchedColumn } from './contract/table-contract.ts';

/** How rows were counted; `read = kept + duplicates + quarantined` always holds. */
export interface RowCounts {
  readonly read: number;
  readonly kept: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface FileReport extends RowCounts {
  /** Rows without a label among those kept. */
  readonly unlabelled: number;
  /** Name inside the folder. */
  readonly name: string;
  readonly bytes: number;
  /** Hex SHA-256 of the file as it lies on the disk. */
  readonly sha256: string;
  /** `accepted`; `rejected` as a whole, with `reason`; `waiting`: half-written, will be taken later; `ignored`: no data by its name. */
  readonly status: 'accepted' | 'rejected' | 'waiting' | 'ignored';
  readonly reason: string | null;
  /** Columns of the file that the contract does not name, and that were left out. */
  readonly extraColumns: readonly string[];
  /** Columns that the file has under another name than the contract. */
  readonly matched: readonly MatchedColumn[];
}
