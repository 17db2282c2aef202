/** What records refer to of the rows that the engine keeps, and the rows that earlier versions kept in the records. */
import type { KeptColumns } from '../../engine/port.ts';

/** Rows that the engine keeps. */
export interface KeptReference {
  readonly reference: string;
  readonly rows: number;
}

/** Rows by their reference, or, until the next run has moved them, as an earlier version put them into a record. */
export type StoredRows = KeptReference | { readonly reference: null; readonly columns: KeptColumns };

/** Rows in a record of an earlier version. */
export interface InlineRows {
  readonly seq: number;
  readonly columns: KeptColumns;
}

export interface KeptRowsStore {
  /** Everything that records refer to. */
  keptReferences(): Promise<ReadonlySet<string>>;
  /** The oldest records of looks that still hold their rows. */
  inlineRows(limit: number): Promise<readonly InlineRows[]>;
  /** Lets a record refer to its rows in place of holding them. */
  replaceRows(seq: number, reference: string): Promise<void>;
  /** The oldest scoring whose scores are still in the database; null where there is none. */
  inlineScoring(): Promise<string | null>;
  /** Its scores in the order of the clients' keys; no rows where the scoring of that run has none in the database. */
  inlineScores(runId: string): Promise<KeptColumns>;
  /** Lets a scoring refer to its scores in place of holding them. */
  replaceScores(runId: string, reference: string): Promise<void>;
}
