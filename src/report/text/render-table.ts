/** Tables for terminals: fitted to the width, numbers to the right, colour only where it was asked for. */
import { styleText } from 'node:util';
import { displayWidth, safeText, wrapText } from './display-width.ts';
import { ABSENT, formatNumber } from './format.ts';

export interface TableColumn {
  readonly header: string;
  /** Default: right where every cell that is present is a number, else left. */
  readonly align?: 'left' | 'right';
}

export type TableCell = string | number | boolean | null;

export interface TableOptions {
  /** Columns that a line may take. Columns are narrowed, and their text wrapped, to fit. */
  readonly width: number;
  /** Whether the text may hold colour codes. */
  readonly colour: boolean;
}

const GAP = '  ';
/** A column of words is not made narrower than this to keep a table in one piece. */
const NARROWEST = 6;

interface Laid {
  readonly header: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
  /** Columns of the longest line, and of the longest word. */
  readonly natural: number;
  readonly word: number;
}

/**
 * The table as lines of text without a newline at the end: a line under the head, space between the columns. Absent
 * cells are dashes, booleans yes or no. Control characters in cells, which could move a terminal's cursor, are taken
 * out. Without rows only the head is drawn. Text is wrapped between words as long as that is enough, then inside
 * them, but numbers are never broken; where even that does not fit, each row becomes a block of lines, a cell a line.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  options: TableOptions,
): string {
  const laid = columns.map((column, index) =>
    layColumn(
      column,
      rows.map((row) => row[index] ?? null),
    ),
  );
  const widths = fitWidths(laid, options.width - GAP.length * (columns.length - 1));
  return widths === null
    ? renderBlocks(laid, rows.length, options)
    : renderGrid(laid, widths, rows.length, options);
}

function layColumn({ header, align }: TableColumn, values: readonly TableCell[]): Laid {
  const present = values.filter((value) => value !== null);
  const numeric = present.length > 0 && present.every((value) => typeof value === 'number');
  const cells = values.map(cellText);
  const texts = [header, ...cells];
  return {
    header,
    align: align ?? (numeric ? 'right' : 'left'),
    cells,
    natural: widest(texts.flatMap((text) => text.split('\n'))),
    word: widest(texts.flatMap((text) => text.split(/\s+/))),
  };
}

function cellText(cell: TableCell): string {
  if (cell === null) return ABSENT;
  if (typeof cell === 'number') return formatNumber(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return safeText(cell);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 1);
}

/** Widths whose sum fits, or null: first down to whole words, then words to pieces, numbers never. */
function fitWidths(columns: readonly Laid[], room: number): readonly number[] | null {
  const natural = columns.map((column) => column.natural);
  const inWords = narrow(
    natural,
    columns.map(({ word }) => word),
    room,
  );
  const pieces = columns.map(({ align, word }) => (align === 'right' ? word : Math.min(word, NARROWEST)));
  const widths = narrow(inWords, pieces, room);
  return sumOf(widths) <= room ? widths : null;
}

/** Takes a column at a time from the widest that may give, until the sum fits or none may. */
function narrow(widths: readonly number[], floors: readonly number[], room: number): readonly number[] {
  const narrowed = [...widths];
  for (let excess = sumOf(narrowed) - room; excess > 0; excess--) {
    let most = -1;
    for (const [index, width] of narrowed.entries()) {
      const gives = width > (floors[index] ?? 1);
      if (gives && (most < 0 || width > (narrowed[most] ?? 0))) most = index;
    }
    if (most < 0) break;
    narrowed[most] = (narrowed[most] ?? 1) - 1;
  }
  return narrowed;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function renderGrid(
  columns: readonly Laid[],
  widths: readonly number[],
  rows: number,
  { colour }: TableOptions,
): string {
  const bold = (text: string) =>
    colour && text !== '' ? styleText('bold', text, { validateStream: false }) : text;
  const line = (text: (column: Laid) => string, paint: (text: string) => string = (plain) => plain) =>
    gridLines(
      columns.map((column, index) => wrapText(text(column), widths[index] ?? 1)),
      { aligns: columns.map(({ align }) => align), widths, paint },
    );
  const head = line(({ header }) => header, bold);
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP);
  const body = Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? '')).flat();
  return [...head, rule, ...body].join('\n');
}

/** The lines of one row, whose cells may have several. */
function gridLines(
  cells: readonly (readonly string[])[],
  {
    aligns,
    widths,
    paint,
  }: {
    readonly aligns: readonly ('left' | 'right')[];
    readonly widths: readonly number[];
    readonly paint: (text: string) => string;
  },
): string[] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    cells
      .map((lines, column) => {
        const text = lines[index] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
        return aligns[column] === 'right' ? `${space}${paint(text)}` : `${paint(text)}${space}`;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Each row as lines of "header: cell", with an empty line between rows. */
function renderBlocks(columns: readonly Laid[], rows: number, { width }: TableOptions): string {
  if (rows === 0) return wrapText(columns.map(({ header }) => header).join(GAP), width).join('\n');
  const blocks = Array.from({ length: rows }, (_, row) =>
    columns
      .filter(({ header, cells }) => header !== '' || cells[row] !== '')
      .flatMap(({ header, cells }) => {
        const text = (cells[row] ?? '').replaceAll('\n', ' ');
        return wrapText(header === '' ? text : `${header}: ${text}`, width);
      })
      .join('\n'),
  );
  return blocks.join('\n\n');
}
