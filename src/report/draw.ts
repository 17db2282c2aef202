/** Draws what a request asks for and answers with plain data, as the drawing thread must. */
import type { ChartSpec } from './charts/chart.ts';
import { renderChart } from './charts/render-chart.ts';
import { renderPng } from './charts/render-png.ts';

export interface DrawRequest {
  readonly id: number;
  readonly spec: ChartSpec;
  readonly form: { readonly kind: 'svg' } | { readonly kind: 'png'; readonly scale: number };
}

export type DrawAnswer =
  | { readonly id: number; readonly kind: 'svg'; readonly svg: string }
  | { readonly id: number; readonly kind: 'png'; readonly png: Uint8Array }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

/** The drawing, or why there is none. Never rejects. */
export async function draw({ id, spec, form }: DrawRequest): Promise<DrawAnswer> {
  try {
    const svg = await renderChart(spec);
    if (form.kind === 'svg') return { id, kind: 'svg', svg };
    return { id, kind: 'png', png: renderPng(svg, { scale: form.scale }) };
  } catch (error) {
    return { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
