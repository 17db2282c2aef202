/** A sink for lines in a thread of its own, so that two cores share the work of a large input. */
import { Worker } from 'node:worker_threads';
import { asTidewatchError, type ErrorCode, TidewatchError } from '../../../base/errors.ts';
import type { FinalContent } from './final-file.ts';
import type { LineBlock, LineTotals } from './line-block.ts';
import type { LineSink, LineSinkOptions } from './line-sink.ts';

export type SinkRequest =
  | { readonly kind: 'expect'; readonly rows: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'put'; readonly block: LineBlock }
  | { readonly kind: 'finish' };

export type SinkAnswer =
  | { readonly kind: 'totals'; readonly totals: LineTotals[] }
  | { readonly kind: 'resumed'; readonly done: boolean }
  | { readonly kind: 'finished'; readonly content: FinalContent }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

interface Waiting {
  resolve(answer: SinkAnswer): void;
  reject(error: TidewatchError): void;
}

/** Answers come in the order of the requests. After a failure every request fails with it. */
export class ThreadSink implements LineSink {
  readonly threaded = true;
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: TidewatchError | null = null;

  constructor(options: LineSinkOptions) {
    this.worker = startWorker(options);
    this.worker.on('message', (answer: SinkAnswer) => this.take(answer));
    this.worker.on('error', (error) => this.fail(asTidewatchError(error)));
    this.worker.on('exit', () => this.fail(ended()));
  }

  expect(rows: number): void {
    // What goes wrong here goes wrong for the blocks that follow, and is told there.
    this.ask({ kind: 'expect', rows }).catch(() => {});
  }

  async put(block: LineBlock): Promise<LineTotals[]> {
    const answer = await this.ask({ kind: 'put', block });
    if (answer.kind === 'totals') return answer.totals;
    throw outOfTurn(answer);
  }

  async resume(): Promise<boolean> {
    const answer = await this.ask({ kind: 'resume' });
    if (answer.kind === 'resumed') return answer.done;
    throw outOfTurn(answer);
  }

  async finish(): Promise<FinalContent> {
    const answer = await this.ask({ kind: 'finish' });
    if (answer.kind === 'finished') return answer.content;
    throw outOfTurn(answer);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(request: SinkRequest): Promise<SinkAnswer> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(request);
    });
  }

  private take(answer: SinkAnswer): void {
    if (answer.kind === 'failed') this.fail(new TidewatchError(answer.code, answer.message));
    else this.waiting.shift()?.resolve(answer);
  }

  private fail(error: TidewatchError): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}

function ended(): TidewatchError {
  return new TidewatchError('internal', 'The thread that looks up rows has ended.');
}

function outOfTurn(answer: SinkAnswer): TidewatchError {
  return new TidewatchError(
    'internal',
    `The thread that looks up rows answered "${answer.kind}" out of turn.`,
  );
}

/** The built package has the thread as one file; from the sources, tsx must first teach it TypeScript. */
function startWorker(workerData: LineSinkOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./line-sink-worker.js', import.meta.url), { workerData });
  }
  const source = new URL('./line-sink-worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}'); });`;
  return new Worker(start, { eval: true, workerData });
}
