/** What the users of a record of a data file see of it, whichever the format of the file. */

/** Why a record is not a row: the column, where one is to blame, and the reason. */
export interface RowRefusal {
  readonly column: string | null;
  readonly reason: string;
}

/** The record that a reader read last; it is reused, since a file has millions. */
export interface RecordView {
  /** Fields of the record; may be more than are stored. */
  readonly fields: number;
  /** Byte range of each stored field, quotes left out. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** BARE, QUOTED or ESCAPED for each stored field. */
  readonly quoting: Uint8Array;
  /** Where the record starts. */
  readonly start: number;
  /** End of the record: the LF of its line ending, or the end of the file. */
  readonly end: number;
  /** Not null: no fields can be told; `refusal` says why. */
  readonly damage: string | null;
  /** Whether the record has bytes outside ASCII. */
  readonly beyondAscii: boolean;
  /** What is wrong with a damaged record. */
  refusal(): RowRefusal;
  /** The bytes of the record as the file has them, without its line ending. */
  raw(bytes: Uint8Array): Uint8Array;
  /** The same with the line ending, which the last record of a file may lack. */
  line(bytes: Uint8Array): Uint8Array;
}
