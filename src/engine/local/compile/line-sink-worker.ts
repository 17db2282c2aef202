/** The thread behind a ThreadSink: it looks lines up and writes the file while the files are read. */
import { parentPort, workerData } from 'node:worker_threads';
import { asTidewatchError } from '../../../base/errors.ts';
import { type LineSinkOptions, LocalSink } from './line-sink.ts';
import type { SinkAnswer, SinkRequest } from './thread-sink.ts';

const port = parentPort;
let sink: LocalSink | null = null;

async function answer(request: SinkRequest): Promise<SinkAnswer> {
  sink ??= new LocalSink(workerData as LineSinkOptions);
  switch (request.kind) {
    case 'expect':
      sink.expect(request.rows);
      return { kind: 'totals', totals: [] };
    case 'resume':
      return { kind: 'resumed', done: await sink.resume() };
    case 'put':
      return { kind: 'totals', totals: await sink.put(request.block) };
    case 'finish':
      return { kind: 'finished', content: await sink.finish() };
  }
}

// A LocalSink does its work before it first waits, so requests are done one after the other.
port?.on('message', (request: SinkRequest) => {
  answer(request).then(
    (value) => port.postMessage(value),
    (error: unknown) => {
      const { code, message } = asTidewatchError(error);
      port.postMessage({ kind: 'failed', code, message } satisfies SinkAnswer);
    },
  );
});
