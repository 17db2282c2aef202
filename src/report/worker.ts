/** The thread that draws: it imports the chart libraries when it starts, so that nobody waits for them. */
import { parentPort } from 'node:worker_threads';
import type { DrawAnswer, DrawRequest } from './draw.ts';
import { loadDrawing } from './load-drawing.ts';

const port = parentPort;
const { createDraw } = await loadDrawing();
const draw = createDraw();
port?.on('message', (request: DrawRequest) => {
  draw(request).then((answer: DrawAnswer) => {
    port.postMessage(answer, buffersOf(answer));
  });
});

/** What is handed over rather than copied. */
function buffersOf(answer: DrawAnswer): ArrayBuffer[] {
  if (answer.kind === 'png') return [answer.png.buffer as ArrayBuffer];
  return answer.kind === 'report' ? [answer.pdf.buffer as ArrayBuffer] : [];
}
