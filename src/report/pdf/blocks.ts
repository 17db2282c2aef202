/** Sets every kind of block but tables: headings, text, lists, the state, key figures, pictures. */
import type { Callout, Facts, Figure, Figures, List } from '../content/document.ts';
import { drawPicture, pictureSize } from './picture.ts';
import { type Element, PAGE, PAPER_COLOURS, type Sheet, TEXT_WIDTH, type TextStyle } from './sheet.ts';

const BODY: TextStyle = { size: 9.2 };
const SUBHEADING: TextStyle = { size: 10.5, bold: true };

export function setHeading(sheet: Sheet, parent: Element, text: string): void {
  sheet.ensure(60);
  sheet.y += 2;
  setText(sheet, parent, text, 'H3', SUBHEADING, 4);
}

export function setParagraph(sheet: Sheet, parent: Element, text: string): void {
  setText(sheet, parent, text, 'P', BODY, 7);
}

/** Text over the whole width, under a tag, and the room after it. */
export function setText(
  sheet: Sheet,
  parent: Element,
  text: string,
  tag: string,
  style: TextStyle,
  after: number,
): void {
  const height = sheet.heightOf(text, TEXT_WIDTH, style);
  sheet.ensure(height);
  sheet.element(parent, tag, {}, () =>
    sheet.write(text, { x: PAGE.left, y: sheet.y, width: TEXT_WIDTH }, style),
  );
  sheet.y += height + after;
}

const INDENT = 14;

export function setList(sheet: Sheet, parent: Element, { items }: List): void {
  const list = sheet.element(parent, 'L');
  for (const item of items) {
    const height = sheet.heightOf(item, TEXT_WIDTH - INDENT, BODY);
    sheet.ensure(height);
    const entry = sheet.element(list, 'LI');
    const { y } = sheet;
    sheet.element(entry, 'Lbl', {}, () => sheet.write('•', { x: PAGE.left + 3, y, width: INDENT }, BODY));
    sheet.element(entry, 'LBody', {}, () =>
      sheet.write(item, { x: PAGE.left + INDENT, y, width: TEXT_WIDTH - INDENT }, BODY),
    );
    sheet.y += height + 3;
  }
  sheet.y += 5;
}

export function setCallout(sheet: Sheet, parent: Element, { tone, title, text }: Callout): void {
  const width = TEXT_WIDTH - 24;
  const titleHeight = sheet.heightOf(title, width, SUBHEADING);
  const height = titleHeight + sheet.heightOf(text, width, BODY) + 18;
  sheet.ensure(height);
  const { y } = sheet;
  sheet.decorate((pdf) => {
    pdf.rect(PAGE.left, y, TEXT_WIDTH, height).fill(PAPER_COLOURS.wash);
    const bar = tone === 'attention' ? PAPER_COLOURS.attention : PAPER_COLOURS.accent;
    pdf.rect(PAGE.left, y, 4, height).fill(bar);
  });
  const x = PAGE.left + 14;
  sheet.element(parent, 'P', {}, () => sheet.write(title, { x, y: y + 8, width }, SUBHEADING));
  sheet.element(parent, 'P', {}, () => sheet.write(text, { x, y: y + 10 + titleHeight, width }, BODY));
  sheet.y += height + 10;
}

const FACT = Object.freeze({
  name: { size: 7.6, colour: PAPER_COLOURS.quiet },
  value: { size: 13, bold: true },
  note: { size: 7.2, colour: PAPER_COLOURS.quiet },
} satisfies Readonly<Record<string, TextStyle>>);

/** Boxes side by side, all of one height. */
export function setFacts(sheet: Sheet, parent: Element, { items }: Facts): void {
  const gap = 8;
  const box = (TEXT_WIDTH - gap * (items.length - 1)) / items.length;
  const inner = box - 16;
  const sizes = items.map(({ name, value, note }) => ({
    name: sheet.heightOf(name, inner, FACT.name),
    value: sheet.heightOf(value, inner, valueStyle(sheet, value, inner)),
    note: sheet.heightOf(note, inner, FACT.note),
  }));
  const height = Math.max(...sizes.map((size) => size.name + size.value + size.note)) + 14;
  sheet.ensure(height);
  const { y } = sheet;
  for (const [k, { name, value, note }] of items.entries()) {
    const left = PAGE.left + k * (box + gap);
    sheet.decorate((pdf) => {
      pdf.roundedRect(left, y, box, height, 3).lineWidth(0.8).strokeColor(PAPER_COLOURS.line).stroke();
    });
    const size = sizes[k] ?? { name: 0, value: 0, note: 0 };
    const place = (from: number) => ({ x: left + 8, y: y + 7 + from, width: inner });
    sheet.element(parent, 'P', {}, () => {
      sheet.write(name, place(0), FACT.name);
      sheet.write(value, place(size.name), valueStyle(sheet, value, inner));
      sheet.write(note, place(size.name + size.value), FACT.note);
    });
  }
  sheet.y += height + 12;
}

/** Sizes of a value that is too long for its box: the first in which it fits, else the last. */
const SMALLER = [9, 7.6, 6.4] as const;

function valueStyle(sheet: Sheet, value: string, width: number): TextStyle {
  const styles = [FACT.value, ...SMALLER.map((size) => ({ size, bold: true }))];
  return styles.find((style) => sheet.widthOf(value, style) <= width) ?? { size: 9, bold: true };
}

const TITLE: TextStyle = { size: 9, bold: true };
const CAPTION: TextStyle = { size: 7.4, colour: PAPER_COLOURS.quiet };
const COLUMN_GAP = 20;
/** A picture that stands alone is drawn at this scale, where there is room. */
const ALONE = 0.72;

/** Pictures in pairs; one alone is drawn larger. */
export function setFigures(
  sheet: Sheet,
  parent: Element,
  { items }: Figures,
  drawings: ReadonlyMap<Figure, string>,
): void {
  const perRow = items.length === 1 ? 1 : 2;
  const width = (TEXT_WIDTH - COLUMN_GAP * (perRow - 1)) / perRow;
  for (let k = 0; k < items.length; k += perRow) {
    setFigureRow(sheet, parent, items.slice(k, k + perRow), drawings, width);
  }
}

function setFigureRow(
  sheet: Sheet,
  parent: Element,
  row: readonly Figure[],
  drawings: ReadonlyMap<Figure, string>,
  width: number,
): void {
  const set = row.map((figure) => {
    const svg = drawings.get(figure) ?? '';
    const size = pictureSize(svg);
    return { figure, svg, size };
  });
  // One scale for all of a row, so that its texts are of one size.
  const scale = Math.min(ALONE, ...set.map(({ size }) => width / size.width));
  const captions = row.map(({ title, caption }) => {
    const [above, below] = [sheet.heightOf(title, width, TITLE), sheet.heightOf(caption, width, CAPTION)];
    return { above, height: above + below + 4 };
  });
  const captionHeight = Math.max(...captions.map(({ height }) => height));
  const pictureHeight = Math.max(...set.map(({ size }) => size.height * scale));
  sheet.ensure(captionHeight + pictureHeight);
  const { y } = sheet;
  for (const [k, { figure, svg, size }] of set.entries()) {
    const x = PAGE.left + k * (width + COLUMN_GAP);
    const [right, top] = [x + size.width * scale, y + captionHeight];
    sheet.element(parent, 'P', {}, () => {
      sheet.write(figure.title, { x, y, width }, TITLE);
      sheet.write(figure.caption, { x, y: y + (captions[k]?.above ?? 0) + 1, width }, CAPTION);
    });
    const bbox = [x, top, right, top + size.height * scale] as const;
    sheet.element(parent, 'Figure', { alt: `${figure.title}. ${figure.alt}`, bbox }, () =>
      drawPicture(sheet.pdf, svg, [x, top], scale),
    );
  }
  sheet.y += captionHeight + pictureHeight + 14;
}
