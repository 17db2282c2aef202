/** Rows of the quarantine that were put back. */

/** A row of the quarantine that was put back into the input folder. */
export interface ReadmissionRecord {
  /** The input file that it was in, and its line there. */
  readonly name: string;
  readonly line: number;
  /** Of the line as it was. */
  readonly sha256: string;
  readonly createdAt: string;
  /** The input file that it is in now. */
  readonly file: string;
}

export interface ReadmissionStore {
  recordReadmissions(rows: readonly ReadmissionRecord[]): Promise<void>;
  /** Rows of an input file that were re-admitted. */
  readmissions(name: string): Promise<readonly ReadmissionRecord[]>;
}
