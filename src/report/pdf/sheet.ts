/** Sets blocks on pages from top to bottom: where the next one goes, when a page ends, and what each is to a reader aloud. */
import { COLOURS } from '../charts/chart.ts';
import { FACES } from './picture.ts';

type Pdf = PDFKit.PDFDocument;
export type Element = PDFKit.PDFStructureElement;

/** A4 in points, with margins. */
export const PAGE = Object.freeze({
  width: 595.28,
  height: 841.89,
  left: 48,
  right: 48,
  top: 50,
  bottom: 58,
});
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;

export const PAPER_COLOURS = Object.freeze({
  ink: COLOURS.ink,
  quiet: COLOURS.quiet,
  line: '#c9d0d7',
  wash: '#f2f6fa',
  accent: '#005a8f',
  attention: '#b34700',
});

export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface ElementOptions {
  readonly alt?: string;
  readonly scope?: 'Column' | 'Row';
  readonly bbox?: readonly [number, number, number, number];
}

export interface Sheet {
  readonly pdf: Pdf;
  /** Where the next block begins on the page. */
  y: number;
  /** Height left on the page. */
  left(): number;
  /** Begins a new page where less than this height is left. True where it did. */
  ensure(height: number): boolean;
  heightOf(text: string, width: number, style: TextStyle): number;
  widthOf(text: string, style: TextStyle): number;
  /** Adds an element to another; `draw` draws its content, at once. */
  element(parent: Element, tag: string, options?: ElementOptions, draw?: () => void): Element;
  /** Draws text at a place, inside the element whose content is being drawn. */
  write(text: string, place: Place, style: TextStyle): void;
  /** Draws what only decorates, which is not told to a reader. */
  decorate(draw: (pdf: Pdf) => void): void;
}

const LINE_GAP = 0.28;

/** No line ends between a number and its percent sign. */
const withUnits = (text: string): string => text.replace(/(\d) %/g, '$1\u00a0%');

/** A sheet over a document whose pages are kept until its end. The first page is begun. */
export function createSheet(pdf: Pdf): Sheet {
  const use = ({ size, bold, colour }: TextStyle): Pdf =>
    pdf
      .font(bold === true ? FACES.bold : FACES.regular)
      .fontSize(size)
      .fillColor(colour ?? PAPER_COLOURS.ink);
  const options = (width: number, { size, align }: TextStyle) => ({
    width,
    lineGap: size * LINE_GAP,
    align: align ?? 'left',
  });
  const sheet: Sheet = {
    pdf,
    y: PAGE.top,
    left: () => PAGE.height - PAGE.bottom - sheet.y,
    ensure: (height) => {
      if (height <= sheet.left() || sheet.y <= PAGE.top) return false;
      pdf.addPage();
      sheet.y = PAGE.top;
      return true;
    },
    heightOf: (text, width, style) =>
      text === '' ? 0 : use(style).heightOfString(withUnits(text), options(width, style)),
    widthOf: (text, style) => use(style).widthOfString(text),
    element: (parent, tag, { bbox, ...rest } = {}, draw) => {
      const element = pdf.struct(tag, { ...rest, ...(bbox === undefined ? {} : { bbox: [...bbox] }) });
      parent.add(element);
      if (draw !== undefined) element.add(draw);
      return element;
    },
    write: (text, { x, y, width }, style) => {
      if (text !== '') use(style).text(withUnits(text), x, y, options(width, style));
    },
    decorate: (draw) => {
      pdf.markContent('Artifact', { type: 'Layout' });
      pdf.save();
      draw(pdf);
      pdf.restore();
      pdf.endMarkedContent();
    },
  };
  return sheet;
}
