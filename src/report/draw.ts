/** Draws what a request asks for and answers with plain data, as the drawing thread must. */
import type { ChartSpec } from './charts/chart.ts';
import { renderChart } from './charts/render-chart.ts';
import { renderPng } from './charts/render-png.ts';
import type { Figure, ReportContent } from './content/document.ts';

export interface DrawRequest {
  readonly id: number;
  readonly job:
    | { readonly kind: 'svg'; readonly spec: ChartSpec }
    | { readonly kind: 'png'; readonly spec: ChartSpec; readonly scale: number }
    | { readonly kind: 'report'; readonly content: ReportContent };
}

export type DrawAnswer =
  | { readonly id: number; readonly kind: 'svg'; readonly svg: string }
  | { readonly id: number; readonly kind: 'png'; readonly png: Uint8Array }
  | { readonly id: number; readonly kind: 'report'; readonly pdf: Uint8Array; readonly html: string }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

/** Answers a request with the drawing, or why there is none. Never rejects. */
export type Draw = (request: DrawRequest) => Promise<DrawAnswer>;

/** Charts that are remembered: those of some reports and pages, some dozens of kilobytes each. */
const REMEMBERED = 64;

/** Draws, and remembers charts by what they say: a report, its picture and a page show the same ones. */
export function createDraw(): Draw {
  const chartOf = rememberCharts();
  return async ({ id, job }) => {
    try {
      if (job.kind === 'report') return { id, kind: 'report', ...(await drawReport(job.content, chartOf)) };
      const svg = await chartOf(job.spec);
      if (job.kind === 'svg') return { id, kind: 'svg', svg };
      return { id, kind: 'png', png: renderPng(svg, { scale: job.scale }) };
    } catch (error) {
      return { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** Draws a chart that was not among the last ones. */
function rememberCharts(): typeof renderChart {
  const drawn = new Map<string, Promise<string>>();
  return (spec) => {
    const key = JSON.stringify(spec);
    const drawing = drawn.get(key) ?? renderChart(spec);
    drawn.delete(key);
    drawn.set(key, drawing);
    for (const oldest of [...drawn.keys()].slice(0, -REMEMBERED)) drawn.delete(oldest);
    return drawing;
  };
}

/** Both files of a report, over one drawing of each figure that both show alike. */
export async function drawReport(
  content: ReportContent,
  chartOf: typeof renderChart = renderChart,
): Promise<{ readonly pdf: Uint8Array; readonly html: string }> {
  const [{ renderPdf }, { drawableContent, readCanDraw }, { renderHtml }] = await Promise.all([
    import('./pdf/render-pdf.ts'),
    import('./pdf/drawable-content.ts'),
    import('./html/render-html.ts'),
  ]);
  const paper = drawableContent(content, readCanDraw());
  const drawings = new Map<Figure, string>();
  for (const figure of [...figuresOf(content), ...figuresOf(paper)]) {
    if (!drawings.has(figure)) drawings.set(figure, await chartOf(figure.chart));
  }
  return { pdf: await renderPdf(paper, drawings), html: renderHtml(content, drawings) };
}

function figuresOf({ sections }: ReportContent): Figure[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'figures' ? block.items : [])),
  );
}
