/** Sets a table: columns as wide as they need, rows that stay whole, and its head again on every page. */
import type { Column, DataTable } from '../content/document.ts';
import { type ColumnNeed, shareWidth } from './column-widths.ts';
import { type Element, PAGE, PAPER_COLOURS, type Sheet, TEXT_WIDTH, type TextStyle } from './sheet.ts';

interface Styles {
  readonly cell: TextStyle;
  readonly head: TextStyle;
}

/** How a table is set: its letters, and the width at which a word of a text is broken. */
interface Setting extends Styles {
  readonly longestWord: number;
}

const settingOf = (size: number, share: number): Setting => ({
  cell: { size },
  head: { size, bold: true },
  longestWord: TEXT_WIDTH * share,
});

/** From the usual one down, for long words and for many columns. */
const SETTINGS = [
  settingOf(7.6, 0.2),
  settingOf(7.6, 0.12),
  settingOf(6.8, 0.12),
  settingOf(6, 0.12),
  settingOf(5.2, 0.12),
] as const;
const CAPTION: TextStyle = { size: 9, bold: true };
const MORE: TextStyle = { size: 7.6, colour: PAPER_COLOURS.quiet };
const GAP = 10;
/** From the edge of the table to its text. */
const INSET = 4;
const ROW_SPACE = 5.5;

interface SetColumn {
  readonly x: number;
  /** Of its text. */
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** Draws the table from where the sheet is. Its rows are never split over pages. */
export function setTable(sheet: Sheet, parent: Element, table: DataTable): void {
  const set = setColumns(sheet, table);
  const captionHeight = sheet.heightOf(table.caption, TEXT_WIDTH, CAPTION);
  sheet.ensure(captionHeight + 70);
  const element = sheet.element(parent, 'Table');
  sheet.element(element, 'Caption', {}, () =>
    sheet.write(table.caption, { x: PAGE.left, y: sheet.y, width: TEXT_WIDTH }, CAPTION),
  );
  sheet.y += captionHeight + 3;
  const head = () => setHead(sheet, table.columns, set);
  head()(sheet.element(sheet.element(element, 'THead'), 'TR'));
  const body = sheet.element(element, 'TBody');
  for (const cells of table.rows) setRow(sheet, body, cells, set, head);
  if (table.more !== null) setMore(sheet, parent, table.more, head);
  sheet.y += 12;
}

interface SetTable {
  readonly styles: Styles;
  readonly columns: readonly SetColumn[];
}

/** By the first setting in which every number stays whole and sentences have room; by the last where that is none. */
function setColumns(sheet: Sheet, table: DataTable): SetTable {
  const available = TEXT_WIDTH - GAP * (table.columns.length - 1) - 2 * INSET;
  let [styles, widths]: [Setting, readonly number[]] = [SETTINGS[0], []];
  for (styles of SETTINGS) {
    const needs = needsOf(sheet, table, styles);
    const shared = shareWidth(needs, available);
    const least = needs.reduce((sum, need) => sum + need.least, 0);
    widths = shared ?? needs.map((need) => (need.least / least) * available);
    if (shared !== null) break;
  }
  let x = PAGE.left + INSET;
  const columns = table.columns.map(({ align }, k) => {
    const width = widths[k] ?? 0;
    const column = { x, width, align: align ?? 'left' };
    x += width + GAP;
    return column;
  });
  return { styles, columns };
}

/** With a hair of room, so that what fits exactly does not wrap. */
const HAIR = 1;

function needsOf(
  sheet: Sheet,
  { columns, rows }: DataTable,
  { cell, head, longestWord }: Setting,
): ColumnNeed[] {
  return columns.map(({ header, align, wide }, k) => {
    const style = k === 0 ? head : cell;
    const texts = rows.map((cells) => wholeNumber(cells[k] ?? '', align));
    const widths = texts.map((text) => sheet.widthOf(text, style));
    const words = (text: string, of: TextStyle) =>
      text.split(/[ \n]+/).map((word) => sheet.widthOf(word, of));
    const unbroken =
      align === 'right'
        ? Math.max(0, ...widths)
        : Math.min(longestWord, Math.max(0, ...texts.flatMap((text) => words(text, style))));
    return {
      natural: Math.max(sheet.widthOf(header, head), ...widths) + HAIR,
      least: Math.max(unbroken, Math.min(longestWord, Math.max(...words(header, head)))) + HAIR,
      wide: wide === true,
    };
  });
}

/** The cell with spaces that do not break where it is a number. */
function wholeNumber(text: string, align: Column['align']): string {
  return align === 'right' ? text.replaceAll(' ', '\u00a0') : text;
}

/** Draws the head's ground and gives what writes its cells into a row; without a row they only decorate. */
function setHead(sheet: Sheet, columns: readonly Column[], { styles, columns: set }: SetTable) {
  const { head } = styles;
  const heights = columns.map(({ header }, k) => sheet.heightOf(header, set[k]?.width ?? 0, head));
  const height = Math.max(...heights) + ROW_SPACE;
  const { y } = sheet;
  sheet.decorate((pdf) => {
    pdf.rect(PAGE.left, y - 1, widthOf(set), height).fill(PAPER_COLOURS.wash);
    rule(pdf, [y + height - 1, widthOf(set)], PAPER_COLOURS.quiet, 0.8);
  });
  sheet.y += height + 1.5;
  return (row: Element | null): void => {
    for (const [k, { header }] of columns.entries()) {
      const column = set[k];
      if (column === undefined) continue;
      const write = () => sheet.write(header, { ...column, y: y + 1.5 }, { ...head, align: column.align });
      if (row === null) sheet.decorate(write);
      else sheet.element(row, 'TH', { scope: 'Column' }, write);
    }
  };
}

function setRow(
  sheet: Sheet,
  body: Element,
  texts: readonly string[],
  { styles, columns }: SetTable,
  head: () => (row: Element | null) => void,
): void {
  const style = (k: number): TextStyle => ({
    ...(k === 0 ? styles.head : styles.cell),
    align: columns[k]?.align ?? 'left',
  });
  const cells = texts.map((text, k) => wholeNumber(text, columns[k]?.align));
  const heights = cells.map((cell, k) => sheet.heightOf(cell, columns[k]?.width ?? 0, style(k)));
  const height = Math.max(...heights) + ROW_SPACE;
  if (sheet.ensure(height)) head()(null);
  const row = sheet.element(body, 'TR');
  for (const [k, cell] of cells.entries()) {
    const column = columns[k];
    if (column === undefined) continue;
    const write = () => sheet.write(cell, { ...column, y: sheet.y + 1 }, style(k));
    if (k === 0) sheet.element(row, 'TH', { scope: 'Row' }, write);
    else sheet.element(row, 'TD', {}, write);
  }
  sheet.y += height;
  sheet.decorate((pdf) => rule(pdf, [sheet.y - 1.5, widthOf(columns)], PAPER_COLOURS.line, 0.5));
}

/** Says how many rows are left out; beside the table in the structure, since all rows of one must have all columns. */
function setMore(
  sheet: Sheet,
  parent: Element,
  more: string,
  head: () => (row: Element | null) => void,
): void {
  if (sheet.ensure(16)) head()(null);
  sheet.element(parent, 'P', {}, () =>
    sheet.write(more, { x: PAGE.left + INSET, y: sheet.y + 1, width: TEXT_WIDTH }, MORE),
  );
  sheet.y += 14;
}

function widthOf(columns: readonly SetColumn[]): number {
  const last = columns.at(-1);
  return last === undefined ? TEXT_WIDTH : last.x + last.width + INSET - PAGE.left;
}

function rule(
  pdf: PDFKit.PDFDocument,
  [y, length]: readonly [number, number],
  colour: string,
  width: number,
): void {
  pdf.moveTo(PAGE.left, y).lineTo(PAGE.left + length, y);
  pdf.lineWidth(width).strokeColor(colour).stroke();
}
