/** Draws a chart's SVG into a PDF page as vectors, with its text as text. */
import { COLOURS } from '../charts/chart.ts';
import { parseSvg, type SvgNode } from './svg-tree.ts';

type Pdf = PDFKit.PDFDocument;

/** Names under which the two faces are registered. */
export const FACES = Object.freeze({ regular: 'regular', bold: 'bold' } as const);

/** What an element passes on to those inside it. */
interface InheritedStyle {
  readonly fill: string;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly dash: string;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
}

const PLAIN: InheritedStyle = {
  fill: COLOURS.ink,
  stroke: 'none',
  strokeWidth: 1,
  dash: '',
  fillOpacity: 1,
  strokeOpacity: 1,
};

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Size of a drawing in its own units. */
export function pictureSize(svg: string): PictureSize {
  const [, width = '0', height = '0'] = /^<svg[^<>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** Draws with the upper left corner at (x, y), in points. Throws for an element that no chart uses. */
export function drawPicture(pdf: Pdf, svg: string, [x, y]: readonly [number, number], scale: number): void {
  pdf.save().translate(x, y).scale(scale);
  for (const child of parseSvg(svg).children) drawNode(pdf, child, PLAIN);
  pdf.restore();
}

const DRAW: Readonly<Record<string, (pdf: Pdf, node: SvgNode, style: InheritedStyle) => void>> = {
  g: (pdf, node, style) => {
    for (const child of node.children) drawNode(pdf, child, style);
  },
  path: (pdf, { attributes: { d = '' } }, style) => {
    if (d !== '') paint(pdf.path(d), style);
  },
  rect: (pdf, { attributes }, style) => {
    const [width, height] = [numberIn(attributes, 'width'), numberIn(attributes, 'height')];
    paint(pdf.rect(numberIn(attributes, 'x'), numberIn(attributes, 'y'), width, height), style);
  },
  line: (pdf, { attributes }, style) => {
    pdf.moveTo(numberIn(attributes, 'x1'), numberIn(attributes, 'y1'));
    paint(pdf.lineTo(numberIn(attributes, 'x2'), numberIn(attributes, 'y2')), { ...style, fill: 'none' });
  },
  text: drawText,
};

function drawNode(pdf: Pdf, node: SvgNode, inherited: InheritedStyle): void {
  const { name, attributes } = node;
  if (attributes['display'] === 'none') return;
  const drawing = DRAW[name];
  if (drawing === undefined) throw new Error(`charts do not draw with <${name}>`);
  pdf.save();
  transform(pdf, attributes['transform'] ?? '');
  drawing(pdf, node, styleOf(attributes, inherited));
  pdf.restore();
}

/** Moves and turns, the two that Vega writes. */
function transform(pdf: Pdf, text: string): void {
  for (const [, kind, numbers = ''] of text.matchAll(/\b(translate|rotate)\(([^()]*)\)/g)) {
    const [a = 0, b = 0] = numbers.split(',').map(Number);
    if (kind === 'translate') pdf.translate(a, b);
    else pdf.rotate(a);
  }
}

function styleOf(attributes: SvgNode['attributes'], inherited: InheritedStyle): InheritedStyle {
  const opacity = Number(attributes['opacity'] ?? 1);
  return {
    fill: attributes['fill'] ?? inherited.fill,
    stroke: attributes['stroke'] ?? inherited.stroke,
    strokeWidth: Number(attributes['stroke-width'] ?? inherited.strokeWidth),
    dash: attributes['stroke-dasharray'] ?? inherited.dash,
    fillOpacity: Number(attributes['fill-opacity'] ?? inherited.fillOpacity) * opacity,
    strokeOpacity: Number(attributes['stroke-opacity'] ?? inherited.strokeOpacity) * opacity,
  };
}

function paint(
  pdf: Pdf,
  { fill, stroke, strokeWidth, dash, fillOpacity, strokeOpacity }: InheritedStyle,
): void {
  const [fills, strokes] = [isColour(fill) && fillOpacity > 0, isColour(stroke) && strokeWidth > 0];
  if (strokes) {
    pdf.lineWidth(strokeWidth).strokeColor(stroke, strokeOpacity);
    const lengths = dash.split(/[ ,]+/).map(Number);
    if (dash !== '') pdf.dash(lengths[0] ?? 1, { space: lengths[1] ?? lengths[0] ?? 1 });
  }
  if (fills) pdf.fillColor(fill, fillOpacity);
  if (fills && strokes) pdf.fillAndStroke();
  else if (fills) pdf.fill();
  else if (strokes) pdf.stroke();
  // A path that is not painted must not run into the next one.
  else pdf.addContent('n');
}

function isColour(value: string): boolean {
  return value.startsWith('#');
}

const ANCHORS: Readonly<Record<string, number>> = { start: 0, middle: 0.5, end: 1 };

/** One line, or one for each `tspan`. The white edge that charts give letters is a white ground here: text is written once. */
function drawText(pdf: Pdf, node: SvgNode, style: InheritedStyle): void {
  const { attributes } = node;
  const size = Number.parseFloat(attributes['font-size'] ?? '11');
  pdf.font(attributes['font-weight'] === 'bold' ? FACES.bold : FACES.regular).fontSize(size);
  const lines = node.children.length === 0 ? [node] : node.children;
  let below = 0;
  for (const line of lines) {
    below += numberIn(line.attributes, 'dy');
    if (line.text === '') continue;
    const width = pdf.widthOfString(line.text);
    const from = -width * (ANCHORS[attributes['text-anchor'] ?? 'start'] ?? 0);
    if (isColour(style.stroke)) {
      pdf
        .rect(from - 1, below - size * 0.8, width + 2, size * 1.05)
        .fillColor(style.stroke, 0.85)
        .fill();
    } else {
      pdf.fillColor(style.fill, style.fillOpacity);
      pdf.text(line.text, from, below, { lineBreak: false, baseline: 'alphabetic' });
    }
  }
}

function numberIn(attributes: SvgNode['attributes'], name: string): number {
  return Number.parseFloat(attributes[name] ?? '0');
}
