/** Sets a table: columns as wide as they need, rows that stay whole, and its head again on every page. */
import type { Column, DataTable } from '../content/document.ts';
import { type Element, PAGE, PAPER_COLOURS, type Sheet, TEXT_WIDTH, type TextStyle } from './sheet.ts';

const CELL: TextStyle = { size: 7.6 };
const HEAD: TextStyle = { size: 7.6, bold: true };
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
  const columns = setColumns(sheet, table);
  const captionHeight = sheet.heightOf(table.caption, TEXT_WIDTH, CAPTION);
  sheet.ensure(captionHeight + 70);
  const element = sheet.element(parent, 'Table');
  sheet.element(element, 'Caption', {}, () =>
    sheet.write(table.caption, { x: PAGE.left, y: sheet.y, width: TEXT_WIDTH }, CAPTION),
  );
  sheet.y += captionHeight + 3;
  const head = () => setHead(sheet, table.columns, columns);
  head()(sheet.element(sheet.element(element, 'THead'), 'TR'));
  const body = sheet.element(element, 'TBody');
  for (const cells of table.rows) setRow(sheet, body, cells, columns, head);
  if (table.more !== null) setMore(sheet, parent, table.more, head);
  sheet.y += 12;
}

function setColumns(sheet: Sheet, { columns, rows }: DataTable): SetColumn[] {
  const natural = columns.map(({ header }, k) =>
    Math.max(
      sheet.widthOf(header, HEAD),
      ...rows.map((cells) => sheet.widthOf(cells[k] ?? '', k === 0 ? HEAD : CELL)),
    ),
  );
  // With a hair of room, so that what fits exactly does not wrap.
  const roomy = natural.map((width) => width + 1);
  const widths = shareWidth(columns, roomy, TEXT_WIDTH - GAP * (columns.length - 1) - 2 * INSET);
  let x = PAGE.left + INSET;
  return columns.map(({ align }, k) => {
    const width = widths[k] ?? 0;
    const column = { x, width, align: align ?? 'left' };
    x += width + GAP;
    return column;
  });
}

/** Least share of the page that the wide columns get together. */
const LEAST_WIDE = 0.34;

/** Natural widths where they fit, and what is left to the wide columns; else these give way first, down to their least, and then the others. */
function shareWidth(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const isWide = columns.map(({ wide }) => wide === true);
  const sum = (wide: boolean) =>
    natural.reduce((total, width, k) => total + (isWide[k] === wide ? width : 0), 0);
  const [fixed, wide] = [sum(false), sum(true)];
  const rest = available - fixed - wide;
  if (rest >= 0) return natural.map((width, k) => width + (isWide[k] === true ? (width / wide) * rest : 0));
  const forWide = wide === 0 ? 0 : Math.min(wide, Math.max(available - fixed, available * LEAST_WIDE));
  const shrink = fixed === 0 ? 1 : Math.min(1, (available - forWide) / fixed);
  return natural.map((width, k) => (isWide[k] === true ? (width / wide) * forWide : width * shrink));
}

/** Draws the head's ground and gives what writes its cells into a row; without a row they only decorate. */
function setHead(sheet: Sheet, columns: readonly Column[], set: readonly SetColumn[]) {
  const heights = columns.map(({ header }, k) => sheet.heightOf(header, set[k]?.width ?? 0, HEAD));
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
      const write = () => sheet.write(header, { ...column, y: y + 1.5 }, { ...HEAD, align: column.align });
      if (row === null) sheet.decorate(write);
      else sheet.element(row, 'TH', { scope: 'Column' }, write);
    }
  };
}

function setRow(
  sheet: Sheet,
  body: Element,
  cells: readonly string[],
  columns: readonly SetColumn[],
  head: () => (row: Element | null) => void,
): void {
  const style = (k: number): TextStyle => ({
    ...(k === 0 ? HEAD : CELL),
    align: columns[k]?.align ?? 'left',
  });
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
