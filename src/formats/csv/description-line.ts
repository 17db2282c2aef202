/** Tells lines under the header that describe the columns from rows. */
import type { ColumnRole, TableContract } from '../contract/table-contract.ts';
import { fieldText, type HeaderMatch } from './header.ts';
import type { RecordView } from './record-view.ts';

/** A text of more letters is no number with its unit, and no date. */
const MAX_LETTERS = 4;

/** Whether a text may be a number or a date, however it is written: it has a digit, and few letters beside. */
export function looksLikeValue(text: string): boolean {
  return /\d/.test(text) && (text.match(/\p{L}/gu)?.length ?? 0) <= MAX_LETTERS;
}

/**
 * Whether a line describes the columns: it has a text in one of those in which rows have a number or a date, and a
 * value in none. `typed`: the texts of the line in these columns; `missing`: texts that mean "missing" there.
 */
export function isDescription(typed: readonly string[], missing: ReadonlySet<string>): boolean {
  const texts = typed.map((text) => text.trim()).filter((text) => !missing.has(text) && text !== '');
  return texts.length > 0 && !texts.some(looksLikeValue);
}

/**
 * Whether a record under the header may be passed over where the configuration says that lines there describe the columns:
 * one that has a value where rows have one is a row, whatever is said. Without columns to go by all are.
 */
export function describesColumns(
  { columns, missingTexts, positive, negative }: TableContract,
  { positions, width }: HeaderMatch,
  bytes: Uint8Array,
  record: RecordView,
): boolean {
  if (columns.length === 0) return true;
  if (record.damage !== null || record.fields !== width) return false;
  const textsOf = (isWanted: (role: ColumnRole) => boolean): string[] =>
    columns.flatMap(({ role }, k) => {
      const field = positions[k] ?? -1;
      return field >= 0 && isWanted(role) ? [fieldText(bytes, record, field).trim()] : [];
    });
  const [label] = textsOf((role) => role === 'target');
  if (label !== undefined && (label === positive || label === negative)) return false;
  const typed = textsOf((role) => role === 'numeric' || role === 'value' || role === 'time');
  return isDescription(typed, new Set(missingTexts));
}

/** How sure one can be that lines describe the columns where nothing is known of these but the rows. */
export interface DescriptionGuess {
  readonly lines: number;
  /** Whether the line behind these may be one as well. */
  readonly isUnsure: boolean;
}

/** Lines that are looked at. */
const MAX_LINES = 10;
/** Columns whose values are of a kind, at least: with fewer a bad row looks alike. */
const MIN_COLUMNS = 2;
/** Share of the rows in which such a column has a value, or nothing. */
const OF_A_KIND = 0.75;
/** Texts that often stand where a value is missing. */
const USUAL_MISSING =
  /^(?:n\/?a|nan|null|none|nil|unknown|missing|inf|-?infinity|true|false|[\p{P}\p{S}\s]*)$/iu;

/** Guesses the description lines by the first records under the header, a text a field. */
export function guessDescriptions(
  records: readonly (readonly string[])[],
  missing: ReadonlySet<string>,
): DescriptionGuess {
  const isMissing = (text: string) => missing.has(text.trim()) || USUAL_MISSING.test(text.trim());
  for (let lines = 0; lines < MAX_LINES; lines++) {
    const [line, ...rows] = records.slice(lines);
    if (line === undefined || rows.length < 3) return { lines, isUnsure: false };
    const texts = line
      .filter((_, field) => isOfAKind(rows, field, isMissing))
      .filter((text) => !isMissing(text));
    const isOne = texts.length > 0 && !texts.some(looksLikeValue);
    if (!isOne) return { lines, isUnsure: false };
    if (texts.length < MIN_COLUMNS || new Set(texts).size === 1) return { lines, isUnsure: true };
  }
  return { lines: MAX_LINES, isUnsure: false };
}

function isOfAKind(
  rows: readonly (readonly string[])[],
  field: number,
  isMissing: (text: string) => boolean,
): boolean {
  const texts = rows.map((row) => row[field] ?? '').filter((text) => !isMissing(text));
  const values = texts.filter(looksLikeValue).length;
  return values >= 3 && values >= OF_A_KIND * texts.length;
}
