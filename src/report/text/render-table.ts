/** Tables for terminals: fitted to the width, numbers to the right, colour only where it was asked for. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { ABSENT, formatNumber } from './format.ts';

export interface TableColumn {
  readonly header: string;
  /** Default: right where every cell that is present is a number, else left. */
  readonly align?: 'left' | 'right';
}

export type TableCell = string | number | boolean | null;

export interface TableOptions {
  /** Characters a line may have. Columns are narrowed, and their text wrapped, to fit. */
  readonly width: number;
  /** Whether the text may hold colour codes. */
  readonly colour: boolean;
}

const GAP = '  ';
const NARROWEST = 6;

/** No frame: a line under the head, and space between the columns. */
const BORDERS = Object.freeze({
  top: '',
  'top-left': '',
  'top-mid': '',
  'top-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': GAP,
  middle: GAP,
  right: '',
  'right-mid': '',
  bottom: '',
  'bottom-left': '',
  'bottom-mid': '',
  'bottom-right': '',
});

/**
 * The table as lines of text without a newline at the end. Absent cells are dashes, booleans yes or no. Control
 * characters in cells, which could move a terminal's cursor, are taken out. Without rows only the head is drawn. A
 * width too small for every column at six characters is exceeded rather than losing a column.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  { width, colour }: TableOptions,
): string {
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index] ?? null)));
  const widths = fitWidths(
    columns.map((column, index) =>
      Math.max(longestLine(column.header), ...texts.map((row) => longestLine(row[index] ?? ''))),
    ),
    width - GAP.length * (columns.length - 1),
  );
  const table = new Table({
    head: columns.map(({ header }) =>
      colour ? styleText('bold', header, { validateStream: false }) : header,
    ),
    colWidths: [...widths],
    colAligns: columns.map((column, index) => column.align ?? usualAlign(rows, index)),
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    chars: BORDERS,
  });
  for (const row of texts)
    table.push(row.map((content, index) => wrapped(content, widths[index] ?? NARROWEST)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellText(cell: TableCell): string {
  if (cell === null) return ABSENT;
  if (typeof cell === 'number') return formatNumber(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return cell.replaceAll('\t', ' ').replace(/(?!\n)\p{Cc}/gu, '');
}

/** Wraps between words, and inside a word only where it is longer than the column. */
function wrapped(content: string, width: number) {
  const longestWord = Math.max(...content.split(/\s/).map((word) => word.length));
  return { content, wrapOnWordBoundary: longestWord <= width };
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length), 1);
}

function usualAlign(rows: readonly (readonly TableCell[])[], index: number): 'left' | 'right' {
  const present = rows.map((row) => row[index] ?? null).filter((cell) => cell !== null);
  return present.length > 0 && present.every((cell) => typeof cell === 'number') ? 'right' : 'left';
}

/** Takes a character at a time from the widest column until the sum fits, or all are as narrow as may be. */
function fitWidths(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
