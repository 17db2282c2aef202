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

/** The drawing, or why there is none. Never rejects. */
export async function draw({ id, job }: DrawRequest): Promise<DrawAnswer> {
  try {
    if (job.kind === 'report') return { id, kind: 'report', ...(await drawReport(job.content)) };
    const svg = await renderChart(job.spec);
    if (job.kind === 'svg') return { id, kind: 'svg', svg };
    return { id, kind: 'png', png: renderPng(svg, { scale: job.scale }) };
  } catch (error) {
    return { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Both files of a report, over one drawing of each figure. */
export async function drawReport(
  content: ReportContent,
): Promise<{ readonly pdf: Uint8Array; readonly html: string }> {
  const [{ renderPdf }, { renderHtml }] = await Promise.all([
    import('./pdf/render-pdf.ts'),
    import('./html/render-html.ts'),
  ]);
  const drawings = new Map<Figure, string>();
  for (const { blocks } of content.sections) {
    for (const block of blocks) {
      if (block.kind !== 'figures') continue;
      for (const figure of block.items) drawings.set(figure, await renderChart(figure.chart));
    }
  }
  return { pdf: await renderPdf(content, drawings), html: renderHtml(content, drawings) };
}
