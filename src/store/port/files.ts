/** The input files that runs read, and the contents that are known. */

export interface FileRecord {
  readonly runId: string;
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: 'accepted' | 'rejected' | 'waiting' | 'ignored';
  readonly reason: string | null;
  readonly read: number;
  readonly kept: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface FilesPage {
  readonly limit: number;
  readonly offset: number;
}

export interface FileStore {
  /**
   * What a run read, in the order read. A file that is as the ingestion before recorded it takes no room; the names of
   * the others are returned.
   */
  recordFiles(files: readonly FileRecord[]): Promise<ReadonlySet<string>>;
  /** The files of a run in the order read, at most `limit` after the first `offset`; without a page all of them. */
  files(runId: string, page?: FilesPage): Promise<readonly FileRecord[]>;
  /** Files that a run refused whole, in the order read, at most `limit`, with when a run first found them so. */
  rejectedFiles(runId: string, limit: number): Promise<readonly (FileRecord & { readonly since: string })[]>;
  /** Remembers that these contents have been ingested and checked, so that they are not new again. */
  recordSeen(
    folder: string,
    files: readonly { readonly name: string; readonly sha256: string }[],
    at: string,
  ): Promise<void>;
  /** Which of these contents `recordSeen` knows in this folder, as `name` and `sha256` pairs. */
  seen(folder: string): Promise<readonly { readonly name: string; readonly sha256: string }[]>;
  /**
   * Times at which `recordSeen` was given a content that it did not know, newest first, at most `limit`; files whose name
   * begins with one of `except` do not count.
   */
  arrivals(folder: string, limit: number, except: readonly string[]): Promise<readonly string[]>;
  /** The run that read files last, and how many it read; null before any did. */
  latestIngestion(): Promise<{ readonly runId: string; readonly files: number } | null>;
}
