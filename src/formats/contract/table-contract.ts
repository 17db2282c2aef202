/** What the data must look like: the columns, how they are read, and what makes a row unacceptable. */
import type { DerivedColumn } from '../../core/derived/derived-column.ts';
import type { Computed } from './computed-columns.ts';

/** What a column is for; it decides how its text is read and what makes a row unacceptable. */
export const COLUMN_ROLES = [
  'id',
  'numeric',
  'categorical',
  'target',
  'value',
  'segment',
  'owner',
  'time',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

export interface ContractColumn {
  readonly name: string;
  readonly role: ColumnRole;
  /** What else it serves as; it is read as `role` says. Absent: nothing. */
  readonly also?: readonly ColumnRole[];
  /** Numbers outside are not accepted. Absent: any within the limit of all numbers. */
  readonly range?: NumberRange;
  /** Other names that files may have for it. */
  readonly aliases?: readonly string[];
  /** What stands before or behind its numbers; "%": these are hundredths. */
  readonly unit?: string;
  /** How its times are written, as `input.dates` of the configuration says. Absent: ISO 8601. */
  readonly dates?: string;
  /** How it is made of other columns of the row, and not read. Absent: it is read from the file. */
  readonly derived?: DerivedColumn;
}

/** How files are written, as `input` of the configuration says; null: found in each file. */
export interface Reading {
  readonly delimiter: ',' | ';' | '\t' | '|' | null;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-15' | null;
  readonly skipLines: number | null;
  readonly descriptionLines: number;
  readonly decimal: '.' | ',';
  readonly thousands: ',' | '.' | ' ' | "'" | null;
  readonly sheet: string | null;
}

/** Both ends are in it; null: none. */
export interface NumberRange {
  readonly min: number | null;
  readonly max: number | null;
}

/** What the data must look like, derived from the configuration (`contractOf` in contract.ts). */
export interface TableContract {
  /** In the order of finaldata.csv: id, numeric, derived, categorical, value, segment, owner, time, target. */
  readonly columns: readonly ContractColumn[];
  /** Columns that files must have for what is derived of them alone, and that are not kept. Absent: none. */
  readonly raw?: readonly ContractColumn[];
  /** How labels are written: those who left, and those who stayed. null: any one other value. */
  readonly positive: string;
  readonly negative: string | null;
  /** Other texts of the target for the two, and those that say no outcome yet and count as missing. Absent: none. */
  readonly synonyms?: {
    readonly positive: readonly string[];
    readonly negative: readonly string[];
    readonly open: readonly string[];
  };
  /** Texts that mean "missing" in numeric columns, and in the target where labels are optional. */
  readonly missingTexts: readonly string[];
  /** optional: a snapshot keeps rows without a label, and files without the target. Absent: neither is accepted. */
  readonly labels?: 'optional';
  /** Absent: numbers have a point and no mark of thousands, and the rest is found in each file. */
  readonly reading?: Reading;
  /**
   * Numeric columns that no file has: a table has them after its own. They are no part of what tells one row from
   * another, since an event that arrives late changes them. Absent: none.
   */
  readonly computed?: Computed;
}

/** A column of a file, and the column of the contract that it was read as. */
export interface MatchedColumn {
  /** Name in the file. */
  readonly column: string;
  readonly as: string;
}
