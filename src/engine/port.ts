/**
 * The port to where the rows are. Everything above speaks of tables, columns and sums through it, and nothing
 * above knows which engine answers.
 */
import type { Progress } from '../base/progress.ts';
import type { ComputedColumn } from '../core/columns/computed-column.ts';
import type { EventsNames } from '../formats/contract/computed-columns.ts';
import type { ColumnRole, MatchedColumn, TableContract } from '../formats/contract/table-contract.ts';
import type { FileReport, RowCounts } from '../formats/file-report.ts';
import type { RowStream } from './row-stream.ts';
import type { Answers, Statistics } from './statistics/aggregate.ts';

export interface SnapshotColumn {
  readonly name: string;
  readonly role: ColumnRole;
  readonly type: 'integer' | 'double' | 'text' | 'timestamp';
  /** Whether it was computed, and stands in no file. */
  readonly computed?: true;
}

/** A compiled, de-duplicated, immutable table of accepted rows. */
export interface Snapshot {
  /**
   * Hex SHA-256 of finaldata.csv, of a large one in pieces (ContentId): equal rows in equal order give an equal id. With
   * computed columns that of this, the events and the definitions.
   */
  readonly id: string;
  readonly rows: number;
  readonly columns: readonly SnapshotColumn[];
  /** Accepted files, in the order read. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** Absolute path of the Parquet file that the system reads, or of the list of several (snapshot-parts.ts). */
  readonly parquetPath: string;
  /** Absolute path of finaldata.csv. */
  readonly csvPath: string;
}

export interface CompileRequest {
  /** Absolute path of the folder with the input files. */
  readonly folder: string;
  /** A folder that no link may lead out of, the workspace; absent: `folder`. */
  readonly within?: string;
  /** Absolute path of output_folder_path. */
  readonly output: string;
  readonly contract: TableContract;
  readonly maxRejectedShare: number;
  readonly progress: Progress;
  /** Lets the compiled files be given their names, or refuses to; at once unless told. */
  readonly commit?: (rename: () => void) => Promise<void>;
}

export interface CompileResult {
  readonly snapshot: Snapshot;
  readonly rows: RowCounts;
  /** Rows without a label among those kept. */
  readonly unlabelled: number;
  readonly files: readonly FileReport[];
  /** Absolute paths of the quarantine files written. */
  readonly quarantinePaths: readonly string[];
}

export interface ComputeRequest {
  /** The rows, as `compile` gave them. */
  readonly snapshot: Snapshot;
  readonly contract: TableContract;
  /** The compiled events; null: none are needed. */
  readonly events: EventsTable | null;
  readonly columns: readonly ComputedColumn[];
  readonly progress: Progress;
  /** As `CompileRequest`. */
  readonly commit?: (rename: () => void) => Promise<void>;
}

/** Compiled events, with the names of their columns. */
export interface EventsTable extends EventsNames {
  readonly snapshot: Pick<Snapshot, 'id' | 'parquetPath' | 'columns'>;
}

/** What the events say of the rows, for people. */
export interface EventsMet {
  /** Events that have a time. */
  readonly events: number;
  /** Of these, events of clients that the table of clients does not have. */
  readonly unknown: number;
  /** Events without a time; they count for nothing. */
  readonly undated: number;
  /** ISO 8601, UTC, of the first and the last event; null: there is none. */
  readonly first: string | null;
  readonly last: string | null;
  /** Rows whose time is later than the last event. */
  readonly rowsAfter: number;
}

export interface ComputeResult {
  /** The same rows with the computed columns, and an id of its own. */
  readonly snapshot: Snapshot;
  /** null: no column is computed from events. */
  readonly met: EventsMet | null;
}

export type TableSource =
  | {
      readonly kind: 'snapshot';
      readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
      readonly contract: TableContract;
    }
  /** Files read as they are: every row, in order, nothing dropped. A bad row refuses the whole with its place. */
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly contract: TableContract;
      readonly labels: 'required' | 'optional';
      /** A folder that no link may lead out of, as `openRegularFile`; absent: links may lead anywhere. */
      readonly within?: string;
      /** Told of each file that has columns under other names than the contract. */
      readonly onMatched?: (matched: readonly MatchedColumn[]) => void;
    };

/** Sums of one column; the moments are NaN where no value is present, `std` where fewer than two are. */
export interface ColumnProfile {
  readonly name: string;
  readonly role: ColumnRole;
  readonly rows: number;
  readonly missing: number;
  /** null for columns that are not numbers. */
  readonly numeric: {
    readonly mean: number;
    /** Mean of the two middle values where the count is even. */
    readonly median: number;
    /** Sample standard deviation, ddof 1. */
    readonly std: number;
    readonly min: number;
    readonly max: number;
  } | null;
}

/**
 * A table open for reading. Rows have a fixed order: the same in every stream. All but `aggregate` and `profile` need the rows
 * themselves: `too-many-rows` where the engine brings no so many here.
 */
export interface Table extends RowStream {
  readonly rows: number;
  readonly contract: TableContract;
  /**
   * Answers of statistics, in their order: in one pass over the rows, or by a query each where the rows are elsewhere.
   * Error `column-missing`.
   */
  aggregate<const Asked extends Statistics>(statistics: Asked): Promise<Answers<Asked>>;
  /** Profile of every column of the contract, exact and the same bits at every call. */
  profile(): Promise<readonly ColumnProfile[]>;
  /** Places of the rows of this table that are not, in all columns that files have, a row of `other`, a table of the same engine; ascending. */
  except(other: Table): Promise<Uint32Array>;
  /**
   * A 64-bit hash of the content of the named columns, one a row, in row order: equal rows have equal keys, in any
   * table, run, engine and version, and different rows have different ones but for chance (a pair in 2^64). The
   * order of the columns counts. Missing is equal to missing only, 0 to -0, and 5 in a column of whole numbers to
   * 5 in one of doubles; the target counts as its class, without a label as missing. 8 bytes a row.
   */
  keys(columns: readonly string[]): Promise<BigUint64Array>;
  /** The rows at these places, which ascend without repeating, as a table of its own; this one may be closed first. */
  select(rows: Uint32Array): Promise<Table>;
  close(): Promise<void>;
}

/** A CSV as this system writes them: LF, quotes only where needed, missing as an empty field. */
export interface CanonicalCsv {
  readonly path: string;
  readonly columns: readonly SnapshotColumn[];
  /** Bytes of its longest line, or more. */
  readonly longestLine: number;
}

/** The snapshots of a folder, as an engine keeps them. Opens no engine: reading which one is current costs a small file. */
export interface Snapshots {
  /** The snapshot of the output folder, or null before the first ingestion. `nothing-ingested` where it is damaged. */
  current(output: string): Snapshot | null;
  /** Points the output folder at its snapshot; the last thing that ingestion writes. */
  point(output: string, snapshot: Snapshot): void;
  /** Removes the snapshots of the output folder that are not in `keep`, by id. */
  prune(output: string, keep: readonly string[]): void;
  /** Whether all that a snapshot is made of is still there. */
  has(snapshot: Pick<Snapshot, 'parquetPath'>): boolean;
  /** Whether finaldata.csv still is the one that was compiled; reads all of it. */
  isUnchanged(snapshot: Snapshot): Promise<boolean>;
}

export interface EngineOptions {
  readonly threads: number;
  /** Bytes, or a text such as `700MB`. */
  readonly memoryLimit: number | string;
  /**
   * Folder in which the engine may put what does not fit in memory; what is put there is removed at the end. Where it may
   * not be written, the system's own is taken.
   */
  readonly temporaryFolder: string;
  /** Times its size that a packed input file may unpack to; absent: MAX_UNPACKED_RATIO. */
  readonly maxUnpackedRatio?: number;
}

/** What an engine does for those above it, and what it does not. */
export interface Capabilities {
  /** Rows of a snapshot have one order, the same in every stream, run and process. */
  readonly ordered: boolean;
  /** Sums have the same bits at every call, on any number of threads. */
  readonly bitExact: boolean;
  /** Rows are streamed to compiled code of this process, as many as there are. */
  readonly kernels: boolean;
  /** Snapshots are files that are streamed from this machine. */
  readonly localFiles: boolean;
  /** Rows of a table that may be asked for one by one; what needs more is refused with `too-many-rows`. */
  readonly maxCollectedRows: number;
}

export interface Engine {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly snapshots: Snapshots;
  /** Compiles a folder of files into a snapshot, with quarantine and de-duplication. */
  compile(request: CompileRequest): Promise<CompileResult>;
  /**
   * Computes columns for each row of a snapshot from what was before the row's time, beside the snapshot's files; what was
   * computed before is not computed again. The same bits for any number of threads.
   */
  compute(request: ComputeRequest): Promise<ComputeResult>;
  /** A snapshot has the columns that were computed for it; for files those of the contract are computed now. */
  open(source: TableSource): Promise<Table>;
  /**
   * The path of a file with the rows of `path` that `readTable` takes: itself, or a copy in the temporary folder
   * (read with `isTyped`), which the caller removes.
   */
  copyOf(path: string): Promise<string>;
  /** Writes the rows of a CSV as Parquet, in order; returns how many. */
  writeParquet(csv: CanonicalCsv, parquetPath: string): Promise<number>;
  close(): Promise<void>;
}

/** Rows that are kept from run to run: the keys by which they are known again, and what a model said of them. */
export interface KeptColumns {
  /** One a row, in the order in which they were given. */
  readonly keys: BigUint64Array;
  /** One a row; null where none are kept. */
  readonly probabilities: Float64Array | null;
}

/** What could be read, or why it could not. */
export type KeptReading<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent'; readonly reason: string };

/** Rows that are kept from run to run. They are never changed, and equal rows have one reference. */
export interface KeptRows {
  /** Keeps rows, so that they survive the loss of power once this has returned; the reference gives them back. */
  write(columns: KeptColumns): Promise<string>;
  /** All rows; `absent` where they are not there, or not as they were written. */
  read(reference: string): Promise<KeptReading<KeptColumns>>;
  /**
   * The probabilities of rows by their keys, one each, NaN for a key that is not among them. For rows that were written
   * in the order of their keys: only the part that holds a key is read. `absent` as `read`.
   */
  lookup(reference: string, keys: BigUint64Array): Promise<KeptReading<Float64Array>>;
  /** Removes rows; those that are not there are none to remove. */
  remove(references: readonly string[]): Promise<void>;
  /** What there is, and when it was last written. */
  list(): Promise<readonly { readonly reference: string; readonly writtenAt: Date }[]>;
}
