/** Draws charts in a thread of its own, so that loading the chart libraries overlaps with other work. */
import { Worker } from 'node:worker_threads';
import { TidewatchError } from '../base/errors.ts';
import type { ChartSpec } from './charts/chart.ts';
import type { PngOptions } from './charts/render-png.ts';
import type { ReportContent } from './content/document.ts';
import type { DrawAnswer, DrawRequest } from './draw.ts';

export interface Renderer {
  /** The chart as an SVG document; the same chart gives the same text. */
  svg(chart: ChartSpec): Promise<string>;
  /** The chart as a PNG file; the same chart gives the same bytes. */
  png(chart: ChartSpec, options?: PngOptions): Promise<Uint8Array>;
  /** The report as a PDF and as an HTML file; the same content gives the same bytes. */
  report(content: ReportContent): Promise<{ readonly pdf: Uint8Array; readonly html: string }>;
  /** Ends the thread; drawings under way reject. Closing twice is harmless. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: DrawAnswer): void;
  reject(error: unknown): void;
}

/**
 * Starts the drawing thread; make it early and draw late. The thread holds the process open only while a drawing
 * is asked for. A chart that cannot be drawn, or a thread that dies, rejects with `internal`.
 */
export function createRenderer(): Renderer {
  const worker = startWorker();
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let ended: TidewatchError | null = null;

  const end = (why: string, cause?: unknown): void => {
    ended ??= new TidewatchError('internal', `No chart can be drawn: ${why}.`, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (answer: DrawAnswer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (error) => end(`the drawing thread failed (${error.message})`, error));
  worker.on('exit', () => end('the drawing thread has ended'));
  worker.unref();

  const ask = (job: DrawRequest['job']): Promise<DrawAnswer> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const request: DrawRequest = { id: ++last, job };
      waiting.set(request.id, { resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });

  return {
    svg: async (chart) => {
      const answer = await ask({ kind: 'svg', spec: chart });
      return answer.kind === 'svg' ? answer.svg : refuse(answer);
    },
    png: async (chart, options = {}) => {
      const answer = await ask({ kind: 'png', spec: chart, scale: options.scale ?? 2 });
      return answer.kind === 'png' ? answer.png : refuse(answer);
    },
    report: async (content) => {
      const answer = await ask({ kind: 'report', content });
      return answer.kind === 'report' ? { pdf: answer.pdf, html: answer.html } : refuse(answer);
    },
    close: async () => {
      end('the renderer is closed');
      await worker.terminate();
    },
  };
}

/** The built package has the thread as one file; from the sources, tsx must first teach it TypeScript. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./report-worker.js', import.meta.url));
  const source = new URL('./worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); });`;
  return new Worker(start, { eval: true });
}

function refuse(answer: DrawAnswer): never {
  const why = answer.kind === 'failed' ? answer.message : `unexpected answer "${answer.kind}"`;
  throw new TidewatchError('internal', `A drawing could not be made: ${why}.`);
}
