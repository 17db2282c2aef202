/** Draws a chart as SVG text, without a DOM or a canvas. */
import { parse, resetSVGDefIds, textMetrics, View, Warn } from 'vega';
import { compile } from 'vega-lite';
import { CHART_CONFIG, type ChartSpec } from './chart.ts';

declare module 'vega' {
  /** How the layout measures a line of text, in pixels; not in the library's own types. */
  export const textMetrics: { width(item: TextItem, line: unknown): number };
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** Mean advance of a character in ems, a little more than the fonts' own, so that nothing is cut off. */
const EMS = Object.freeze({ regular: 0.64, bold: 0.73 });

let queue: Promise<unknown> = Promise.resolve();

/**
 * The chart as one SVG document. The same specification gives the same bytes, whatever was drawn before it and
 * whether or not a canvas library is installed, since text is measured by rule. Vega counts its ids in a global,
 * so drawings go one after the other. Throws Vega's own error for a specification that is not one.
 */
export function renderChart(spec: ChartSpec): Promise<string> {
  const drawing = queue.then(() => draw(spec));
  queue = drawing.catch(() => undefined);
  return drawing;
}

async function draw(spec: ChartSpec): Promise<string> {
  textMetrics.width = textWidth;
  resetSVGDefIds();
  const compiled = compile(spec, { config: CHART_CONFIG }).spec;
  const view = new View(parse(compiled), { renderer: 'none', logLevel: Warn });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function textWidth(item: TextItem, line: unknown): number {
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
  const text = line === null || line === undefined ? '' : String(line).trim();
  return Math.ceil(text.length * (item.fontSize ?? 11) * (bold ? EMS.bold : EMS.regular));
}
